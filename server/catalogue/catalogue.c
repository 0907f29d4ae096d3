#include "server/catalogue/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/catalogue/table.h"
#include "server/catalogue/trie.h"

#define OPERATIONS_MAX 512
#define COLLECTIONS_MAX 128

extern const char embedded_fixtures_make_operations_tsv[];
extern const char embedded_fixtures_make_beyond_tsv[];
extern const char embedded_fixtures_make_scopes_json[];
extern const char embedded_fixtures_make_collections_json[];
extern const char embedded_fixtures_make_answers_json[];

const char *const owner_names[OWNER__MAX] = {[OWNER_NONE] = "none",
                                             [OWNER_USER] = "user",
                                             [OWNER_ORGANIZATION] = "organization",
                                             [OWNER_TEAM] = "team"};
const char *const owner_members[OWNER__MAX] = {
    [OWNER_USER] = "userId", [OWNER_ORGANIZATION] = "organizationId", [OWNER_TEAM] = "teamId"};
static const char *const key_kind_names[KEY_KIND__MAX] = {
    [KEY_INTEGER] = "integer", [KEY_UUID] = "uuid", [KEY_HEX] = "hex", [KEY_NAME] = "name"};
const char *const verb_names[VERB__MAX] = {
    [VERB_LIST] = "list",      [VERB_CREATE] = "create",   [VERB_READ] = "read",
    [VERB_UPDATE] = "update",  [VERB_REPLACE] = "replace", [VERB_DELETE] = "delete",
    [VERB_CLEAR] = "clear",    [VERB_SET] = "set",         [VERB_COPY] = "copy",
    [VERB_ANSWER] = "answer",  [VERB_PART] = "part",       [VERB_RAW] = "raw",
    [VERB_SPECIAL] = "special"};

struct catalogue {
    struct arena *arena;
    json_t *scopes, *definitions, *answers, *settings; /* the fixtures; of operations */
    struct collection collections[COLLECTIONS_MAX];
    size_t collection_count;
    struct operation operations[OPERATIONS_MAX];
    size_t operation_count;
    struct trie *trie;
    struct roles *roles;
};

static NORETURN void give_up(const char *what, const char *where)
{
    log_message(LOG_ERROR, "the built-in catalogue is wrong: %s: %s", where, what);
    abort();
}

static json_t *load(const char *text, const char *name)
{
    json_error_t error;
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL) {
        give_up(error.text, name);
    }
    return value;
}

/* The place of `word` among the names; the table is built in, so it is there. */
static int place_of(const char *const *names, int count, const char *word, const char *where)
{
    for (int i = 0; i < count; i++) {
        if (str_equal(names[i], word)) {
            return i;
        }
    }
    give_up("a word that is none of its kind", where);
}

const struct collection *catalogue_collection(const struct catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < catalogue->collection_count; i++) {
        if (str_equal(catalogue->collections[i].name, name)) {
            return &catalogue->collections[i];
        }
    }
    return NULL;
}

static void read_collection(struct collection *collection, const char *name, const json_t *from)
{
    const char *id = json_string_value(json_object_get(from, "id"));
    const char *owner = json_string_value(json_object_get(from, "owner"));
    *collection = (struct collection){
        .name = name,
        .one = json_string_value(json_object_get(from, "one")),
        .many = json_string_value(json_object_get(from, "many")),
        .key_kind = (enum key_kind)place_of(key_kind_names, KEY_KIND__MAX, id, name),
        .owner =
            owner == NULL ? OWNER_NONE : (enum owner)place_of(owner_names, OWNER__MAX, owner, name),
        .key = json_object_get(from, "key"),
        .parameters = json_object_get(from, "parameters"),
        .of_parameters = json_object_get(json_object_get(from, "of"), "parameters"),
        .required = json_object_get(from, "required"),
        .fresh = json_object_get(from, "new"),
        .rename = json_object_get(from, "rename"),
        .parse = json_object_get(from, "parse"),
        .apart = json_object_get(from, "apart"),
        .pairs = json_object_get(from, "pairs"),
        .once = json_object_get(from, "once"),
        .scale = json_object_get(from, "scale"),
        .optional = json_object_get(from, "optional"),
        .shown = json_object_get(from, "shown"),
        .kept = json_object_get(from, "kept"),
        .asked = json_object_get(from, "asked"),
        .touched = json_object_get(from, "touched"),
        .fixed = json_object_get(from, "fixed"),
        .refers = json_object_get(from, "refers"),
        .computed = json_object_get(from, "computed"),
        .nested = json_object_get(from, "nested"),
        .search = json_object_get(from, "search"),
        .sorted = json_object_get(from, "sorted"),
        .repeated = json_object_get(from, "repeated"),
        .uncopied = json_object_get(from, "uncopied"),
        .local = json_object_get(from, "local"),
        .named_by = json_string_value(json_object_get(from, "named_by")),
        .packages = json_string_value(json_object_get(from, "packages")),
        .rest = json_string_value(json_object_get(from, "rest")),
        .counted = json_string_value(json_object_get(from, "counted")),
        .is_missing_input = json_is_true(json_object_get(from, "missing_input")),
        .is_made_by_put = json_is_true(json_object_get(from, "made_by_put")),
        .args_of = json_string_value(json_object_get(from, "args_of")),
        .inside = json_string_value(json_object_get(from, "inside")),
    };
}

static void check_references(const struct catalogue *catalogue, const struct collection *collection)
{
    const char *member;
    json_t *to;
    json_object_foreach((json_t *)(uintptr_t)collection->refers, member, to)
    {
        if (catalogue_collection(catalogue, json_string_value(to)) == NULL) {
            give_up("a member names documents of no collection", collection->name);
        }
    }
}

static void read_collections(struct catalogue *catalogue)
{
    const char *name;
    json_t *from;
    json_object_foreach(catalogue->definitions, name, from)
    {
        if (catalogue->collection_count == COLLECTIONS_MAX) {
            give_up("too many", "collections");
        }
        read_collection(&catalogue->collections[catalogue->collection_count++], name, from);
    }
    /* What something is part of may stand behind it. */
    for (size_t i = 0; i < catalogue->collection_count; i++) {
        struct collection *collection = &catalogue->collections[i];
        const json_t *of =
            json_object_get(json_object_get(catalogue->definitions, collection->name), "of");
        const char *parent = json_string_value(json_object_get(of, "collection"));
        collection->of = parent != NULL ? catalogue_collection(catalogue, parent) : NULL;
        if (parent != NULL && collection->of == NULL) {
            give_up("it is part of nothing that is there", collection->name);
        }
        check_references(catalogue, collection);
    }
}

/* "isActive=true,usage=0" */
static json_t *read_settings(struct catalogue *catalogue, const char *text)
{
    json_t *settings = json_object();
    char *copy = arena_strdup(catalogue->arena, text);
    char *rest = copy;
    for (char *pair; (pair = strsep(&rest, ",")) != NULL;) {
        char *value = pair;
        const char *member = strsep(&value, "=");
        json_t *literal = value == NULL ? NULL : json_loads(value, JSON_DECODE_ANY, NULL);
        if (literal == NULL) {
            give_up("a setting that is none", text);
        }
        json_object_set_new(settings, member, literal);
    }
    json_array_append_new(catalogue->settings, settings);
    return settings;
}

static const struct collection *known(const struct catalogue *catalogue, const char *name,
                                      const char *where)
{
    const struct collection *collection =
        name != NULL ? catalogue_collection(catalogue, name) : NULL;
    if (collection == NULL) {
        give_up("no such collection", where);
    }
    return collection;
}

/* "delete keys confirmed", "set hooks enabled=true success" */
static void read_verb_of_collection(struct catalogue *catalogue, struct operation *operation,
                                    const char *does, char *rest)
{
    operation->collection = known(catalogue, strsep(&rest, " "), does);
    const char *word = strsep(&rest, " ");
    operation->needs_confirmation = str_equal(word, "confirmed");
    if (operation->verb == VERB_SET) {
        operation->settings = read_settings(catalogue, word);
        operation->name = strsep(&rest, " ");
    }
}

/* "answer usage", "answer usage of teams", "part subscription of organizations status=\"paused\"" */
static void read_verb_of_name(struct catalogue *catalogue, struct operation *operation,
                              const char *does, char *rest)
{
    operation->name = strsep(&rest, " ");
    if (strsep(&rest, " ") != NULL) { /* "of" */
        operation->collection = known(catalogue, strsep(&rest, " "), does);
    }
    operation->settings = rest != NULL ? read_settings(catalogue, rest) : NULL;
}

static void read_verb(struct catalogue *catalogue, struct operation *operation, const char *does)
{
    char *rest = arena_strdup(catalogue->arena, does);
    const char *verb = strsep(&rest, " ");
    operation->verb = (enum verb)place_of(verb_names, VERB__MAX, verb, does);
    if (operation->verb < VERB_ANSWER) {
        read_verb_of_collection(catalogue, operation, does, rest);
    } else {
        read_verb_of_name(catalogue, operation, does, rest);
    }
    bool is_answer = operation->verb != VERB_SPECIAL;
    if (is_answer && operation->name != NULL &&
        catalogue_answer(catalogue, operation->name) == NULL) {
        give_up("no such answer", does);
    }
}

static const char *or_nothing(const char *column, const char *nothing)
{
    return str_equal(column, "-") ? nothing : column;
}

static bool is_admin_scope(const json_t *scopes, const char *name)
{
    for (size_t i = 0; i < json_array_size(scopes); i++) {
        const json_t *row = json_array_get(scopes, i);
        if (str_equal(json_string_value(json_object_get(row, "name")), name)) {
            return str_equal(json_string_value(json_object_get(row, "kind")), "admin");
        }
    }
    give_up("no such scope", name);
}

static const char *find_admin_scope(struct catalogue *catalogue, const char *scope)
{
    const char *at = scope;
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(catalogue->arena, word, size);
        if (is_admin_scope(catalogue->scopes, name)) {
            return name;
        }
    }
    return NULL;
}

static void read_operations(struct catalogue *catalogue, const char *text, bool is_beyond)
{
    struct table table = table_begin(text, 5);
    const char *columns[TABLE_COLUMNS_MAX];
    while (table_next(&table, catalogue->arena, columns)) {
        if (catalogue->operation_count == OPERATIONS_MAX) {
            give_up("too many", "operations");
        }
        struct operation *operation = &catalogue->operations[catalogue->operation_count++];
        *operation = (struct operation){
            .method = columns[0],
            .path = columns[1],
            .scope = or_nothing(columns[2], ""),
            .permission = or_nothing(columns[3], NULL),
            .is_beyond = is_beyond,
        };
        operation->admin_scope = find_admin_scope(catalogue, operation->scope);
        read_verb(catalogue, operation, columns[4]);
    }
}

struct catalogue *catalogue_new(void)
{
    struct catalogue *catalogue = memory_new(sizeof(*catalogue));
    catalogue->arena = arena_new();
    catalogue->scopes = load(embedded_fixtures_make_scopes_json, "scopes");
    catalogue->definitions = load(embedded_fixtures_make_collections_json, "collections");
    catalogue->answers = load(embedded_fixtures_make_answers_json, "answers");
    catalogue->settings = json_array();
    read_collections(catalogue);
    read_operations(catalogue, embedded_fixtures_make_operations_tsv, false);
    read_operations(catalogue, embedded_fixtures_make_beyond_tsv, true);
    catalogue->roles = roles_new();
    catalogue->trie = trie_new(catalogue->arena, catalogue->operations, catalogue->operation_count);
    return catalogue;
}

void catalogue_free(struct catalogue *catalogue)
{
    if (catalogue != NULL) {
        json_decref(catalogue->scopes);
        json_decref(catalogue->definitions);
        json_decref(catalogue->answers);
        json_decref(catalogue->settings);
        roles_free(catalogue->roles);
        arena_free(catalogue->arena);
        free(catalogue);
    }
}

const struct operation *catalogue_operations(const struct catalogue *catalogue, size_t *count)
{
    *count = catalogue->operation_count;
    return catalogue->operations;
}

const struct collection *catalogue_collections(const struct catalogue *catalogue, size_t *count)
{
    *count = catalogue->collection_count;
    return catalogue->collections;
}

const struct roles *catalogue_roles(const struct catalogue *catalogue)
{
    return catalogue->roles;
}

const json_t *catalogue_answer(const struct catalogue *catalogue, const char *name)
{
    return json_object_get(catalogue->answers, name);
}

const char *match_value(const struct match *match, const char *name)
{
    for (size_t i = 0; match != NULL && i < match->count; i++) {
        if (str_equal(match->values[i].name, name)) {
            return match->values[i].value;
        }
    }
    return NULL;
}

int catalogue_find(const struct catalogue *catalogue, struct arena *arena, const char *method,
                   const char *path, struct match *match)
{
    return trie_find(catalogue->trie, arena, method, path, match);
}
