#include "server/tenant/fault_catalogue.h"

#include <stdio.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/oauth/bad_token.h"
#include "server/tenant/embedded.h"

/* Where ID tokens are made. */
#define MAKES_TOKENS "^(token|authorize|sign_in|consent)$"

/* Read each time: it is asked for seldom, and would else stay in memory for the process's life. */
static json_t *built_in(void)
{
    json_error_t error;
    json_auto_t *document =
        json_loads(embedded_fixtures_faults_json, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL) {
        log_message(LOG_ERROR, "the built-in catalogue of faults, line %d: %s", error.line,
                    error.text);
        return json_array();
    }
    return json_incref(json_object_get(document, "faults"));
}

json_t *fault_catalogue(void)
{
    json_t *faults = built_in();
    for (size_t i = 0; i < bad_token_count; i++) {
        const struct bad_token *bad = &bad_token_table[i];
        json_array_append_new(faults, json_pack("{s:s, s:s, s:{s:{s:s}}, s:{s:s}}", "name",
                                                bad->name, "says", bad->says, "match", "endpoint",
                                                "pattern", MAKES_TOKENS, "do", "token", bad->name));
    }
    return faults;
}

json_t *fault_catalogue_tokens(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < bad_token_count; i++) {
        const struct bad_token *bad = &bad_token_table[i];
        json_t *of =
            bad->of_id_token ? json_pack("[s]", "id") : json_pack("[s, s]", "id", "access");
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", bad->name, "says",
                                        bad->says, "client", bad_token_client_names[bad->client],
                                        "clause", bad->clause, "of", of));
    }
    return list;
}

json_t *fault_catalogue_get(const char *name, char nearest[FAULT_NAME_SIZE])
{
    json_auto_t *list = fault_catalogue();
    struct nearest near;
    nearest_init(&near, name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *fault = json_array_get(list, i);
        const char *own = json_string_value(json_object_get(fault, "name"));
        if (str_equal(own, name)) {
            json_t *found = json_incref(fault);
            json_object_del(found, "name");
            json_object_del(found, "says");
            return found;
        }
        nearest_offer(&near, own);
    }
    const char *meant = nearest_text(&near);
    snprintf(nearest, FAULT_NAME_SIZE, "%s", meant != NULL ? meant : "");
    return NULL;
}
