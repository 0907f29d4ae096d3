#include "server/catalogue/collections.h"

#include <stdint.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "server/base/memory.h"
#include "server/base/nearest.h"
#include "server/base/shape.h"
#include "server/base/str.h"

#define COLLECTIONS_MAX 128
#define TEXT_MAX_SIZE 255

const char *const owner_names[OWNER__MAX] = {[OWNER_NONE] = "none",
                                             [OWNER_USER] = "user",
                                             [OWNER_ORGANIZATION] = "organization",
                                             [OWNER_TEAM] = "team"};
const char *const owner_members[OWNER__MAX] = {
    [OWNER_USER] = "userId", [OWNER_ORGANIZATION] = "organizationId", [OWNER_TEAM] = "teamId"};

/* With a NULL behind them, as a shape takes words. */
static const char *const key_kind_names[KEY_KIND__MAX + 1] = {
    [KEY_INTEGER] = "integer", [KEY_UUID] = "uuid", [KEY_HEX] = "hex", [KEY_NAME] = "name"};
static const char *const owner_words[] = {"none", "user", "organization", "team", NULL};
static const char *const directions[] = {"asc", "desc", NULL};

struct collections {
    json_t *definitions;
    struct collection list[COLLECTIONS_MAX];
    size_t count;
};

/* -- what a word may be ------------------------------------------------------------------------ */

static const struct shape text = {
    .type = SHAPE_TEXT, .expected = "a text", .min = 1, .max = TEXT_MAX_SIZE};
static const struct shape key_kind = {.type = SHAPE_TEXT,
                                      .expected = "integer, uuid, hex or name",
                                      .min = 1,
                                      .max = TEXT_MAX_SIZE,
                                      .words = key_kind_names};
static const struct shape owner = {.type = SHAPE_TEXT,
                                   .expected = "none, user, organization or team",
                                   .min = 1,
                                   .max = TEXT_MAX_SIZE,
                                   .words = owner_words};
static const struct shape direction = {.type = SHAPE_TEXT,
                                       .expected = "asc or desc",
                                       .min = 1,
                                       .max = TEXT_MAX_SIZE,
                                       .words = directions};
static const struct shape names = {.type = SHAPE_LIST,
                                   .expected = "a list of names",
                                   .min = 1,
                                   .max = TEXT_MAX_SIZE,
                                   .item = &text,
                                   .unique = true};
static const struct shape lists = {.type = SHAPE_LIST,
                                   .expected = "a list of lists of names",
                                   .min = 1,
                                   .max = TEXT_MAX_SIZE,
                                   .item = &names};
static const struct shape texts = {.type = SHAPE_MAP,
                                   .expected = "an object of texts",
                                   .min = 1,
                                   .max = TEXT_MAX_SIZE,
                                   .item = &text};
static const struct shape_member no_members[] = {{0}};
static const struct shape values = {
    .type = SHAPE_RECORD, .expected = "an object", .members = no_members, .open = true};

static const struct shape_member of_members[] = {
    {"collection", &text, true}, {"parameters", &lists, true}, {0}};
static const struct shape of = {
    .type = SHAPE_RECORD, .expected = "an object", .members = of_members};

static const struct shape_member sorted_members[] = {
    {"by", &text, true}, {"dir", &direction, true}, {0}};
static const struct shape sorted = {
    .type = SHAPE_RECORD, .expected = "an object", .members = sorted_members};

/* TABLE of the words. One earns its place with three collections; what fewer need is a function of
 * server/documents or server/make. */
static const struct shape_member words[] = {
    {"one", &text, false},       {"many", &text, true},         {"id", &key_kind, true},
    {"key", &names, true},       {"parameters", &lists, false}, {"of", &of, false},
    {"owner", &owner, false},    {"required", &names, false},   {"new", &values, true},
    {"rename", &texts, false},   {"parse", &names, false},      {"apart", &names, false},
    {"optional", &names, false}, {"kept", &names, false},       {"touched", &values, false},
    {"refers", &texts, false},   {"sorted", &sorted, false},    {0}};
static const struct shape collection_shape = {
    .type = SHAPE_RECORD, .expected = "an object", .members = words};
static const struct shape collections_shape = {.type = SHAPE_MAP,
                                               .expected = "an object of at most 128 collections",
                                               .min = 1,
                                               .max = COLLECTIONS_MAX,
                                               .item = &collection_shape};

/* -- what words name --------------------------------------------------------------------------- */

struct table_check {
    struct arena *arena;
    const struct collections *collections;
    const char **problem;
};

static const struct place root;

static int refuse_name(const struct table_check *check, const struct place *place, const char *name,
                       const char *wrong, struct nearest *nearest)
{
    const char *meant = nearest_text(nearest);
    json_auto_t *value = json_string(name);
    return shape_refuse(check->arena, place, value, wrong,
                        meant != NULL ? arena_printf(check->arena, "one such as \"%s\"", meant)
                                      : "one that is there",
                        check->problem);
}

static int check_member(const struct table_check *check, const struct collection *collection,
                        const struct place *place, const char *name)
{
    const char *other;
    json_t *value;
    struct nearest nearest;
    if (json_object_get(collection->fresh, name) != NULL) {
        return 0;
    }
    nearest_init(&nearest, name);
    json_object_foreach((json_t *)(uintptr_t)collection->fresh, other, value)
    {
        nearest_offer(&nearest, other);
    }
    return refuse_name(check, place, name, "is no member of \"new\"", &nearest);
}

static int check_members(const struct table_check *check, const struct collection *collection,
                         const struct place *place, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const struct place here = {.parent = place, .index = i};
        if (check_member(check, collection, &here, json_string_value(json_array_get(list, i))) !=
            0) {
            return 1;
        }
    }
    return 0;
}

static int check_collection(const struct table_check *check, const struct place *place,
                            const char *name)
{
    struct nearest nearest;
    if (name == NULL || collections_find(check->collections, name) != NULL) {
        return 0;
    }
    nearest_init(&nearest, name);
    for (size_t i = 0; i < check->collections->count; i++) {
        nearest_offer(&nearest, check->collections->list[i].name);
    }
    return refuse_name(check, place, name, "is no collection", &nearest);
}

static int check_refers(const struct table_check *check, const struct collection *collection,
                        const struct place *place)
{
    const char *member;
    json_t *to;
    json_object_foreach((json_t *)(uintptr_t)collection->refers, member, to)
    {
        const struct place here = {.parent = place, .member = member};
        if (check_member(check, collection, &here, member) != 0 ||
            check_collection(check, &here, json_string_value(to)) != 0) {
            return 1;
        }
    }
    return 0;
}

static int check_touched(const struct table_check *check, const struct collection *collection,
                         const struct place *place)
{
    const char *member;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)collection->touched, member, value)
    {
        const struct place here = {.parent = place, .member = member};
        if (check_member(check, collection, &here, member) != 0) {
            return 1;
        }
    }
    return 0;
}

static int check_names(const struct table_check *check, const struct collection *collection)
{
    const struct place place = {.parent = &root, .member = collection->name};
    const struct place key = {.parent = &place, .member = "key"};
    const struct place required = {.parent = &place, .member = "required"};
    const struct place refers = {.parent = &place, .member = "refers"};
    const struct place touched = {.parent = &place, .member = "touched"};
    const struct place order = {.parent = &place, .member = "sorted"};
    const struct place by = {.parent = &order, .member = "by"};
    const struct place above = {.parent = &place, .member = "of"};
    const json_t *from = json_object_get(check->collections->definitions, collection->name);
    const char *parent =
        json_string_value(json_object_get(json_object_get(from, "of"), "collection"));
    const char *sorted_by = json_string_value(json_object_get(collection->sorted, "by"));
    return check_members(check, collection, &key, collection->key) != 0 ||
           check_members(check, collection, &required, collection->required) != 0 ||
           check_refers(check, collection, &refers) != 0 ||
           check_touched(check, collection, &touched) != 0 ||
           (sorted_by != NULL && check_member(check, collection, &by, sorted_by) != 0) ||
           check_collection(check, &above, parent) != 0;
}

/* -- reading ----------------------------------------------------------------------------------- */

static int place_of(const char *const *words_of_it, int count, const char *word)
{
    int place = 0;
    while (place < count && !str_equal(words_of_it[place], word)) {
        place++;
    }
    return place;
}

static void read_collection(struct collection *collection, const char *name, const json_t *from)
{
    const char *id = json_string_value(json_object_get(from, "id"));
    const char *whose = json_string_value(json_object_get(from, "owner"));
    *collection = (struct collection){
        .name = name,
        .one = json_string_value(json_object_get(from, "one")),
        .many = json_string_value(json_object_get(from, "many")),
        .key_kind = (enum key_kind)place_of(key_kind_names, KEY_KIND__MAX, id),
        .owner = whose == NULL ? OWNER_NONE : (enum owner)place_of(owner_names, OWNER__MAX, whose),
        .key = json_object_get(from, "key"),
        .parameters = json_object_get(from, "parameters"),
        .of_parameters = json_object_get(json_object_get(from, "of"), "parameters"),
        .required = json_object_get(from, "required"),
        .fresh = json_object_get(from, "new"),
        .rename = json_object_get(from, "rename"),
        .parse = json_object_get(from, "parse"),
        .apart = json_object_get(from, "apart"),
        .optional = json_object_get(from, "optional"),
        .kept = json_object_get(from, "kept"),
        .touched = json_object_get(from, "touched"),
        .refers = json_object_get(from, "refers"),
        .sorted = json_object_get(from, "sorted"),
    };
}

/* What something is part of may stand behind it. */
static void read_all(struct collections *collections)
{
    const char *name;
    json_t *from;
    json_object_foreach(collections->definitions, name, from)
    {
        read_collection(&collections->list[collections->count++], name, from);
    }
    for (size_t i = 0; i < collections->count; i++) {
        from = json_object_get(collections->definitions, collections->list[i].name);
        const json_t *above = json_object_get(json_object_get(from, "of"), "collection");
        collections->list[i].of =
            above != NULL ? collections_find(collections, json_string_value(above)) : NULL;
    }
}

static int read_text(struct collections *collections, struct arena *arena, const char *content,
                     const char **problem)
{
    json_error_t error;
    const struct table_check check = {arena, collections, problem};
    collections->definitions = json_loads(content, JSON_REJECT_DUPLICATES, &error);
    if (collections->definitions == NULL) {
        *problem = arena_printf(arena, "line %d: %s", error.line, error.text);
        return 1;
    }
    if (shape_check(arena, &collections_shape, &root, collections->definitions, problem) != 0) {
        return 1;
    }
    read_all(collections);
    for (size_t i = 0; i < collections->count; i++) {
        if (check_names(&check, &collections->list[i]) != 0) {
            return 1;
        }
    }
    return 0;
}

struct collections *collections_new(struct arena *arena, const char *content, const char **problem)
{
    struct collections *collections = memory_new(sizeof(*collections));
    if (read_text(collections, arena, content, problem) != 0) {
        collections_free(collections);
        return NULL;
    }
    return collections;
}

void collections_free(struct collections *collections)
{
    if (collections != NULL) {
        json_decref(collections->definitions);
        free(collections);
    }
}

const struct collection *collections_find(const struct collections *collections, const char *name)
{
    for (size_t i = 0; i < collections->count; i++) {
        if (str_equal(collections->list[i].name, name)) {
            return &collections->list[i];
        }
    }
    return NULL;
}

const struct collection *collections_all(const struct collections *collections, size_t *count)
{
    *count = collections->count;
    return collections->list;
}
