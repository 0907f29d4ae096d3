/* What is told of a turn, with its secrets masked. */
#include <string.h>
#include <strings.h>

#include "server/base/str.h"
#include "server/connection/collection.h"
#include "server/connection/secrets.h"
#include "server/connection/turn.h"

/* One value to be shown. */
struct showing {
    struct arena *arena;
    const json_t *connection;
    const json_t *sanitize; /* NULL: what is a secret by habit alone */
    const struct known *known;
};

/* A number is no code to redeem, but that of an error. */
static bool is_secret(const struct showing *showing, const struct iml_member *member,
                      const char *path)
{
    bool is_number = member->value.type == IML_NUMBER && strcasecmp(member->name, "code") == 0;
    return (secrets_has(member->name) && !is_number) || secrets_are_masked(showing->sanitize, path);
}

static struct iml_value masked(const struct showing *showing, const char *path,
                               const struct iml_value *value);

static struct iml_value masked_items(const struct showing *showing, const char *path,
                                     const struct iml_value *array)
{
    struct iml_value *items = arena_alloc(showing->arena, (array->size + 1) * sizeof(*items));
    for (size_t i = 0; i < array->size; i++) {
        items[i] = masked(showing, path, &array->items[i]);
    }
    return iml_array(items, array->size);
}

static struct iml_value masked_members(const struct showing *showing, const char *path,
                                       const struct iml_value *collection)
{
    struct arena *arena = showing->arena;
    struct iml_member *members = arena_alloc(arena, (collection->size + 1) * sizeof(*members));
    for (size_t i = 0; i < collection->size; i++) {
        const struct iml_member *member = &collection->members[i];
        const char *inner = arena_printf(arena, "%s.%s", path, member->name);
        members[i] = (struct iml_member){.name = member->name,
                                         .value = is_secret(showing, member, inner)
                                                      ? iml_text(SECRETS_MASK)
                                                      : masked(showing, inner, &member->value)};
    }
    return iml_collection(members, collection->size);
}

/* A body, a header and a URL may have secrets in them, by their names. */
static const char *shown_text(const struct showing *showing, const char *path, const char *text)
{
    bool holds_names = str_ends(path, ".body") || str_starts(path, "response.headers.") ||
                       strstr(text, "://") != NULL;
    return known_hide(showing->known, showing->arena,
                      holds_names ? secrets_masked_text(showing->arena, text) : text);
}

/* The value with what is secret masked; `path` is where it stands: "request.body". */
static struct iml_value masked(const struct showing *showing, const char *path,
                               const struct iml_value *value)
{
    if (secrets_are_masked(showing->sanitize, path)) {
        return iml_text(SECRETS_MASK);
    }
    if (value->type == IML_ARRAY) {
        return masked_items(showing, path, value);
    }
    if (value->type == IML_TEXT) {
        return iml_text(shown_text(showing, path, value->bytes));
    }
    return value->type == IML_COLLECTION ? masked_members(showing, path, value) : *value;
}

static void put(const struct showing *showing, struct iml_value *of, const char *name,
                const char *path, const struct iml_value *value)
{
    if (value->type != IML_UNDEFINED) {
        const struct iml_value shown = masked(showing, path, value);
        *of = collection_with(showing->arena, of, name, &shown);
    }
}

static void put_text(const struct showing *showing, struct iml_value *of, const char *name,
                     const char *text)
{
    const struct iml_value value = iml_text(text);
    *of = collection_with(showing->arena, of, name, &value);
}

/* The URL without its query, whose fields stand in qs. */
static struct iml_value request_of(const struct showing *showing, const struct outgoing *outgoing)
{
    struct iml_value request = iml_collection(NULL, 0);
    const char *url = outgoing->url;
    put_text(showing, &request, "method", outgoing->method);
    put_text(showing, &request, "url",
             known_hide(showing->known, showing->arena,
                        arena_strndup(showing->arena, url, strcspn(url, "?#"))));
    put(showing, &request, "headers", "request.headers", &outgoing->headers);
    put(showing, &request, "qs", "request.qs", &outgoing->qs);
    put(showing, &request, "body", "request.body", &outgoing->body);
    return request;
}

static struct iml_value response_of(const struct showing *showing, const struct turn *turn)
{
    struct iml_value response = iml_collection(NULL, 0);
    const struct iml_value status = iml_number((double)turn->incoming.status);
    if (turn->query.type != IML_UNDEFINED) {
        put(showing, &response, "query", "response.query", &turn->query);
        return response;
    }
    put(showing, &response, "status", "response.status", &status);
    put(showing, &response, "headers", "response.headers", &turn->incoming.headers);
    put(showing, &response, "body", "response.body", &turn->body);
    return response;
}

/* The data with what comes from a secret masked as well, as the directive has it: a token that is
 * kept by a name of the app's own. */
static struct iml_value masked_by_template(struct arena *arena, const struct iml_value *value,
                                           const json_t *template)
{
    const char *expression = json_string_value(template);
    size_t count = value->type == IML_COLLECTION ? value->size : 0;
    struct iml_member *members = arena_alloc(arena, (count + 1) * sizeof(*members));
    if (expression != NULL && value->type != IML_DATE && secrets_are_in(expression)) {
        return iml_text(SECRETS_MASK);
    }
    for (size_t i = 0; i < count; i++) {
        const struct iml_member *member = &value->members[i];
        const json_t *own = json_object_get(template, member->name);
        members[i] = (struct iml_member){.name = member->name,
                                         .value = masked_by_template(arena, &member->value, own)};
    }
    return value->type == IML_COLLECTION ? iml_collection(members, count) : *value;
}

/* By each directive that may have put it there. */
static struct iml_value masked_data(struct arena *arena, const json_t *connection,
                                    const struct iml_value *data)
{
    struct iml_value shown = *data;
    for (enum step step = 0; step < STEP__MAX; step++) {
        const json_t *said = json_object_get(connection, step_table[step].name);
        size_t count = json_is_array(said) ? json_array_size(said) : 1;
        for (size_t i = 0; i < count; i++) {
            const json_t *one = json_is_array(said) ? json_array_get(said, i) : said;
            shown = masked_by_template(arena, &shown,
                                       json_object_get(json_object_get(one, "response"), "data"));
        }
    }
    return shown;
}

void turn_learn_kept(const struct turn *turn)
{
    struct arena *arena = turn->iml.arena;
    const struct iml_value shown = masked_data(arena, turn->engine->connection, &turn->kept.data);
    known_learn_masked(&turn->engine->known, arena, &turn->kept.data, &shown);
}

static struct iml_value stored_of(const struct showing *showing, const struct kept *kept)
{
    struct iml_value stored = iml_collection(NULL, 0);
    const struct iml_value data = masked_data(showing->arena, showing->connection, &kept->data);
    put(showing, &stored, "data", "stored.data", &data);
    put(showing, &stored, "expires", "stored.expires", &kept->expires);
    put(showing, &stored, "uid", "stored.uid", &kept->uid);
    put(showing, &stored, "metadata", "stored.metadata", &kept->metadata);
    put(showing, &stored, "scope", "stored.scope", &kept->scope);
    return stored;
}

struct iml_value engine_kept_value(const struct engine *engine)
{
    const struct showing showing = {
        .arena = engine->arena, .connection = engine->connection, .known = &engine->known};
    return stored_of(&showing, &engine->kept);
}

struct iml_value engine_failure_value(struct arena *arena, const struct failure *failure)
{
    const struct iml_member members[] = {
        {.name = "pointer", .value = iml_text(failure->pointer)},
        {.name = "why", .value = iml_text(failure->why)},
        {.name = "message", .value = iml_text(failure->shown)},
        {.name = "name", .value = iml_text(failure->name)},
    };
    return iml_collection(arena_copy(arena, members, sizeof(members)), COUNT(members));
}

void turn_tell(const struct turn *turn, bool has_failed)
{
    const struct showing showing = {
        .arena = turn->iml.arena,
        .connection = turn->engine->connection,
        .known = &turn->engine->known,
        .sanitize = json_object_get(json_object_get(turn->directive, "log"), "sanitize")};
    struct iml_value event = iml_collection(NULL, 0), part = {0};
    put_text(&showing, &event, "step", step_table[turn->step].name);
    if (turn->number > 0) {
        part = iml_number((double)turn->number);
        event = collection_with(turn->iml.arena, &event, "number", &part);
    }
    if (turn->outgoing.url != NULL) {
        part = request_of(&showing, &turn->outgoing);
        event = collection_with(turn->iml.arena, &event, "request", &part);
    }
    if (turn->incoming.body != NULL || turn->query.type != IML_UNDEFINED) {
        part = response_of(&showing, turn);
        event = collection_with(turn->iml.arena, &event, "response", &part);
    }
    turn->failure->is_told = has_failed;
    if (has_failed) {
        part = engine_failure_value(turn->iml.arena, turn->failure);
        event = collection_with(turn->iml.arena, &event, "error", &part);
    } else if (turn->step != STEP_INVALIDATE) { /* behind which nothing is stored */
        part = stored_of(&showing, &turn->kept);
        event = collection_with(turn->iml.arena, &event, "stored", &part);
    }
    turn->engine->tell(turn->engine->context, &event);
}
