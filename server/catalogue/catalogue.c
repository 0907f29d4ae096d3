#include "server/catalogue/catalogue.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/catalogue/collections.h"
#include "server/catalogue/embedded.h"
#include "server/catalogue/table.h"
#include "server/catalogue/trie.h"

#define OPERATIONS_MAX 512

const char *const verb_names[VERB__MAX] = {
    [VERB_LIST] = "list",     [VERB_CREATE] = "create", [VERB_READ] = "read",
    [VERB_UPDATE] = "update", [VERB_DELETE] = "delete", [VERB_CLEAR] = "clear",
    [VERB_SET] = "set",       [VERB_COPY] = "copy",     [VERB_ANSWER] = "answer",
    [VERB_PART] = "part",     [VERB_RAW] = "raw",       [VERB_SPECIAL] = "special"};

struct catalogue {
    pthread_mutex_t lock; /* of reading; what is read changes no more */
    atomic_bool is_read;
    struct arena *arena;
    json_t *scopes, *answers, *settings; /* the fixtures; of operations */
    struct collections *collections;
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

/* "answer usage", "answer usage of teams", "part subscription of organizations
 * status=\"paused\"" */
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

/* "team:scenario view" */
static const struct permission_row *find_needed(struct catalogue *catalogue, const char *permission)
{
    const char *colon = permission != NULL ? strchr(permission, ':') : NULL;
    if (colon == NULL || str_equal(permission, PERMISSION_SELF)) {
        return NULL;
    }
    const char *kind = arena_strndup(catalogue->arena, permission, (size_t)(colon - permission));
    const struct permission_row *row = roles_find(catalogue->roles, kind, colon + 1);
    if (row == NULL) {
        give_up("no such permission", permission);
    }
    return row;
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
            .label = arena_printf(catalogue->arena, "%s %s", columns[0], columns[1]),
            .scope = or_nothing(columns[2], ""),
            .permission = or_nothing(columns[3], NULL),
            .is_beyond = is_beyond,
        };
        operation->needed = find_needed(catalogue, operation->permission);
        operation->admin_scope = find_admin_scope(catalogue, operation->scope);
        read_verb(catalogue, operation, columns[4]);
    }
}

struct catalogue *catalogue_new(void)
{
    struct catalogue *catalogue = memory_new(sizeof(*catalogue));
    pthread_mutex_init(&catalogue->lock, NULL);
    atomic_init(&catalogue->is_read, false);
    catalogue->arena = arena_new();
    return catalogue;
}

static void read_all(struct catalogue *catalogue)
{
    const char *problem = NULL;
    catalogue->scopes = load(embedded_fixtures_make_scopes_json, "scopes");
    catalogue->answers = load(embedded_fixtures_make_answers_json, "answers");
    catalogue->settings = json_array();
    catalogue->collections =
        collections_new(catalogue->arena, embedded_fixtures_make_collections_json, &problem);
    if (catalogue->collections == NULL) {
        give_up(problem, "collections");
    }
    catalogue->roles = roles_new();
    read_operations(catalogue, embedded_fixtures_make_operations_tsv, false);
    read_operations(catalogue, embedded_fixtures_make_beyond_tsv, true);
    catalogue->trie = trie_new(catalogue->arena, catalogue->operations, catalogue->operation_count);
}

/* Whoever comes first does it, and the others wait. */
void catalogue_read(struct catalogue *catalogue)
{
    if (atomic_load(&catalogue->is_read)) {
        return;
    }
    pthread_mutex_lock(&catalogue->lock);
    if (!atomic_load(&catalogue->is_read)) {
        read_all(catalogue);
        atomic_store(&catalogue->is_read, true);
    }
    pthread_mutex_unlock(&catalogue->lock);
}

void catalogue_free(struct catalogue *catalogue)
{
    if (catalogue != NULL) {
        json_decref(catalogue->scopes);
        json_decref(catalogue->answers);
        json_decref(catalogue->settings);
        collections_free(catalogue->collections);
        roles_free(catalogue->roles);
        arena_free(catalogue->arena);
        pthread_mutex_destroy(&catalogue->lock);
        free(catalogue);
    }
}

const struct operation *catalogue_operations(const struct catalogue *catalogue, size_t *count)
{
    *count = catalogue->operation_count;
    return catalogue->operations;
}

const struct collection *catalogue_collection(const struct catalogue *catalogue, const char *name)
{
    return collections_find(catalogue->collections, name);
}

const struct collection *catalogue_collections(const struct catalogue *catalogue, size_t *count)
{
    return collections_all(catalogue->collections, count);
}

const struct roles *catalogue_roles(const struct catalogue *catalogue)
{
    return catalogue->roles;
}

const json_t *catalogue_answer(const struct catalogue *catalogue, const char *name)
{
    return json_object_get(catalogue->answers, name);
}

int catalogue_find(const struct catalogue *catalogue, struct arena *arena, const char *method,
                   const char *path, struct match *match)
{
    return trie_find(catalogue->trie, arena, method, path, match);
}
