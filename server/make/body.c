#include "server/make/body.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"
#include "server/documents/user.h"
#include "server/make/trait.h"

#define DEPTH_MAX 200

struct verdict body_check_depth(struct arena *arena, const char *field, const json_t *value)
{
    return json_is_within(value, DEPTH_MAX)
               ? ALLOWED
               : input_refuse(arena, field, "is nested too deep",
                              arena_printf(arena, "lists and objects at most %d deep", DEPTH_MAX));
}

/* A member that is JSON in a text, as the API takes some, or the JSON itself. */
static struct verdict parse(const struct api *api, const char *name, json_t *value, json_t **parsed)
{
    json_error_t error;
    *parsed = json_is_string(value) ? json_loads(json_string_value(value), JSON_DECODE_ANY, &error)
                                    : json_incref(value);
    if (*parsed == NULL) {
        return input_refuse(
            api->world->arena, name,
            arena_printf(api->world->arena, "is no JSON at its byte %d", error.position),
            "JSON in a text");
    }
    return body_check_depth(api->world->arena, name, *parsed);
}

static struct verdict take_member(const struct api *api, const struct collection *collection,
                                  const char *name, json_t *value, json_t *members, json_t *apart)
{
    const char *renamed = json_string_value(json_object_get(collection->rename, name));
    bool is_apart = json_has_text(collection->apart, name);
    json_auto_t *parsed = json_incref(value);
    if (json_has_text(collection->parse, name)) {
        json_decref(parsed);
        TRY(parse(api, name, value, &parsed));
    }
    json_object_set(is_apart ? apart : members, renamed != NULL ? renamed : name, parsed);
    return ALLOWED;
}

/* ?teamId=1 says whose the new one is, too. */
static struct verdict take_owner(const struct api *api, const struct collection *collection,
                                 enum owner owner, json_t *members)
{
    const char *name = owner_members[owner];
    int64_t number;
    if (json_object_get(collection->fresh, name) == NULL ||
        json_object_get(members, name) != NULL) {
        return ALLOWED;
    }
    TRY(api_number(api, name, &number));
    if (number != 0) {
        json_object_set_new(members, name, json_integer(number));
    }
    return ALLOWED;
}

struct verdict body_check_object(const struct api *api)
{
    return api->body == NULL || json_is_object(api->body)
               ? ALLOWED
               : input_refuse(api->world->arena, "the body", "is no object", "a JSON object");
}

struct verdict body_read(const struct api *api, const struct collection *collection,
                         json_t **members, json_t **apart)
{
    const struct trait *trait = trait_of(collection);
    TRY(body_check_object(api));
    json_auto_t *mine = json_object();
    json_auto_t *beside = json_object();
    const char *name;
    json_t *value;
    json_object_foreach(api->body, name, value)
    {
        TRY(take_member(api, collection, name, value, mine, beside));
    }
    TRY(trait->read != NULL ? trait->read(api, mine, beside) : ALLOWED);
    TRY(take_owner(api, collection, OWNER_TEAM, mine));
    TRY(take_owner(api, collection, OWNER_ORGANIZATION, mine));
    *members = json_incref(mine);
    *apart = json_incref(beside);
    return ALLOWED;
}

static const char *name_in_body(const struct collection *collection, const char *member)
{
    const struct trait *trait = trait_of(collection);
    return trait->name_in_body != NULL ? trait->name_in_body(member)
                                       : input_name(collection, member);
}

struct verdict body_check_required(const struct api *api, const struct collection *collection,
                                   const json_t *members, enum body_extent extent)
{
    for (size_t i = 0; i < json_array_size(collection->required); i++) {
        const char *name = json_string_value(json_array_get(collection->required, i));
        const json_t *value = json_object_get(members, name);
        if (value == NULL && extent == BODY_OF_CHANGES) {
            continue;
        }
        bool is_empty = json_is_string(value) && json_string_length(value) == 0;
        if (value == NULL || json_is_null(value) || is_empty) {
            return input_refuse(api->world->arena, name_in_body(collection, name),
                                is_empty ? "is empty" : "is missing", "a value");
        }
    }
    return ALLOWED;
}

static struct verdict read_key(const struct api *api, const struct collection *collection,
                               const json_t *document, const char **key)
{
    const char *member;
    *key = document_key_of(api->world->arena, collection, document, &member);
    return *key != NULL ? ALLOWED
                        : input_refuse(api->world->arena, member, "cannot be a key",
                                       "a text of 1 to 255 bytes without slash, backslash and "
                                       "control characters");
}

static int64_t owner_of(const json_t *document, enum owner owner, int64_t otherwise)
{
    const json_t *value = json_object_get(document, owner_members[owner]);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* Whose it is can be said by what it is part of, or by its team. */
static void fill_owners(const struct collection *collection, const struct subject *subject,
                        json_t *made)
{
    const int64_t owners[OWNER__MAX] = {
        [OWNER_ORGANIZATION] = subject->organization, [OWNER_TEAM] = subject->team};
    for (int owner = OWNER_ORGANIZATION; owner < OWNER__MAX; owner++) {
        const json_t *mine = json_object_get(made, owner_members[owner]);
        if (json_is_integer(json_object_get(collection->fresh, owner_members[owner])) &&
            json_integer_value(mine) == 0 && owners[owner] != 0) {
            json_object_set_new(made, owner_members[owner], json_integer(owners[owner]));
        }
    }
}

/* No body says what the server keeps of a new document, or the key that it draws. */
static void forget_kept(const struct collection *collection, json_t *members)
{
    json_drop(members, collection->kept);
    if (collection->key_kind != KEY_NAME) {
        json_drop(members, collection->key);
    }
}

/* A team and an organization belong to themselves; the rest to what it is part of, or as its
 * collection says. */
static void take_owners(const struct collection *collection, const struct subject *subject,
                        int64_t number, struct document_row *row)
{
    bool is_team = str_equal(collection->name, "teams");
    bool is_organization = str_equal(collection->name, "organizations");
    bool is_of_team = collection->owner == OWNER_TEAM || collection->of != NULL;
    row->organization = is_organization ? number : subject->organization;
    row->team = is_team ? number : is_of_team ? subject->team : 0;
}

/* What the path says no body says otherwise. */
static struct verdict check_path(const struct api *api, const struct collection *collection,
                                 const json_t *members)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)members, name, value)
    {
        const json_t *example = json_object_get(collection->fresh, name);
        json_auto_t *said =
            fill_is_of_path(example) ? fill_value(api->world, example, 0, api->match) : NULL;
        if (said != NULL && !json_is_null(said) && !json_equal(said, value)) {
            return input_refuse(api->world->arena, name, "is another than in the path",
                                json_text(api->world->arena, said, NULL));
        }
    }
    return ALLOWED;
}

struct verdict body_make(const struct api *api, const struct subject *subject,
                         const json_t *members, struct document_row *row, json_t **document)
{
    const struct collection *collection = api->match->operation->collection;
    int64_t number = 0;
    TRY(body_check_required(api, collection, members, BODY_OF_ALL));
    TRY(document_check(api->world, collection, members, NULL));
    TRY(check_path(api, collection, members));
    if (collection->key_kind == KEY_INTEGER &&
        documents_number(api->world->tenant->db, collection->name, &number) != 0) {
        return error_store_broken();
    }
    json_auto_t *made = fill_value(api->world, collection->fresh, number, api->match);
    json_auto_t *said = json_copy((json_t *)(uintptr_t)members);
    forget_kept(collection, said);
    json_object_update(made, said);
    fill_owners(collection, subject, made);
    if (number != 0) {
        json_object_set_new(made, "id", json_integer(number)); /* no body chooses it */
    }
    document_settle(api->world, collection, subject->parent, made);
    *row = (struct document_row){.collection = collection->name, .parent = subject->parent};
    TRY(read_key(api, collection, made, &row->key));
    take_owners(collection, subject, number, row);
    row->user = collection->owner == OWNER_USER
                    ? owner_of(made, OWNER_USER, user_number(&api->caller->user))
                    : 0;
    *document = json_incref(made);
    return ALLOWED;
}
