#include "server/seed_documents.h"

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/make/document.h"
#include "server/make/fill.h"
#include "server/oauth/secret.h"
#include "server/seed_resources.h"
#include "server/store/api_tokens.h"

struct putter {
    const struct api *api;
    const json_t *fixture;
};

static int64_t integer_of(const json_t *document, const char *member)
{
    return json_integer_value(json_object_get(document, member));
}

/* Whose it is, by its own members or those of what it is part of. */
static void take_owners(const struct putter *putter, const struct collection *collection,
                        const json_t *document, struct document_row *row)
{
    struct arena *arena = putter->api->arena;
    if (collection->of != NULL) {
        const json_t *parent = seed_find_parent(arena, putter->fixture, collection, document);
        const char *member;
        const struct document_row above = {
            .collection = collection->of->name,
            .parent = "",
            .key = document_key_of(arena, collection->of, parent, &member),
        };
        take_owners(putter, collection->of, parent, row);
        row->parent = document_path(arena, &above);
        return;
    }
    const json_t *team = seed_find_by_id(json_object_get(putter->fixture, "teams"),
                                         json_object_get(document, owner_members[OWNER_TEAM]));
    bool is_team = str_equal(collection->name, "teams");
    bool is_organization = str_equal(collection->name, "organizations");
    row->parent = "";
    row->team = integer_of(document, is_team ? "id" : owner_members[OWNER_TEAM]);
    row->organization = integer_of(team != NULL ? team : document,
                                   is_organization ? "id" : owner_members[OWNER_ORGANIZATION]);
}

static int change_document(const struct api *api, const struct document_row *row,
                           const json_t *document)
{
    struct document_row old;
    if (documents_get(api->tenant->db, api->tenant->id, row, api->arena, &old) != 0) {
        return DB_BROKEN;
    }
    json_auto_t *json = stored_json(&old);
    json_object_update(json, (json_t *)(uintptr_t)document);
    return stored_change(api, &old, json) == 0 ? 0 : DB_BROKEN;
}

static int put_document(const struct putter *putter, const struct collection *collection,
                        const json_t *document)
{
    const struct api *api = putter->api;
    const char *member;
    struct document_row row = {.collection = collection->name};
    json_auto_t *whole = fill(api, collection->fresh, 0);
    json_object_update(whole, (json_t *)(uintptr_t)document);
    json_object_del(whole, SEED_OF);
    row.key = document_key_of(api->arena, collection, whole, &member);
    take_owners(putter, collection, document, &row);
    if (collection->owner == OWNER_USER) {
        row.user = integer_of(whole, owner_members[OWNER_USER]);
    }
    document_settle(api, collection, row.parent, whole);
    return stored_add(api, &row, whole) < 0 ? DB_BROKEN : 0;
}

static int put_list(const struct putter *putter, const char *name, const json_t *list)
{
    const struct collection *collection = catalogue_collection(putter->api->make->catalogue, name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (put_document(putter, collection, json_array_get(list, i)) < 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

static int put_resources(const struct putter *putter)
{
    const struct tenant *tenant = putter->api->tenant;
    const char *name;
    json_t *list;
    json_object_foreach(json_object_get(putter->fixture, "resources"), name, list)
    {
        if (put_list(putter, name, list) < 0) {
            return DB_BROKEN;
        }
    }
    return documents_put_done(tenant->db, tenant->id);
}

/* An organization or a team as the fixture has it. One that is there keeps what the fixture does not say. */
static int put_place(const struct api *api, const char *collection, const json_t *place)
{
    int64_t id = integer_of(place, "id");
    bool is_team = str_equal(collection, "teams");
    struct document_row row = {
        .collection = collection,
        .parent = "",
        .key = arena_printf(api->arena, "%lld", (long long)id),
        .organization = is_team ? integer_of(place, owner_members[OWNER_ORGANIZATION]) : id,
        .team = is_team ? id : 0,
    };
    int outcome = stored_add(api, &row, place);
    if (outcome == 1) {
        outcome = change_document(api, &row, place);
    }
    if (outcome == 0 && is_team) {
        outcome = documents_move(api->tenant->db, api->tenant->id, id, row.organization);
    }
    return outcome;
}

static int put_places(const struct api *api, const json_t *fixture, const char *collection)
{
    const json_t *list = json_object_get(fixture, collection);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (put_place(api, collection, json_array_get(list, i)) != 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

static int put_tokens(const struct api *api, const json_t *user)
{
    const struct tenant *tenant = api->tenant;
    const json_t *tokens = json_object_get(user, "api_tokens");
    struct user_row row;
    const char *sub = json_string_value(json_object_get(user, "sub"));
    if (json_array_size(tokens) == 0) {
        return 0;
    }
    if (users_find(tenant->db, tenant->id, sub, api->arena, &row) != 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < json_array_size(tokens); i++) {
        const json_t *item = json_array_get(tokens, i);
        const char *token = json_string_value(json_object_get(item, "token"));
        const char *label = json_string_value(json_object_get(item, "label"));
        const struct api_token_row put = {
            .hash = secret_hash(token),
            .user = row.id,
            .label = label != NULL ? label : "of the fixture",
            .scope = json_string_value(json_object_get(item, "scope")),
            .masked = arena_printf(api->arena, "%.8s-****", token),
            .created_at = tenant_now(tenant) * 1000,
            .of_fixture = true,
        };
        if (api_tokens_put(tenant->db, tenant->id, &put) < 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

/* Documents are the first user's. */
static int first_user(struct tenant *tenant, struct arena *arena, struct user_row *user)
{
    const struct user_row *rows;
    size_t count;
    if (users_list(tenant->db, tenant->id, arena, &rows, &count) != 0 || count == 0) {
        return DB_BROKEN;
    }
    *user = rows[0];
    return 0;
}

static int with_api(struct tenant *tenant, struct arena *arena, const struct make *make,
                    json_t *fixture, int (*act)(const struct api *api, json_t *fixture))
{
    static const struct match no_match = {0};
    static const struct form no_query = {0};
    struct caller caller = {0};
    const struct api api = {.tenant = tenant,
                            .arena = arena,
                            .make = make,
                            .match = &no_match,
                            .query = &no_query,
                            .caller = &caller};
    return first_user(tenant, arena, &caller.user) == 0 ? act(&api, fixture) : DB_BROKEN;
}

static int put(const struct api *api, json_t *fixture)
{
    const struct tenant *tenant = api->tenant;
    const struct putter putter = {.api = api, .fixture = fixture};
    const json_t *users = json_object_get(fixture, "users");
    int are_put = documents_are_put(tenant->db, tenant->id);
    bool is_first = are_put == 1 && json_object_get(fixture, "resources") != NULL;
    if (are_put < 0 || put_places(api, fixture, "organizations") != 0 ||
        put_places(api, fixture, "teams") != 0 || (is_first && put_resources(&putter) != 0) ||
        api_tokens_clear_fixture(tenant->db, tenant->id) < 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < json_array_size(users); i++) {
        if (put_tokens(api, json_array_get(users, i)) < 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

int seed_documents_put(struct tenant *tenant, struct arena *arena, const struct make *make,
                       const json_t *fixture)
{
    return with_api(tenant, arena, make, (json_t *)(uintptr_t)fixture, put);
}

/* What the fixture has not said of an organization or a team. */
static int complete_place(const struct api *api, const struct document_row *row,
                          const json_t *fresh, json_t *list)
{
    struct document_row changed = *row;
    json_auto_t *json = stored_json(row);
    json_auto_t *whole = fill(api, fresh, integer_of(json, "id"));
    json_object_update_recursive(whole, json);
    json_array_append(list, whole);
    return json_equal(whole, json) || stored_change(api, &changed, whole) == 0 ? 0 : DB_BROKEN;
}

static int complete_places(const struct api *api, json_t *fixture, const char *name)
{
    const struct documents_filter filter = {.collection = name};
    const struct document_row *rows;
    size_t count;
    json_t *list = json_array();
    json_object_set_new(fixture, name, list);
    if (documents_list(api->tenant->db, api->tenant->id, &filter, api->arena, &rows, &count) != 0) {
        return DB_BROKEN;
    }
    const json_t *fresh = catalogue_collection(api->make->catalogue, name)->fresh;
    for (size_t i = 0; i < count; i++) {
        if (complete_place(api, &rows[i], fresh, list) != 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

/* Who documents can belong to. */
static int complete_users(const struct api *api, json_t *fixture)
{
    const struct user_row *rows;
    size_t count;
    json_t *list = json_array();
    json_object_set_new(fixture, "users", list);
    if (users_list(api->tenant->db, api->tenant->id, api->arena, &rows, &count) != 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_pack("{s:s}", "sub", rows[i].sub));
    }
    return 0;
}

static int complete(const struct api *api, json_t *fixture)
{
    const struct putter putter = {.api = api, .fixture = fixture};
    int are_put = documents_are_put(api->tenant->db, api->tenant->id);
    if (are_put < 0 || complete_places(api, fixture, "organizations") != 0 ||
        complete_places(api, fixture, "teams") != 0 || complete_users(api, fixture) != 0) {
        return DB_BROKEN;
    }
    if (are_put == 0) {
        return 0;
    }
    seed_resources_fill(api->arena, api->make, fixture);
    return put_resources(&putter);
}

int seed_documents_complete(struct tenant *tenant, const struct make *make)
{
    struct arena *arena = arena_new();
    json_auto_t *fixture = json_object();
    int outcome = db_begin(tenant->db);
    if (outcome == 0) {
        outcome = with_api(tenant, arena, make, fixture, complete);
        if (outcome == 0) {
            outcome = db_commit(tenant->db);
        } else {
            db_rollback(tenant->db);
        }
    }
    arena_free(arena);
    return outcome;
}
