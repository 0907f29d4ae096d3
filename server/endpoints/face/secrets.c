#include "server/endpoints/face/secrets.h"

#include "server/base/str.h"
#include "server/endpoints/site.h"
#include "server/endpoints/template.h"
#include "server/fixture/source.h"
#include "server/oauth/client_secret.h"

json_t *secrets_stated(struct call *call)
{
    const struct maker *maker = call->site->maker;
    const char *problem = NULL;
    if (maker == NULL) {
        return NULL;
    }
    const struct fixture_source source = {.path = maker->fixture_path,
                                          .text = template_text(maker, call->arena)};
    json_auto_t *fixture = fixture_source_read(call->arena, &source, &problem);
    json_t *stated = json_object();
    size_t index;
    json_t *client;
    json_array_foreach(json_object_get(fixture, "clients"), index, client)
    {
        const char *id = json_string_value(json_object_get(client, "client_id"));
        json_t *secret = json_object_get(client, "client_secret");
        if (id != NULL && json_is_string(secret)) {
            json_object_set(stated, id, secret);
        }
    }
    return stated;
}

const char *secret_stated(const json_t *stated, const struct client_row *client)
{
    const char *secret = json_string_value(json_object_get(stated, client->client_id));
    bool is_so = secret != NULL && client->secret_hash != NULL && client_secret_is(client, secret);
    return is_so ? secret : NULL;
}
