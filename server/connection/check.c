#include "server/connection/check.h"

#include "server/base/str.h"
#include "server/connection/check_expressions.h"
#include "server/connection/check_members.h"
#include "server/connection/check_names.h"
#include "server/connection/check_parameters.h"
#include "server/connection/check_redirect.h"
#include "server/connection/check_rules.h"
#include "server/connection/check_sanitize.h"
#include "server/connection/check_signature.h"

const struct check_rule check_rule_table[] = {
    {.name = "json", .says = "the file can be read, and is JSON, with comments"},
    {.name = "kind", .says = "it is an OAuth connection, and no basic or JWT one"},
    {.name = "directive", .says = "it has the directives of OAuth 2 or OAuth 1 and no others"},
    {.name = "member", .says = "each member is one that Make knows there"},
    {.name = "type", .says = "each value has its type"},
    {.name = "word", .says = "methods, types and kinds of errors are words that Make knows"},
    {.name = "not-in-connections",
     .says =
         "aws, pagination, response.limit, response.iterate and response.output are for modules"},
    {.name = "flow",
     .says = "there is a token; without authorize its condition is true",
     .look = look_at_flow},
    {.name = "relative-url",
     .says = "URLs are absolute, as a connection has no base",
     .look = look_at_relative_urls},
    {.name = "state", .says = "state is the engine's own", .look = look_at_state},
    {.name = "iml", .says = "expressions can be read"},
    {.name = "variable", .says = "expressions name what is there at that step"},
    {.name = "function", .level = FINDING_WARNING, .says = "functions are Make's own"},
    {.name = "unset",
     .level = FINDING_WARNING,
     .says = "temp, data and connection are read by names that a step sets"},
    {.name = "parse-date",
     .level = FINDING_WARNING,
     .says = "the second argument of parseDate is a format, not a time zone"},
    {.name = "reserved-parameter",
     .level = FINDING_WARNING,
     .says = "no parameter goes by a name of Make's own: accountName, teamID"},
    {.name = "redirect-uri",
     .level = FINDING_WARNING,
     .says = "the redirect URI is one, Make's own variable, and known to the provider",
     .look = look_at_redirect_uri},
    {.name = "signature",
     .level = FINDING_WARNING,
     .says = "OAuth 1 has what it signs with, and a token for the person",
     .look = look_at_signature},
    {.name = "request-type",
     .level = FINDING_WARNING,
     .says = "what goes to a token endpoint is urlencoded (RFC 6749 4.1.3)",
     .look = look_at_types},
    {.name = "short-verifier",
     .level = FINDING_WARNING,
     .says = "a PKCE verifier has 43 characters or more (RFC 7636 4.1)",
     .look = look_at_verifier},
    {.name = "refresh-condition",
     .level = FINDING_WARNING,
     .says = "refresh has a condition",
     .look = look_at_refresh_condition},
    {.name = "refresh-never-due",
     .level = FINDING_WARNING,
     .says = "what the condition of refresh compares is stored",
     .look = look_at_refresh_never_due},
    {.name = "refresh-token",
     .level = FINDING_WARNING,
     .says = "a refresh stores the new refresh token as well",
     .look = look_at_refresh_token},
    {.name = "expires",
     .level = FINDING_WARNING,
     .says = "response.expires is said, and is when a person must authorize again",
     .look = look_at_expires},
    {.name = "sanitize",
     .level = FINDING_WARNING,
     .says = "log.sanitize masks the secrets of request and response",
     .look = look_at_sanitize},
};
const size_t check_rule_count = COUNT(check_rule_table);

/* False: it is no connection whose steps could be looked at. */
static bool has_steps(struct checking *checking)
{
    const struct place whole = {0};
    if (!json_is_object(checking->source.json)) {
        check_put(
            checking, &whole,
            &(struct check_says){.rule = "type",
                                 .problem = "a connection is an object",
                                 .found = check_shown(checking->arena, checking->source.json)});
        return false;
    }
    if (json_object_get(checking->source.json, "url") != NULL) {
        check_put(checking, &(struct place){.parent = &whole, .member = "url"},
                  &(struct check_says){.rule = "kind",
                                       .problem = "this is a basic or JWT connection: one request, "
                                                  "without OAuth's steps",
                                       .expected = "authorize, token, ..."});
        return false;
    }
    for (enum step step = 0; step < STEP__MAX; step++) {
        checking->has_step[step] =
            json_object_get(checking->source.json, step_table[step].name) != NULL;
    }
    return true;
}

/* A list of fields; a connection has requests in it. */
static bool is_parameters(const json_t *json)
{
    size_t index;
    const json_t *item;
    json_array_foreach(json, index, item)
    {
        if (json_object_get(item, "url") != NULL) {
            return false;
        }
    }
    return json_is_array(json);
}

void check_file(struct arena *arena, const char *file, struct findings *findings)
{
    check_file_for(arena, file, NULL, findings);
}

void check_file_for(struct arena *arena, const char *file, const char *redirect_uri,
                    struct findings *findings)
{
    struct checking checking = {.arena = arena,
                                .findings = findings,
                                .redirect_uri = redirect_uri,
                                .rules = check_rule_table,
                                .rule_count = check_rule_count};
    const char *problem = NULL;
    size_t line = 0;
    if (source_read(arena, file, &checking.source, &problem, &line) != 0) {
        findings_put(
            findings,
            &(struct finding){
                .rule = "json", .file = file, .line = line, .pointer = "", .problem = problem});
        return;
    }
    if (is_parameters(checking.source.json)) {
        check_parameters(&checking);
    } else if (has_steps(&checking)) {
        check_names_read(&checking);
        check_members(&checking);
        check_expressions(&checking);
        for (size_t i = 0; i < check_rule_count; i++) {
            if (check_rule_table[i].look != NULL) {
                check_rule_table[i].look(&checking, &check_rule_table[i]);
            }
        }
        check_names_drop(&checking);
    }
    json_decref(checking.source.json);
}
