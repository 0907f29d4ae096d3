#include "server/oauth/client.h"

#include <string.h>

#include "server/base/str.h"
#include "server/oauth/about.h"
#include "server/oauth/auth_method.h"

#define NAMED_MAX 10 /* clients that a refusal names */

bool client_is_public(const struct client_row *client)
{
    return str_equal(client->token_endpoint_auth_method, auth_method_table[AUTH_NONE].name);
}

bool client_may_grant(const struct client_row *client, const char *grant_type)
{
    return str_has_word(client->grant_types, grant_type);
}

bool client_may_respond(const struct client_row *client, const char *response_type)
{
    const char *at = client->response_types;
    size_t size = strlen(response_type);
    while (*at != '\0') {
        size_t length = strcspn(at, ",");
        if (length == size && memcmp(at, response_type, size) == 0) {
            return true;
        }
        at += length + (at[length] == ',');
    }
    return false;
}

enum login_mode client_login(const struct tenant *tenant, const struct client_row *client)
{
    int i = 0;
    while (i < LOGIN__MAX && !str_equal(login_names[i], client->login)) {
        i++;
    }
    return i < LOGIN__MAX ? (enum login_mode)i : tenant->login;
}

/* "demo-web, demo-spa": of those in the fixture, enough to see a slip of the pen. */
static const char *registered_ids(struct tenant *tenant, struct arena *arena)
{
    const char *names[NAMED_MAX + 1];
    size_t count;
    if (clients_of_fixture(tenant->db, NAMED_MAX + 1, arena, names, &count) != 0) {
        return "unknown";
    }
    struct str_buf ids;
    str_buf_init(&ids, arena);
    for (size_t i = 0; i < count && i < NAMED_MAX; i++) {
        str_buf_printf(&ids, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    str_buf_put(&ids, count > NAMED_MAX ? ", ..." : "");
    return str_buf_text(&ids);
}

struct verdict client_find(struct tenant *tenant, struct arena *arena, const char *client_id,
                           struct client_row *client)
{
    int found = clients_get(tenant->db, client_id, arena, client);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0) {
        about_client(tenant, client->client_id);
        return ALLOWED;
    }
    const char *registered = registered_ids(tenant, arena);
    if (str_starts(client_id, "https://")) {
        return REFUSED(INVALID_CLIENT, .check = "client_id",
                       .detail = arena_printf(arena,
                                              "client '%s' is not registered, and its metadata "
                                              "document is not fetched: put it into the fixture, "
                                              "under client_id_metadata_documents",
                                              client_id),
                       .expected = registered, .actual = client_id,
                       .clause = "draft-ietf-oauth-client-id-metadata-document 3");
    }
    return REFUSED(INVALID_CLIENT, .check = "client_id",
                   .detail =
                       arena_printf(arena, "client '%s' is not registered; registered are: %s",
                                    client_id, registered),
                   .expected = "the client_id of a registered client", .actual = client_id,
                   .clause = "RFC 6749 2.2");
}
