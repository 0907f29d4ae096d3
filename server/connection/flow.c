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

static int failed_or_done(int outcome)
{
    return outcome == ENGINE_FAILED ? ENGINE_FAILED : ENGINE_DONE;
}

int flow_begin(struct engine *engine, const char *state, const char **url, struct failure *failure)
{
    *url = NULL;
    if (engine_run(engine, STEP_PREAUTHORIZE, ENGINE_WHEN_TRUE, failure) == ENGINE_FAILED) {
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
    if (collection_of_form(engine->arena, text, strcspn(text, "#"), &query) == 0) {
        return engine_return(engine, &query, state, failure);
    }
    const char *why = "the callback's query cannot be read";
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
    if (!is_back || engine_run(engine, STEP_TOKEN, ENGINE_WHEN_TRUE, failure) == ENGINE_FAILED) {
        return ENGINE_FAILED;
    }
    return failed_or_done(engine_run(engine, STEP_INFO, ENGINE_WHEN_TRUE, failure));
}
