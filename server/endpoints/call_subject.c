#include "server/endpoints/call_subject.h"

#include <string.h>

#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/routes.h"

/* As sent, without what the issuer has of it; where /.well-known/x stands in front, behind that. */
static const char *path_of(const struct call *call)
{
    const char *path = call->request->path, *base = call->base_path;
    size_t front = 0;
    if (str_starts(path, WELL_KNOWN) && call->route != NULL && call->route->place == PLACE_AROUND) {
        front = strlen(WELL_KNOWN) + strcspn(path + strlen(WELL_KNOWN), "/");
    }
    if (base[0] == '\0' || !str_starts(path + front, base)) {
        return path;
    }
    const char *rest = path + front + strlen(base);
    return front == 0 ? rest : arena_printf(call->arena, "%.*s%s", (int)front, path, rest);
}

struct subject call_subject(struct call *call)
{
    const struct request *request = call->request;
    const struct route *route = call->route;
    const char *method = method_names[request->method];
    const char *path = path_of(call);
    bool has_secret = route != NULL && route->has_secret && call->segment != NULL;
    return (struct subject){
        .endpoint = route != NULL ? route->endpoint : ENDPOINT_NONE,
        .operation = route != NULL && route->endpoint == ENDPOINT_API ? api_operation(call) : NULL,
        .method = method != NULL ? method : "OTHER",
        .path = path,
        .secret = has_secret ? path + strlen(path) - strlen(call->segment) : NULL,
        .query = request->query,
        .headers = request->headers,
        .header_count = request->header_count,
        .body = request->body,
        .body_size = request->body_size,
        .body_kept = request->body_size,
        .client = call->about.client,
        .user = call->about.user,
        .scope = call->about.scope,
    };
}

void call_subject_answered(const struct call *call, struct subject *subject)
{
    subject->status = call->response->status;
    subject->error = call->verdict.code != ERROR_NONE ? error_table[call->verdict.code].name : NULL;
}

json_t *call_subject_json(struct call *call, enum latch_when when)
{
    struct subject subject = call_subject(call);
    if (when == LATCH_BEFORE) {
        subject_present(call->tenant, call->arena, &subject);
    } else {
        call_subject_answered(call, &subject);
    }
    json_auto_t *names =
        subject.user != NULL ? subject_user_names(call->tenant, call->arena, subject.user) : NULL;
    subject.user_names = names;
    return subject_json(call->arena, &subject);
}
