#include "server/connection/turn.h"

#include <string.h>

#include "server/base/str.h"
#include "server/connection/collection.h"

#define NAMES_MAX 12 /* of members, in a message */

static void set(struct turn *turn, struct iml_value *of, const char *name,
                const struct iml_value *value)
{
    *of = collection_with(turn->iml.arena, of, name, value);
}

static struct iml_value oauth_of(const struct engine *engine)
{
    const char *older = engine->older_redirect_uri;
    const struct iml_value uri = iml_text(engine->redirect_uri);
    const struct iml_value older_uri = iml_text(older == NULL ? engine->redirect_uri : older);
    struct iml_value oauth = iml_collection(NULL, 0);
    oauth = collection_with(engine->arena, &oauth, "scope", &engine->kept.scope);
    oauth = collection_with(engine->arena, &oauth, "redirectUri", &older_uri);
    oauth = collection_with(engine->arena, &oauth, "localRedirectUri", &uri);
    return collection_with(engine->arena, &oauth, "makeRedirectUri", &uri);
}

static struct iml_value environment_of(const struct engine *engine)
{
    const struct iml_value zone = iml_text(engine->zone), host = iml_text("www.make.com");
    const struct iml_value context = iml_collection(NULL, 0);
    struct iml_value environment = iml_collection(NULL, 0);
    environment = collection_with(engine->arena, &environment, "timezone", &zone);
    environment = collection_with(engine->arena, &environment, "host", &host);
    return collection_with(engine->arena, &environment, "context", &context);
}

void turn_begin(struct turn *turn)
{
    struct engine *engine = turn->engine;
    struct iml_value variables = iml_collection(NULL, 0);
    const struct iml_value oauth = oauth_of(engine), environment = environment_of(engine);
    /* One store, of which parameters are a part. */
    const struct iml_value store =
        collection_merged(engine->arena, &engine->parameters, &turn->kept.data);
    turn->iml = (struct iml){.arena = engine->arena,
                             .now = clock_now(&engine->clock) * 1000,
                             .zone = engine->zone,
                             .random = engine->random};
    set(turn, &variables, "environment", &environment);
    set(turn, &variables, "parameters", &engine->parameters);
    set(turn, &variables, "common", &engine->common);
    set(turn, &variables, "data", &store);
    set(turn, &variables, "connection", &store);
    set(turn, &variables, "oauth", &oauth);
    set(turn, &variables, "temp", &turn->temp);
    turn->iml.data = variables;
    known_learn(&engine->known, engine->arena, &engine->common, KNOWN_FROM_US);
    known_learn(&engine->known, engine->arena, &store, KNOWN_FROM_US);
    turn_learn_kept(turn);
}

void turn_show_answer(struct turn *turn)
{
    const struct iml_value status = iml_number((double)turn->incoming.status);
    struct known *known = &turn->engine->known;
    known_learn(known, turn->iml.arena, &turn->body, KNOWN_FROM_ANSWER);
    known_learn(known, turn->iml.arena, &turn->incoming.headers, KNOWN_FROM_ANSWER);
    known_learn(known, turn->iml.arena, &turn->query, KNOWN_FROM_US);
    set(turn, &turn->iml.data, "temp", &turn->temp);
    set(turn, &turn->iml.data, "body", &turn->body);
    set(turn, &turn->iml.data, "headers", &turn->incoming.headers);
    set(turn, &turn->iml.data, "statusCode", &status);
    set(turn, &turn->iml.data, "query", &turn->query);
}

int turn_fail(struct turn *turn, const struct turn_fault *fault)
{
    const struct known *known = &turn->engine->known;
    const char *shown = fault->shown == NULL ? fault->why : fault->shown;
    *turn->failure = (struct failure){.step = turn->step,
                                      .pointer = fault->pointer,
                                      .why = known_hide(known, turn->iml.arena, fault->why),
                                      .shown = known_hide(known, turn->iml.arena, shown),
                                      .name = fault->name == NULL ? "RuntimeError" : fault->name};
    return ENGINE_FAILED;
}

/* An expression that lacks a value looked for a member that the answer has not: what it has. */
static const char *members_of(const struct turn *turn)
{
    struct str_buf out;
    const struct iml_value *body = &turn->body;
    bool lacks = strstr(turn->iml.fault.problem, "undefined") != NULL;
    if (!lacks || (body->type != IML_COLLECTION && body->type != IML_ARRAY)) {
        return "";
    }
    if (body->type == IML_ARRAY || body->size == 0) {
        return body->size == 0 ? "; the answer is empty"
                               : "; the answer is an array, and its first item body[1]";
    }
    str_buf_init(&out, turn->iml.arena);
    str_buf_put(&out, "; the answer has");
    for (size_t i = 0; i < body->size && i < NAMES_MAX; i++) {
        str_buf_printf(&out, "%s '%.40s'", i == 0 ? "" : ",", body->members[i].name);
    }
    str_buf_put(&out, body->size > NAMES_MAX ? ", ..." : "");
    return str_buf_text(&out);
}

/* An expression that finds nothing in an answer fails for what the answer is. */
static const char *hint_of(const struct turn *turn)
{
    struct arena *arena = turn->iml.arena;
    bool is_text = turn->body.type == IML_TEXT || turn->body.type == IML_BUFFER;
    if (turn->incoming.body == NULL || turn->incoming.size == 0) {
        return "";
    }
    if (!is_text) {
        return members_of(turn);
    }
    const char *type = collection_text(arena, &turn->incoming.headers, "content-type");
    return arena_printf(arena,
                        "; the answer (%.100s) was read as a text, and has no "
                        "members; response.type may say json or urlencoded",
                        *type == '\0' ? "without a Content-Type" : type);
}

int turn_fill(struct turn *turn, json_t *object, const char *way, const char *name,
              struct iml_value *value)
{
    const char *inner = "";
    json_t *template = json_object_get(object, name);
    struct arena *arena = turn->iml.arena;
    *value = iml_undefined;
    if (template == NULL || iml_fill(&turn->iml, template, value, &inner) == 0) {
        return ENGINE_DONE;
    }
    return turn_fail(
        turn, &(struct turn_fault){
                  .pointer = arena_printf(arena, "%s%s/%s%s", turn->place, way, name,
                                          *inner == '/' ? inner : ""),
                  .why = arena_printf(arena, "%s%s", turn->iml.fault.problem, hint_of(turn))});
}
