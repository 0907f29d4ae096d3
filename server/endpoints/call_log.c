#include "server/endpoints/call_log.h"

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/endpoints/routes.h"

/* NULL for 0, which is none. */
static const int64_t *number_of(const int64_t *number)
{
    return *number != 0 ? number : NULL;
}

/* A token in the path (Make's MCP server has such) does not go into the log. */
static const char *path_of(const struct call *call)
{
    return call->route != NULL && call->route->has_secret ? call->route->path : call->request->path;
}

static void log_refusal(const struct call *call)
{
    const struct verdict *verdict = &call->verdict;
    const char *error = error_table[verdict->code].name;
    const struct log_field fields[] = {
        {.name = "request", .number = &call->number},
        {.name = "path", .value = path_of(call)},
        {.name = "client_id", .value = call->about.client},
        {.name = "user", .value = call->about.user},
        {.name = "grant", .number = number_of(&call->about.grant)},
        {.name = "error", .value = error != NULL ? error : "none"},
        {.name = "check", .value = verdict->check},
        {.name = "detail", .value = verdict->detail},
        {.name = "expected", .value = verdict->expected},
        {.name = "actual", .value = verdict->actual},
        {.name = "clause", .value = verdict->clause},
    };
    log_event(verdict->code == ERROR_SERVER_ERROR ? LOG_ERROR : LOG_INFO, "refused", fields,
              COUNT(fields));
}

/* A line each: what somebody who looks on wants to hear of a flow that goes well. */
static void log_happenings(const struct call *call)
{
    const struct about *about = &call->about;
    const struct log_field fields[] = {
        {.name = "request", .number = &call->number},
        {.name = "client_id", .value = about->client},
        {.name = "user", .value = about->user},
        {.name = "grant", .number = number_of(&about->grant)},
        {.name = "generation", .number = number_of(&about->generation)},
        {.name = "scope", .value = about->scope},
    };
    for (int i = 0; i < HAPPENED__MAX; i++) {
        if ((about->happened & 1u << i) != 0) {
            log_event(LOG_INFO, happening_names[i], fields, COUNT(fields));
        }
    }
}

void call_log_verdict(const struct call *call)
{
    log_happenings(call);
    if (call->verdict.code != ERROR_NONE) {
        log_refusal(call);
    }
}

static const char *who_answered(const struct call *call, const struct exchange *exchange)
{
    if (exchange->refusal.status != 0) {
        return "the gate";
    }
    return call->route != NULL ? call->route->path : "no route";
}

void call_log_end(const struct call *call, const struct exchange *exchange)
{
    if (!log_enabled(LOG_DEBUG)) {
        return;
    }
    const char *method = method_names[call->request->method];
    const int64_t status = exchange->response.status;
    const struct log_field fields[] = {
        {.name = "request", .number = &call->number},
        {.name = "method", .value = method != NULL ? method : "other"},
        {.name = "path", .value = path_of(call)},
        {.name = "by", .value = who_answered(call, exchange)},
        {.name = "status", .number = status != 0 ? &status : NULL},
        {.name = "sent", .value = exchange->is_whole ? "whole" : "cut"},
    };
    log_event(LOG_DEBUG, status != 0 ? "answered" : "given up", fields, COUNT(fields));
}
