#include "server/endpoints/face/secrets.h"

#include "server/base/str.h"
#include "server/endpoints/site.h"
#include "server/endpoints/template.h"
#include "server/fixture/source.h"
#include "server/oauth/client_secret.h"
#include "server/oauth/user.h"

/* Of each item of the fixture's list, by its id, the text of a member. */
static json_t *texts_of(const json_t *list, const char *id, const char *member)
{
    json_t *texts = json_object();
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item)
    {
        const char *name = json_string_value(json_object_get(item, id));
        json_t *text = json_object_get(item, member);
        if (name != NULL && json_is_string(text)) {
            json_object_set(texts, name, text);
        }
    }
    return texts;
}

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
    return json_pack("{s:o, s:o}", "clients",
                     texts_of(json_object_get(fixture, "clients"), "client_id", "client_secret"),
                     "users", texts_of(json_object_get(fixture, "users"), "sub", "password"));
}

static const char *stated_of(const json_t *stated, const char *list, const char *id)
{
    return json_string_value(json_object_get(json_object_get(stated, list), id));
}

const char *secret_stated(const json_t *stated, const struct client_row *client)
{
    const char *secret = stated_of(stated, "clients", client->client_id);
    bool is_so = secret != NULL && client->secret_hash != NULL && client_secret_is(client, secret);
    return is_so ? secret : NULL;
}

const char *password_stated(const json_t *stated, const struct user_row *user)
{
    const char *password = stated_of(stated, "users", user->sub);
    bool is_so =
        password != NULL && user->password_hash != NULL && user_password_is(user, password);
    return is_so ? password : NULL;
}
