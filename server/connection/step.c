#include "server/connection/step.h"

#include "server/base/str.h"

const struct step_row step_table[STEP__MAX] = {
    [STEP_PREAUTHORIZE] = {.name = "preauthorize", .says = "a request before anybody is asked"},
    [STEP_REQUEST_TOKEN] = {.name = "requestToken", .says = "OAuth 1: the temporary credentials"},
    [STEP_AUTHORIZE] = {.name = "authorize",
                        .says = "where the person is sent, and comes back from"},
    [STEP_TOKEN] = {.name = "token", .says = "the code for tokens"},
    [STEP_ACCESS_TOKEN] = {.name = "accessToken", .says = "OAuth 1: the token credentials"},
    [STEP_INFO] = {.name = "info", .says = "whose connection it is; asked again to verify it"},
    [STEP_REFRESH] = {.name = "refresh", .says = "new tokens before the old ones end"},
    [STEP_INVALIDATE] = {.name = "invalidate", .says = "the tokens end with the connection"},
};

enum step step_find(const char *name)
{
    enum step step = 0;
    while (step < STEP__MAX && !str_equal(step_table[step].name, name)) {
        step++;
    }
    return step;
}
