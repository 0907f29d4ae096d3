#include "server/connection/engine.h"

#include <string.h>

#include "server/base/form.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/connection/collection.h"
#include "server/connection/turn.h"

bool engine_has(const struct engine *engine, enum step step)
{
    return json_object_get(engine->connection, step_table[step].name) != NULL;
}

bool engine_is_oauth1(const struct engine *engine)
{
    return engine_has(engine, STEP_REQUEST_TOKEN) || engine_has(engine, STEP_ACCESS_TOKEN);
}

struct engine_mark engine_mark(const struct engine *engine, const char *state)
{
    return engine_is_oauth1(engine)
               ? (struct engine_mark){.name = "oauth_token", .value = engine->token}
               : (struct engine_mark){.name = "state", .value = state};
}

static struct turn begin(struct engine *engine, enum step step, json_t *directive,
                         struct failure *failure)
{
    struct turn turn = {.engine = engine,
                        .step = step,
                        .directive = directive,
                        .place = arena_printf(engine->arena, "/%s", step_table[step].name),
                        .kept = engine->kept,
                        .temp = engine->temp,
                        .failure = failure};
    turn_begin(&turn);
    return turn;
}

/* Whether the turn goes on; a false condition with a default has that for its body. */
static int judge_condition(struct turn *turn, enum engine_condition condition, bool *has_default)
{
    json_t *said = json_object_get(turn->directive, "condition");
    struct iml_value value = {0};
    bool is_object = json_is_object(said);
    *has_default = false;
    if (said == NULL || condition == ENGINE_ALWAYS) {
        return ENGINE_DONE;
    }
    if (turn_fill(turn, is_object ? said : turn->directive, is_object ? "/condition" : "",
                  "condition", &value) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    if (iml_is_true(&value)) {
        return ENGINE_DONE;
    }
    *has_default = is_object && json_object_get(said, "default") != NULL;
    return *has_default ? turn_fill(turn, said, "/condition", "default", &turn->body)
                        : ENGINE_SKIPPED;
}

static int fill_temp(struct turn *turn)
{
    struct iml_value temp = {0};
    if (turn_fill(turn, turn->directive, "", "temp", &temp) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    turn->temp = collection_merged(turn->iml.arena, &turn->temp, &temp);
    turn->iml.data = collection_with(turn->iml.arena, &turn->iml.data, "temp", &turn->temp);
    return ENGINE_DONE;
}

static const char *origin_of(struct arena *arena, const char *url)
{
    struct url parts = {0};
    return url_parse(arena, url, &parts) == NULL && url_is_web(&parts) ? url_origin(arena, &parts)
                                                                       : "";
}

/* Puts the other server in the place of authorize's origin; without authorize, of the request's. */
static void redirect_to_other(struct turn *turn)
{
    struct engine *engine = turn->engine;
    const char *authorize = json_string_value(json_object_get(
        json_object_get(engine->connection, step_table[STEP_AUTHORIZE].name), "url"));
    const char *from = origin_of(engine->arena, authorize == NULL ? turn->outgoing.url : authorize);
    size_t size = strlen(from);
    if (engine->against != NULL && size > 0 && str_starts(turn->outgoing.url, from)) {
        turn->outgoing.url =
            arena_printf(engine->arena, "%s%s", engine->against, turn->outgoing.url + size);
    }
}

static int make_request(struct turn *turn)
{
    const char *pointer = "";
    if (fill_temp(turn) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    if (outgoing_make(&turn->iml, turn->directive, &turn->outgoing, &pointer) != 0) {
        return turn_fail(turn, &(struct turn_fault){.pointer = arena_printf(turn->iml.arena, "%s%s",
                                                                            turn->place, pointer),
                                                    .why = turn->iml.fault.problem});
    }
    redirect_to_other(turn);
    known_learn(&turn->engine->known, turn->iml.arena, &turn->outgoing.headers, KNOWN_FROM_US);
    known_learn(&turn->engine->known, turn->iml.arena, &turn->outgoing.qs, KNOWN_FROM_US);
    known_learn(&turn->engine->known, turn->iml.arena, &turn->outgoing.body, KNOWN_FROM_US);
    return turn->step == STEP_AUTHORIZE ? ENGINE_DONE : turn_sign(turn);
}

static int send_request(struct turn *turn)
{
    struct engine *engine = turn->engine;
    const char *problem = NULL;
    int sent = engine->send(engine->context, &turn->outgoing, &turn->incoming, &problem);
    if (sent == 0) {
        return ENGINE_DONE;
    }
    int outcome = turn_fail(
        turn,
        &(struct turn_fault){.pointer = turn->place, .why = problem, .name = "ConnectionError"});
    turn->failure->is_unreachable = sent == 1;
    return outcome;
}

static void keep(struct turn *turn)
{
    turn->engine->kept = turn->kept;
    turn->engine->temp = turn->temp;
}

static int run_request(struct turn *turn, enum engine_condition condition)
{
    bool has_default = false;
    int outcome = judge_condition(turn, condition, &has_default);
    if (outcome != ENGINE_DONE) {
        return outcome;
    }
    if (has_default) {
        turn->query = iml_collection(NULL, 0); /* the body is there already */
        return turn_judge(turn);
    }
    outcome = make_request(turn);
    outcome = outcome == ENGINE_DONE ? send_request(turn) : outcome;
    outcome = outcome == ENGINE_DONE ? turn_judge(turn) : outcome;
    turn_tell(turn, outcome == ENGINE_FAILED);
    return outcome;
}

/* Each of an array's requests sees what the ones before it kept, and all is kept or nothing. */
static int run_requests(struct engine *engine, enum step step, json_t *requests,
                        enum engine_condition condition, struct failure *failure)
{
    const struct kept before = engine->kept;
    const struct iml_value temp = engine->temp;
    int outcome = ENGINE_SKIPPED;
    size_t index;
    json_t *request;
    json_array_foreach(requests, index, request)
    {
        struct turn turn = begin(engine, step, request, failure);
        turn.place = arena_printf(engine->arena, "%s/%zu", turn.place, index);
        turn.number = index + 1;
        int one = run_request(&turn, condition);
        if (one == ENGINE_FAILED) {
            engine->kept = before;
            engine->temp = temp;
            return ENGINE_FAILED;
        }
        if (one == ENGINE_DONE) {
            keep(&turn);
            outcome = ENGINE_DONE;
        }
    }
    return outcome;
}

static int run_one(struct engine *engine, enum step step, json_t *directive,
                   enum engine_condition condition, struct failure *failure)
{
    struct turn turn = begin(engine, step, directive, failure);
    int outcome = run_request(&turn, condition);
    if (outcome == ENGINE_DONE) {
        keep(&turn);
    }
    return outcome;
}

static int told_when_skipped(const struct engine *engine, enum step step, int outcome)
{
    if (outcome == ENGINE_SKIPPED && engine->skip != NULL) {
        engine->skip(engine->context, step);
    }
    return outcome;
}

int engine_run(struct engine *engine, enum step step, enum engine_condition condition,
               struct failure *failure)
{
    json_t *directive = json_object_get(engine->connection, step_table[step].name);
    if (directive == NULL) {
        return ENGINE_SKIPPED;
    }
    int outcome = json_is_array(directive)
                      ? run_requests(engine, step, directive, condition, failure)
                      : run_one(engine, step, directive, condition, failure);
    return told_when_skipped(engine, step, outcome);
}

/* The value in the URL's query; NULL: there is none. */
static const char *parameter_of(struct arena *arena, const char *url, const char *name)
{
    struct form form = {0};
    const char *bad = NULL, *query = strchr(url, '?');
    return query != NULL &&
                   form_parse(arena, query + 1, strcspn(query + 1, "#"), &form, &bad) == FORM_OK
               ? form_get(&form, name)
               : NULL;
}

/* RFC 5849 2.2: the temporary credentials' token goes with the person. */
static int add_token(struct turn *turn, const char **url)
{
    struct arena *arena = turn->iml.arena;
    struct iml_value oauth = {0};
    *url = turn->outgoing.url;
    turn->engine->token = parameter_of(arena, *url, "oauth_token");
    if (turn->engine->token != NULL) {
        return ENGINE_DONE;
    }
    if (turn_oauth(turn, &oauth) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    const struct form_field token = {.name = "oauth_token",
                                     .value = collection_text(arena, &oauth, "token")};
    if (*token.value == '\0') {
        return turn_fail(turn, &(struct turn_fault){
                                   .pointer = arena_printf(arena, "%s/oauth/token", turn->place),
                                   .why = "there is no token that the person could take along; "
                                          "expected what requestToken got, such as "
                                          "{{temp.token}}"});
    }
    turn->engine->token = token.value;
    *url = url_with_query(arena, *url, form_encode(arena, &token, 1));
    return ENGINE_DONE;
}

int engine_authorize(struct engine *engine, const char *state, const char **url,
                     struct failure *failure)
{
    json_t *directive = json_object_get(engine->connection, step_table[STEP_AUTHORIZE].name);
    struct turn turn = begin(engine, STEP_AUTHORIZE, directive, failure);
    bool has_default = false;
    int outcome = judge_condition(&turn, ENGINE_WHEN_TRUE, &has_default);
    outcome = outcome == ENGINE_DONE ? make_request(&turn) : outcome;
    if (outcome != ENGINE_DONE) {
        return told_when_skipped(engine, STEP_AUTHORIZE, outcome);
    }
    engine->temp = turn.temp;
    engine->sent = turn.outgoing;
    if (engine_is_oauth1(engine)) {
        return add_token(&turn, url);
    }
    *url = url_with_query(engine->arena, turn.outgoing.url,
                          arena_printf(engine->arena, "state=%s", state));
    return ENGINE_DONE;
}

/* RFC 6749 4.1.2.1: what came back is an error. OAuth 1 has words for it of a draft's alone (OAuth
 * Problem Reporting). */
static int judge_query(struct turn *turn, const char *state)
{
    struct arena *arena = turn->iml.arena;
    const struct engine_mark mark = engine_mark(turn->engine, state);
    bool is_oauth1 = engine_is_oauth1(turn->engine);
    const char *error = collection_text(arena, &turn->query, is_oauth1 ? "oauth_problem" : "error");
    const char *says = collection_text(arena, &turn->query,
                                       is_oauth1 ? "oauth_problem_advice" : "error_description");
    const char *came = collection_text(arena, &turn->query, mark.name);
    if (!str_equal(came, mark.value)) {
        const char *why = *came == '\0'
                              ? arena_printf(arena,
                                             "the callback has no %s; the server has to send back "
                                             "that of the request",
                                             mark.name)
                              : arena_printf(arena,
                                             "the callback has another %s than the request: it "
                                             "belongs to another sign-in, or somebody forged it",
                                             mark.name);
        return turn_fail(turn, &(struct turn_fault){.pointer = turn->place, .why = why});
    }
    if (*error != '\0') {
        return turn_fail(
            turn, &(struct turn_fault){.pointer = turn->place,
                                       .why = arena_printf(arena, "the callback says %s%s%s", error,
                                                           *says == '\0' ? "" : ": ", says)});
    }
    return ENGINE_DONE;
}

int engine_return(struct engine *engine, const struct iml_value *query, const char *state,
                  struct failure *failure)
{
    json_t *directive = json_object_get(engine->connection, step_table[STEP_AUTHORIZE].name);
    struct turn turn = begin(engine, STEP_AUTHORIZE, directive, failure);
    turn.outgoing = engine->sent;
    turn.query = *query;
    int outcome = judge_query(&turn, state);
    outcome = outcome == ENGINE_DONE ? turn_judge(&turn) : outcome;
    turn_tell(&turn, outcome == ENGINE_FAILED);
    if (outcome == ENGINE_DONE) {
        keep(&turn);
    }
    return outcome;
}

void engine_lost(struct engine *engine, const char *why, const char *advice,
                 struct failure *failure)
{
    json_t *directive = json_object_get(engine->connection, step_table[STEP_AUTHORIZE].name);
    struct turn turn = begin(engine, STEP_AUTHORIZE, directive, failure);
    turn.outgoing = engine->sent;
    const struct turn_fault fault = {.pointer = turn.place,
                                     .why = arena_printf(engine->arena, "%s%s", why, advice),
                                     .shown = why};
    turn_tell(&turn, turn_fail(&turn, &fault) == ENGINE_FAILED);
}
