#include "server/endpoints/to_come.h"

#include <string.h>

#include "server/base/str.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/visit.h"
#include "server/oauth/organization.h"
#include "server/tenant/sign_ins.h"
#include "server/tenant/subject.h"

/* RFC 6749 4.1.2.1; RFC 8707 2; OpenID Connect Core 3.1.2.6 */
const char *const to_come_errors[] = {
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "invalid_scope",
    "unsupported_response_type",
    "server_error",
    "invalid_target",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    NULL,
};

const char *const to_come_decisions[] = {[TO_COME_APPROVE] = "approve",
                                         [TO_COME_DENY] = "deny",
                                         [TO_COME_PAGE] = "page",
                                         [TO_COME_ERROR] = NULL};

/* The request as matches want it. */
static json_t *subject_of(const struct call *call, const char *client_id)
{
    const struct request *request = call->request;
    const struct subject subject = {
        .endpoint = ENDPOINT_AUTHORIZE,
        .method = method_names[request->method],
        .path = request->path + strlen(call->base_path),
        .query = request->query,
        .headers = request->headers,
        .header_count = request->header_count,
        .body = request->body,
        .body_size = request->body_size,
        .body_kept = request->body_size,
        .client = client_id,
    };
    return subject_json(call->arena, &subject);
}

static enum to_come_decision decision_of(const json_t *one)
{
    const char *word = json_string_value(json_object_get(one, "decision"));
    enum to_come_decision decision = TO_COME_APPROVE;
    while (to_come_decisions[decision] != NULL && !str_equal(to_come_decisions[decision], word)) {
        decision++;
    }
    return decision;
}

static enum error_code error_named(const char *name)
{
    enum error_code code = ERROR_NONE;
    while (code < ERROR__MAX && !str_equal(error_table[code].name, name)) {
        code++;
    }
    return code < ERROR__MAX ? code : ERROR_SERVER_ERROR;
}

static void read_one(struct arena *arena, const json_t *one, struct to_come *to_come)
{
    const char *error = json_string_value(json_object_get(one, "error"));
    const json_t *organization = json_object_get(one, "organization");
    *to_come = (struct to_come){
        .id = json_integer_value(json_object_get(one, "id")),
        .decision = error != NULL ? TO_COME_ERROR : decision_of(one),
        .error = error != NULL ? error_named(error) : ERROR_NONE,
        .user = arena_strdup(arena, json_string_value(json_object_get(one, "user"))),
        .scope = arena_strdup(arena, json_string_value(json_object_get(one, "scope"))),
        .has_organization = organization != NULL,
        .organization = json_integer_value(organization), /* "all": 0 */
    };
}

bool to_come_meet(const struct call *call, const struct authorization *a, struct to_come *to_come)
{
    struct sign_ins *sign_ins = call->realm->sign_ins;
    if (!sign_ins_are_to_come(sign_ins)) {
        return false;
    }
    json_auto_t *subject = subject_of(call, a->client.client_id);
    json_auto_t *one = sign_ins_meet(sign_ins, a->client.client_id, subject);
    if (one != NULL) {
        read_one(call->arena, one, to_come);
    }
    return one != NULL;
}

void to_come_hint(const struct call *call, const struct to_come *to_come, const struct form *form,
                  struct form *hinted)
{
    struct form_field *fields = arena_alloc(call->arena, (form->count + 1) * sizeof(*fields));
    size_t count = 0;
    *hinted = *form;
    if (to_come->user == NULL) {
        return;
    }
    for (size_t i = 0; i < form->count; i++) {
        if (!str_equal(form->fields[i].name, "login_hint")) {
            fields[count++] = form->fields[i];
        }
    }
    fields[count++] = (struct form_field){"login_hint", to_come->user};
    *hinted = (struct form){.fields = fields, .count = count};
}

static struct verdict choose_organization(const struct call *call, const struct to_come *to_come,
                                          const struct user_row *user, struct authorization *a)
{
    struct organizations organizations = {0};
    if (organizations_of(call->tenant, call->arena, user, &organizations) != 0) {
        return error_store_broken();
    }
    if (to_come->organization != 0 && !organizations_have(&organizations, to_come->organization)) {
        return REFUSED(SERVER_ERROR, .check = "organization",
                       .detail = arena_printf(call->arena,
                                              "sign-in %lld of the control door is for an "
                                              "organization that its user is not in",
                                              (long long)to_come->id),
                       .expected = "one of the user's organizations",
                       .actual =
                           arena_printf(call->arena, "%lld", (long long)to_come->organization));
    }
    a->terms.organization = to_come->organization;
    return ALLOWED;
}

struct verdict to_come_limit(const struct call *call, const struct to_come *to_come,
                             const struct user_row *user, struct authorization *a)
{
    if (to_come->has_organization) {
        TRY(choose_organization(call, to_come, user, a));
    }
    return to_come->scope != NULL ? authorization_narrow(call->arena, a, to_come->scope) : ALLOWED;
}

struct verdict to_come_refuse(const struct call *call, const struct to_come *to_come)
{
    if (to_come->decision == TO_COME_DENY) {
        return visit_denial();
    }
    struct verdict verdict =
        REFUSED(NONE, .check = "sign_ins",
                .detail = arena_printf(call->arena, "sign-in %lld of the control door says so",
                                       (long long)to_come->id),
                .expected = "no such sign-in to come", .clause = "RFC 6749 4.1.2.1");
    verdict.code = to_come->error;
    return verdict;
}
