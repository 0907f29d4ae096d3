#include "server/seed_clients.h"

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/oauth/client_metadata.h"

static const char *text_or(const json_t *object, const char *member, const char *otherwise)
{
    const json_t *value = json_object_get(object, member);
    return value == NULL ? otherwise : json_string_value(value);
}

/* Those of the clients that registered by themselves, which the fixture does not know. */
static int put_registered_origins(struct db *db, int64_t tenant, struct arena *arena)
{
    const struct client_row *rows = NULL;
    size_t count = 0;
    if (clients_list(db, tenant, arena, &rows, &count) < 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < count; i++) {
        if (rows[i].registered_at != 0 && client_origins_put(db, tenant, arena, &rows[i]) < 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

int seed_clients_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *clients)
{
    if (clients_mark(db, tenant) < 0 || origins_clear(db, tenant) < 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < json_array_size(clients); i++) {
        if (client_metadata_put(db, tenant, arena, json_array_get(clients, i)) < 0) {
            return DB_BROKEN;
        }
    }
    return clients_sweep(db, tenant) < 0 ? DB_BROKEN : put_registered_origins(db, tenant, arena);
}

int seed_scopes_put(struct db *db, int64_t tenant, const json_t *scopes)
{
    if (scopes_clear(db, tenant) < 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < json_array_size(scopes); i++) {
        const json_t *scope = json_array_get(scopes, i);
        const struct scope_row row = {.name = text_or(scope, "name", ""),
                                      .kind = text_or(scope, "kind", ""),
                                      .description = text_or(scope, "description", "")};
        if (scopes_put(db, tenant, &row) < 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

static int64_t longer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t seed_longest_ttl(struct arena *arena, const json_t *clients)
{
    int64_t longest = 0;
    for (size_t i = 0; i < json_array_size(clients); i++) {
        const struct client_row row = client_metadata_row(arena, json_array_get(clients, i));
        longest = longer(longest, client_longest_ttl(&row));
    }
    return longest;
}

int64_t seed_longest_ttl_stored(struct db *db, int64_t tenant, struct arena *arena)
{
    const struct client_row *rows = NULL;
    size_t count = 0;
    int64_t longest = 0;
    if (clients_list(db, tenant, arena, &rows, &count) < 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < count; i++) {
        longest = longer(longest, client_longest_ttl(&rows[i]));
    }
    return longest;
}

static void audit_uri(struct arena *arena, const char *client_id, const char *uri)
{
    struct url url;
    url_parse(arena, uri, &url);
    if (!str_equal(url.scheme, "http") || url_is_loopback(&url)) {
        return;
    }
    const struct log_field fields[] = {
        {"client_id", client_id},
        {"redirect_uri", uri},
        {"finding", "http to a host other than loopback: codes travel in the clear"},
    };
    log_event(LOG_WARN, "client audit", fields, COUNT(fields));
}

void seed_clients_audit(struct arena *arena, const json_t *clients)
{
    for (size_t i = 0; i < json_array_size(clients); i++) {
        const json_t *client = json_array_get(clients, i);
        const json_t *uris = json_object_get(client, "redirect_uris");
        for (size_t j = 0; j < json_array_size(uris); j++) {
            audit_uri(arena, text_or(client, "client_id", ""),
                      json_string_value(json_array_get(uris, j)));
        }
    }
}
