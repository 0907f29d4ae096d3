#include "server/connection/flow.h"

#include <string.h>

#include "keys/random.h"
#include "server/connection/collection.h"
#include "server/iml/bytes.h"

void flow_state(struct random *random, char out[FLOW_STATE_SIZE])
{
    uint8_t bytes[(FLOW_STATE_SIZE - 1) / 2];
    random_bytes(random, bytes, sizeof(bytes));
    bytes_to_hex(out, bytes, sizeof(bytes));
    out[FLOW_STATE_SIZE - 1] = '\0';
}

/* The steps from `from` to `to`, without the person. */
static int run_steps(struct engine *engine, enum step from, enum step to, struct failure *failure)
{
    for (enum step step = from; step <= to; step++) {
        if (engine_run(engine, step, ENGINE_WHEN_TRUE, failure) == ENGINE_FAILED) {
            return ENGINE_FAILED;
        }
    }
    return ENGINE_DONE;
}

static int failed_or_done(int outcome)
{
    return outcome == ENGINE_FAILED ? ENGINE_FAILED : ENGINE_DONE;
}

int flow_begin(struct engine *engine, const char *state, const char **url, struct failure *failure)
{
    *url = NULL;
    if (run_steps(engine, STEP_PREAUTHORIZE, STEP_REQUEST_TOKEN, failure) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    return engine_has(engine, STEP_AUTHORIZE)
               ? failed_or_done(engine_authorize(engine, state, url, failure))
               : ENGINE_DONE;
}

static int come_back(struct engine *engine, const char *text, const char *state,
                     struct failure *failure)
{
    struct iml_value query = {0};
    const char *problem = NULL;
    if (collection_of_form(engine->arena, text, strcspn(text, "#"), &query, &problem) == 0) {
        return engine_return(engine, &query, state, failure);
    }
    const char *why =
        arena_printf(engine->arena, "the callback's query cannot be read: %s", problem);
    *failure = (struct failure){.step = STEP_AUTHORIZE,
                                .pointer = "/authorize",
                                .why = why,
                                .shown = why,
                                .name = "RuntimeError"};
    return ENGINE_FAILED;
}

int flow_end(struct engine *engine, const char *query, const char *state, struct failure *failure)
{
    bool is_back = query == NULL || come_back(engine, query, state, failure) == ENGINE_DONE;
    return is_back ? run_steps(engine, STEP_TOKEN, STEP_INFO, failure) : ENGINE_FAILED;
}
