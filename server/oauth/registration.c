#include "server/oauth/registration.h"

#include "keys/digest.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/client_metadata.h"
#include "server/oauth/client_secret.h"
#include "server/oauth/issuer.h"
#include "server/oauth/registration_metadata.h"
#include "server/oauth/secret.h"

/* What a registration is stored from. */
struct draft {
    json_t *metadata;     /* with client_id; borrowed */
    const json_t *sent;   /* what it was made of; borrowed */
    const char *secret;   /* a new one; NULL: none, or the old one */
    const uint8_t *proof; /* the hash of the old one; NULL: none, or a new one */
    int64_t registered_at;
    struct hash token;
};

static struct verdict put(struct tenant *tenant, struct arena *arena, const struct draft *draft)
{
    json_auto_t *client = json_copy(draft->metadata);
    json_put_text(client, "client_secret", draft->secret);
    struct client_row row = client_metadata_row(arena, client);
    row.secret_hash = draft->secret != NULL ? row.secret_hash : draft->proof;
    /* Without a scope the defaults are wide; a request without one is not (scope_request). */
    row.default_scope = json_string_value(registration_metadata_get(draft->sent, "scope"));
    row.issuer_path = issuer_table[ISSUER_MCP].path;
    row.registered_at = draft->registered_at;
    row.registration_token = draft->token;
    row.metadata = json_text(arena, draft->metadata, NULL);
    bool done =
        clients_put(tenant->db, &row) == 0 && client_origins_put(tenant->db, arena, &row) == 0;
    return done ? ALLOWED : error_store_broken();
}

/* RFC 7591 3.2.1 */
static json_t *respond(json_t *metadata, const char *secret, const char *token)
{
    json_t *answer = json_copy(metadata);
    json_put_text(answer, "client_secret", secret);
    if (registration_metadata_has_secret(metadata)) {
        json_object_set_new(answer, "client_secret_expires_at", json_integer(0));
    }
    json_put_text(answer, "registration_access_token", token);
    return answer;
}

/* Ends a transaction: what was refused has changed nothing. */
static struct verdict settle(struct tenant *tenant, struct verdict verdict)
{
    if (verdict.code == ERROR_NONE) {
        return db_commit(tenant->db) == 0 ? ALLOWED : error_store_broken();
    }
    db_rollback(tenant->db);
    return verdict;
}

static struct verdict check_room(struct tenant *tenant, struct arena *arena)
{
    int64_t count;
    if (clients_count_registered(tenant->db, &count) < 0) {
        return error_store_broken();
    }
    if (count < REGISTRATIONS_MAX) {
        return ALLOWED;
    }
    return REFUSED(TEMPORARILY_UNAVAILABLE, .check = "registrations",
                   .detail = arena_printf(arena,
                                          "%d clients have registered: delete some of them, or "
                                          "start anew",
                                          REGISTRATIONS_MAX),
                   .expected = "fewer registrations", .actual = "as many as there may be");
}

static struct verdict add(struct tenant *tenant, struct arena *arena, const struct draft *draft)
{
    TRY(check_room(tenant, arena));
    return put(tenant, arena, draft);
}

struct verdict registration_create(struct tenant *tenant, struct arena *arena, const json_t *sent,
                                   json_t **answer)
{
    json_auto_t *metadata = NULL;
    TRY(registration_metadata_read(tenant, arena, sent, &metadata));
    int64_t now = tenant_now(tenant);
    const char *token = secret_new(tenant, arena);
    const char *secret =
        registration_metadata_has_secret(metadata) ? secret_new(tenant, arena) : NULL;
    json_object_set_new(metadata, "client_id", json_string(secret_new(tenant, arena)));
    json_object_set_new(metadata, "client_id_issued_at", json_integer(now));
    const struct draft draft = {.metadata = metadata,
                                .sent = sent,
                                .secret = secret,
                                .registered_at = now,
                                .token = secret_hash(token)};
    if (db_begin(tenant->db) != 0) {
        return error_store_broken();
    }
    TRY(settle(tenant, add(tenant, arena,
                           &draft))); /* one transaction: of two who take the last room, one does */
    *answer = respond(metadata, secret, token);
    return ALLOWED;
}

/* RFC 7592 2.1, 3: a client that is gone and a token that is wrong are answered alike. */
static struct verdict open_client(struct tenant *tenant, struct arena *arena,
                                  const struct registered *client, struct client_row *row)
{
    const struct hash hash = secret_hash(client->token);
    int found = clients_get(tenant->db, client->id, arena, row);
    if (found < 0) {
        return error_store_broken();
    }
    bool registered = found == 0 && row->registered_at != 0;
    if (registered && digest_equal(&row->registration_token, &hash, sizeof(hash))) {
        return ALLOWED;
    }
    return REFUSED(INVALID_TOKEN, .check = "registration_access_token",
                   .detail = registered ? "this is not the registration access token of this client"
                                        : "no client of this client_id has registered itself",
                   .expected = "the registration_access_token that the registration answered",
                   .actual = registered ? "another token" : "no such registration",
                   .clause = "RFC 7592 3");
}

static json_t *stored_metadata(const struct client_row *row)
{
    return json_loads(row->metadata, 0, NULL);
}

struct verdict registration_read(struct tenant *tenant, struct arena *arena,
                                 const struct registered *client, json_t **answer)
{
    struct client_row row = {0};
    TRY(open_client(tenant, arena, client, &row));
    json_auto_t *metadata = stored_metadata(&row);
    *answer = respond(metadata, NULL, client->token);
    return ALLOWED;
}

/* RFC 7592 2.2: what the server alone decides is not sent, and what is sent of the rest is what
 * stands. */
static struct verdict check_replacement(struct arena *arena, const struct client_row *row,
                                        const json_t *sent)
{
    static const char *const forbidden[] = {"registration_access_token", "registration_client_uri",
                                            "client_secret_expires_at", "client_id_issued_at"};
    for (size_t i = 0; i < COUNT(forbidden); i++) {
        if (registration_metadata_get(sent, forbidden[i]) != NULL) {
            return REFUSED(INVALID_CLIENT_METADATA, .check = forbidden[i],
                           .detail = arena_printf(arena,
                                                  "/%s: stands there; expected none, as it is not "
                                                  "the client's to change",
                                                  forbidden[i]),
                           .expected = "none", .actual = "one", .clause = "RFC 7592 2.2");
        }
    }
    const char *id = arena_strdup(arena, json_string_value(json_object_get(sent, "client_id")));
    if (!str_equal(id, row->client_id)) {
        return REFUSED(INVALID_CLIENT_METADATA, .check = "client_id",
                       .detail = arena_printf(arena, "/client_id: is %s%s%s; expected \"%s\"",
                                              id != NULL ? "\"" : "", id != NULL ? id : "missing",
                                              id != NULL ? "\"" : "", row->client_id),
                       .expected = row->client_id, .actual = id, .clause = "RFC 7592 2.2");
    }
    return ALLOWED;
}

static struct verdict check_secret(const struct client_row *row, const json_t *sent)
{
    const json_t *value = registration_metadata_get(sent, "client_secret");
    const char *secret = json_string_value(value);
    if (value == NULL || (secret != NULL && client_secret_is(row, secret))) {
        return ALLOWED;
    }
    return REFUSED(
        INVALID_CLIENT_METADATA, .check = "client_secret",
        .detail = "/client_secret: is not the client's; expected the one it has, or none",
        .expected = "the client's secret", .actual = "another", .clause = "RFC 7592 2.2");
}

/* What takes the place of a registration, made of what was sent and of what stands. */
struct replacement {
    const json_t *sent;
    json_t *metadata;   /* with all that is stored, once it is */
    const char *secret; /* a new one; NULL: none */
};

static struct verdict replace(struct tenant *tenant, struct arena *arena,
                              const struct registered *client, struct replacement *new)
{
    struct client_row row = {0};
    TRY(open_client(tenant, arena, client, &row));
    TRY(check_replacement(arena, &row, new->sent));
    TRY(check_secret(&row, new->sent));
    bool needs = registration_metadata_has_secret(new->metadata);
    new->secret = needs &&row.secret_hash == NULL ? secret_new(tenant, arena) : NULL;
    json_object_set_new(new->metadata, "client_id", json_string(row.client_id));
    json_object_set_new(new->metadata, "client_id_issued_at", json_integer(row.registered_at));
    const struct draft draft = {.metadata = new->metadata,
                                .sent = new->sent,
                                .secret = new->secret,
                                .proof = needs ? row.secret_hash : NULL,
                                .registered_at = row.registered_at,
                                .token = row.registration_token};
    return put(tenant, arena, &draft);
}

/* RFC 7592 2.3: one that was deleted meanwhile does not come back, so that it is looked for again
 * in the transaction that changes it. */
struct verdict registration_replace(struct tenant *tenant, struct arena *arena,
                                    const struct registered *client, const json_t *sent,
                                    json_t **answer)
{
    struct client_row row = {0};
    json_auto_t *metadata = NULL;
    TRY(open_client(tenant, arena, client, &row));
    TRY(registration_metadata_read(tenant, arena, sent, &metadata));
    struct replacement new = {.sent = sent, .metadata = metadata};
    if (db_begin(tenant->db) != 0) {
        return error_store_broken();
    }
    TRY(settle(tenant, replace(tenant, arena, client, &new)));
    *answer = respond(metadata, new.secret, client->token);
    return ALLOWED;
}

static struct verdict drop(struct tenant *tenant, struct arena *arena,
                           const struct registered *client)
{
    struct client_row row = {0};
    TRY(open_client(tenant, arena, client, &row));
    return clients_delete(tenant->db, row.id) != 0 ? error_store_broken() : ALLOWED;
}

struct verdict registration_delete(struct tenant *tenant, struct arena *arena,
                                   const struct registered *client)
{
    if (db_begin(tenant->db) != 0) {
        return error_store_broken();
    }
    return settle(tenant, drop(tenant, arena, client));
}
