#include "server/seed_resources.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/base/shape.h"
#include "server/base/str.h"
#include "server/make/document.h"

#define OF SEED_OF

extern const char embedded_fixtures_make_resources_json[];

struct judge {
    struct arena *arena;
    const struct make *make;
    const json_t *fixture;
    const char **problem;
};

static const struct place document_place;
static const struct place resources_place = {.parent = &document_place, .member = "resources"};

const json_t *seed_find_by_id(const json_t *list, const json_t *id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (json_equal(json_object_get(item, "id"), id)) {
            return item;
        }
    }
    return NULL;
}

/* ["my-app","1"] -> "my-app/1" */
static const char *joined(struct arena *arena, const json_t *parts)
{
    const char *key = NULL;
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const char *part = json_string_value(json_array_get(parts, i));
        if (part == NULL) {
            return NULL;
        }
        key = key == NULL ? part : arena_printf(arena, "%s/%s", key, part);
    }
    return key;
}

const json_t *seed_find_parent(struct arena *arena, const json_t *fixture,
                               const struct collection *collection, const json_t *document)
{
    const char *wanted = joined(arena, json_object_get(document, OF));
    bool is_at_top = collection->of->owner == OWNER_ORGANIZATION &&
                     json_object_get(fixture, collection->of->name) != NULL;
    const json_t *list = json_object_get(
        is_at_top ? fixture : json_object_get(fixture, "resources"), collection->of->name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const char *member;
        if (wanted != NULL &&
            str_equal(document_key_of(arena, collection->of, item, &member), wanted)) {
            return item;
        }
    }
    return NULL;
}

/* Users go by their subjects. */
static bool is_user(const struct judge *judge, const json_t *id)
{
    const char *number = json_text(judge->arena, id, NULL);
    const json_t *users = json_object_get(judge->fixture, "users");
    for (size_t i = 0; i < json_array_size(users); i++) {
        if (str_equal(json_string_value(json_object_get(json_array_get(users, i), "sub")),
                      number)) {
            return true;
        }
    }
    return false;
}

/* What says whose team it is in says no other organization. */
static int check_organization(const struct judge *judge, const json_t *team, const json_t *document,
                              const struct place *place)
{
    const char *member = owner_members[OWNER_ORGANIZATION];
    const struct place here = {.parent = place, .member = member};
    const json_t *said = json_object_get(document, member);
    const json_t *of_team = json_object_get(team, member);
    return said == NULL || json_equal(said, of_team)
               ? 0
               : shape_refuse(judge->arena, &here, said, "is not the team's",
                              json_text(judge->arena, of_team, NULL), judge->problem);
}

static int check_owner(const struct judge *judge, const struct collection *collection,
                       const json_t *document, const struct place *place)
{
    static const char *const lists[OWNER__MAX] = {
        [OWNER_ORGANIZATION] = "organizations", [OWNER_TEAM] = "teams"};
    const char *member = owner_members[collection->owner];
    const json_t *id = member != NULL ? json_object_get(document, member) : NULL;
    const char *list = lists[collection->owner];
    const json_t *owner =
        list != NULL ? seed_find_by_id(json_object_get(judge->fixture, list), id) : NULL;
    const struct place here = {.parent = place, .member = member};
    if (collection->owner == OWNER_USER && id != NULL && !is_user(judge, id)) {
        return shape_refuse(judge->arena, &here, id, "is nobody", "the number of a user of /users",
                            judge->problem);
    }
    if (list == NULL || owner != NULL) {
        return collection->owner == OWNER_TEAM ? check_organization(judge, owner, document, place)
                                               : 0;
    }
    return shape_refuse(judge->arena, &here, id, id == NULL ? "is missing" : "is not there",
                        arena_printf(judge->arena, "an id from /%s", list), judge->problem);
}

/* A member that no document of the collection has is a slip. */
static int refuse_member(const struct judge *judge, const struct collection *collection,
                         const struct place *place)
{
    struct nearest nearest;
    nearest_init(&nearest, place->member);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)collection->fresh, name, value)
    {
        nearest_offer(&nearest, name);
    }
    const char *meant = nearest_text(&nearest);
    return shape_refuse(judge->arena, place, NULL, "is no member of it",
                        meant != NULL
                            ? arena_printf(judge->arena, "one that it has, such as %s", meant)
                            : "one that it has",
                        judge->problem);
}

static int check_types(const struct judge *judge, const struct collection *collection,
                       const json_t *document, const struct place *place)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)document, name, value)
    {
        const struct place here = {.parent = place, .member = name};
        const json_t *example = json_object_get(collection->fresh, name);
        if (example == NULL && !str_equal(name, OF)) {
            return refuse_member(judge, collection, &here);
        }
        if (example != NULL && !document_has_type(value, example)) {
            return shape_refuse(judge->arena, &here, value, "has another type",
                                document_type_name(example), judge->problem);
        }
    }
    return 0;
}

static int check_document(const struct judge *judge, const struct collection *collection,
                          const json_t *document, const struct place *place)
{
    const char *member;
    if (!json_is_object(document)) {
        return shape_refuse(judge->arena, place, document, "is none",
                            arena_printf(judge->arena, "an object: one of %s", collection->name),
                            judge->problem);
    }
    if (document_key_of(judge->arena, collection, document, &member) == NULL) {
        const struct place here = {.parent = place, .member = member};
        return shape_refuse(
            judge->arena, &here, json_object_get(document, member), "cannot be a key",
            "a number from 1, or a text of 1 to 255 bytes without slash, backslash and control "
            "characters",
            judge->problem);
    }
    if (collection->of != NULL &&
        seed_find_parent(judge->arena, judge->fixture, collection, document) == NULL) {
        const struct place here = {.parent = place, .member = OF};
        return shape_refuse(
            judge->arena, &here, json_object_get(document, OF), "is not there",
            arena_printf(judge->arena, "the key of one of the %s, as a list", collection->of->name),
            judge->problem);
    }
    return check_types(judge, collection, document, place) != 0 ||
           (collection->of == NULL && check_owner(judge, collection, document, place) != 0);
}

/* Its key, below what it is part of, is no other's. */
static int check_once(const struct judge *judge, const struct collection *collection,
                      const json_t *document, const struct place *place, json_t *seen)
{
    const char *member;
    const char *of = joined(judge->arena, json_object_get(document, OF));
    const char *key = arena_printf(judge->arena, "%s//%s", of != NULL ? of : "",
                                   document_key_of(judge->arena, collection, document, &member));
    const struct place here = {.parent = place, .member = member};
    if (json_object_get(seen, key) != NULL) {
        return shape_refuse(judge->arena, &here, json_object_get(document, member), "stands twice",
                            "one that no other document of the list has", judge->problem);
    }
    json_object_set_new(seen, key, json_true());
    return 0;
}

static int refuse_collection(const struct judge *judge, const char *name, const struct place *place)
{
    size_t count;
    struct nearest nearest;
    const struct collection *rows = catalogue_collections(judge->make->catalogue, &count);
    nearest_init(&nearest, name);
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, rows[i].name);
    }
    const char *meant = nearest_text(&nearest);
    return shape_refuse(judge->arena, place, NULL, "is no collection of the API",
                        meant != NULL ? arena_printf(judge->arena, "one of them, such as %s", meant)
                                      : "one of them",
                        judge->problem);
}

static int check_collection(const struct judge *judge, const char *name, const json_t *list)
{
    const struct place place = {.parent = &resources_place, .member = name};
    const struct collection *collection = catalogue_collection(judge->make->catalogue, name);
    if (collection == NULL) {
        return refuse_collection(judge, name, &place);
    }
    json_auto_t *seen = json_object();
    for (size_t i = 0; i < json_array_size(list); i++) {
        const struct place here = {.parent = &place, .index = i};
        const json_t *document = json_array_get(list, i);
        if (check_document(judge, collection, document, &here) != 0 ||
            check_once(judge, collection, document, &here, seen) != 0) {
            return 1;
        }
    }
    return 0;
}

/* An API token may hold what the catalogue has, and what is no matter of signing in. */
static int check_token_scope(const struct judge *judge, const json_t *token,
                             const struct place *place)
{
    const struct place here = {.parent = place, .member = "scope"};
    const json_t *scopes = json_object_get(judge->fixture, "scopes");
    const char *at = json_string_value(json_object_get(token, "scope"));
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(judge->arena, word, size);
        bool found = false;
        for (size_t i = 0; i < json_array_size(scopes) && !found; i++) {
            const json_t *scope = json_array_get(scopes, i);
            found = str_equal(json_string_value(json_object_get(scope, "name")), name) &&
                    !str_equal(json_string_value(json_object_get(scope, "kind")), "oidc");
        }
        if (!found) {
            return shape_refuse(
                judge->arena, &here, NULL,
                arena_printf(judge->arena,
                             "has \"%s\", which is none of the API's in the catalogue", name),
                "names from /scopes, of another kind than oidc", judge->problem);
        }
    }
    return 0;
}

/* It is one user's. */
static int check_token(const struct judge *judge, const json_t *token, const struct place *place,
                       json_t *seen)
{
    const char *text = json_string_value(json_object_get(token, "token"));
    if (json_object_get(seen, text) != NULL) {
        const struct place here = {.parent = place, .member = "token"};
        return shape_refuse(judge->arena, &here, NULL, "stands twice", "one that nobody else has",
                            judge->problem);
    }
    json_object_set_new(seen, text, json_true());
    return check_token_scope(judge, token, place);
}

static int check_tokens(const struct judge *judge)
{
    json_auto_t *seen = json_object();
    const struct place users_place = {.parent = &document_place, .member = "users"};
    const json_t *users = json_object_get(judge->fixture, "users");
    for (size_t i = 0; i < json_array_size(users); i++) {
        const struct place user = {.parent = &users_place, .index = i};
        const struct place place = {.parent = &user, .member = "api_tokens"};
        const json_t *tokens = json_object_get(json_array_get(users, i), "api_tokens");
        for (size_t j = 0; j < json_array_size(tokens); j++) {
            const struct place here = {.parent = &place, .index = j};
            if (check_token(judge, json_array_get(tokens, j), &here, seen) != 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* What the API shows of an organization or a team stands at the top. */
static int check_places(const struct judge *judge, const char *name)
{
    const struct place place = {.parent = &document_place, .member = name};
    const struct collection *collection = catalogue_collection(judge->make->catalogue, name);
    const json_t *list = json_object_get(judge->fixture, name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const struct place here = {.parent = &place, .index = i};
        if (check_types(judge, collection, json_array_get(list, i), &here) != 0) {
            return 1;
        }
    }
    return 0;
}

/* What of the built-in ones has its owner and its parent here; what others are part of stands before them. */
static void keep_fitting(const struct judge *judge, const json_t *standard, json_t *kept)
{
    const char *name;
    json_t *list;
    json_object_foreach((json_t *)(uintptr_t)standard, name, list)
    {
        const struct collection *collection = catalogue_collection(judge->make->catalogue, name);
        json_t *mine = json_array();
        json_object_set_new(kept, name, mine);
        for (size_t i = 0; i < json_array_size(list); i++) {
            json_t *document = json_array_get(list, i);
            if (check_document(judge, collection, document, &resources_place) == 0) {
                json_array_append(mine, document);
            }
        }
    }
}

void seed_resources_fill(struct arena *arena, const struct make *make, json_t *fixture)
{
    const char *problem = NULL;
    const struct judge judge = {
        .arena = arena, .make = make, .fixture = fixture, .problem = &problem};
    json_auto_t *standard = json_loads(embedded_fixtures_make_resources_json, 0, NULL);
    json_t *kept = json_object();
    json_object_set_new(fixture, "resources", kept);
    keep_fitting(&judge, standard, kept);
}

static bool says_more(const json_t *list, size_t members)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_object_size(json_array_get(list, i)) > members) {
            return true;
        }
    }
    return false;
}

/* The shape wants id and name of both, and organizationId of a team. */
bool seed_resources_any(const json_t *fixture)
{
    return json_object_get(fixture, "resources") != NULL ||
           says_more(json_object_get(fixture, "organizations"), 2) ||
           says_more(json_object_get(fixture, "teams"), 3);
}

int seed_resources_check(struct arena *arena, const struct make *make, const json_t *fixture,
                         const char **problem)
{
    const struct judge judge = {
        .arena = arena, .make = make, .fixture = fixture, .problem = problem};
    const char *name;
    json_t *list;
    json_object_foreach(json_object_get(fixture, "resources"), name, list)
    {
        if (check_collection(&judge, name, list) != 0) {
            return 1;
        }
    }
    bool is_wrong = seed_resources_any(fixture) && (check_places(&judge, "organizations") != 0 ||
                                                    check_places(&judge, "teams") != 0);
    return is_wrong || check_tokens(&judge) != 0;
}
