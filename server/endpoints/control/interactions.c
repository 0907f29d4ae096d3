/* Interactions: authorization requests that wait for a person in front of a page. */
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/control/page.h"
#include "server/endpoints/control/query.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/visit.h"
#include "server/oauth/about.h"
#include "server/oauth/consent.h"

#define APPROVE "approve"
#define INTERACTION "interaction"

const struct door_parameter interactions_query[] = {{"limit", PAGE_SAYS_LIMIT, &page_limit},
                                                    {"since", PAGE_SAYS_SINCE, &page_id},
                                                    {NULL, NULL, NULL}};
static const char *const words[] = {APPROVE, "deny", NULL};
static const struct shape decision = {
    .type = SHAPE_TEXT, .max = 1000, .expected = "approve or deny", .words = words};
static const struct shape user = {.type = SHAPE_TEXT,
                                  .min = 1,
                                  .max = 1000,
                                  .expected =
                                      "a user's subject, e-mail address or preferred_username"};
static const struct shape_member members[] = {
    {"decision", &decision, true}, {"user", &user, false}, {NULL, NULL, false}};
const struct shape decision_shape = {
    .type = SHAPE_RECORD, .expected = "an object with decision", .members = members};

static struct verdict show(struct call *call, const struct interaction_row *row, json_t **shown)
{
    struct form kept = {0};
    struct session session = {0};
    const char *bad_name, *query = row->query != NULL ? row->query : "";
    *shown = json_pack("{s:I}", "id", (json_int_t)row->id);
    TRY(session_find(call, &row->session, &session));
    if (form_parse(call->arena, query, strlen(query), &kept, &bad_name) == FORM_OK) {
        json_put_text(*shown, "client_id", form_get(&kept, "client_id"));
        json_put_text(*shown, "scope", form_get(&kept, "scope"));
    }
    if (session.signed_in) {
        json_put_text(*shown, "user", session.sign_in.user.sub);
    }
    bool is_signed_in = session.signed_in && row->signed_in_at != 0;
    json_put_text(*shown, "page", is_signed_in ? "consent" : "sign_in");
    json_object_set_new(*shown, "since", json_integer(row->created_at));
    json_object_set_new(*shown, "expires_at", json_integer(row->expires_at));
    return ALLOWED;
}

struct verdict interactions_get_all(struct door *door)
{
    struct call *call = door->call;
    struct list_filter filter = {0};
    const struct interaction_row *rows;
    size_t count;
    TRY(page_read(door, &filter));
    query_number(door, "since", &filter.after);
    if (interactions_pending(call->tenant->db, filter.after, filter.limit, tenant_now(call->tenant),
                             call->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    json_auto_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *shown = NULL;
        struct verdict verdict = show(call, &rows[i], &shown);
        json_array_append_new(list, shown);
        TRY(verdict);
    }
    return door_list(door, json_incref(list));
}

/* The pending one that the path names. */
static struct verdict find(const struct door *door, struct interaction_row *row)
{
    const struct call *call = door->call;
    const struct interaction_row *rows;
    size_t count;
    int64_t id;
    TRY(door_number(door, 0, INTERACTION, &id));
    if (interactions_pending(call->tenant->db, id - 1, 1, tenant_now(call->tenant), call->arena,
                             &rows, &count) != 0) {
        return error_store_broken();
    }
    if (count == 0 || rows->id != id) {
        return door_not_there(door, INTERACTION, door->arguments[0]);
    }
    *row = *rows;
    return ALLOWED;
}

struct verdict interaction_get(struct door *door)
{
    struct interaction_row row = {0};
    json_t *shown = NULL;
    TRY(find(door, &row));
    struct verdict verdict = show(door->call, &row, &shown);
    json_auto_t *answer = shown;
    TRY(verdict);
    return door_answer(door, 200, json_incref(answer));
}

/* The request, as its pages would see it. */
static struct verdict enter(const struct door *door, struct visit *visit)
{
    struct call *call = door->call;
    TRY(find(door, &visit->row));
    TRY(session_find(call, &visit->row.session, &visit->session));
    struct verdict read = visit_read_kept(call, visit);
    if (read.code == ERROR_NONE || read.code == ERROR_TEMPORARILY_UNAVAILABLE) {
        return read;
    }
    return REFUSED(
        CONFLICT, .check = read.check, .actual = read.actual,
        .detail = arena_printf(call->arena, "the request would be refused by now: %s", read.detail),
        .expected = read.expected);
}

/* Whom the body names, else who is signed in, else whom --login auto would take. */
static struct verdict choose_user(const struct door *door, const struct visit *visit,
                                  struct user_row *chosen)
{
    struct call *call = door->call;
    const char *named = json_string_value(json_object_get(door->body, "user"));
    const struct user_row *present = visit->session.signed_in ? &visit->session.sign_in.user : NULL;
    if (named != NULL) {
        return named_user(door, "/user", named, chosen);
    }
    if (present != NULL && visit->row.signed_in_at != 0) {
        *chosen = *present;
        return ALLOWED;
    }
    struct verdict verdict =
        authorization_auto_user(call->tenant, call->arena, &visit->authorization, present, chosen);
    return verdict.code == ERROR_LOGIN_REQUIRED
               ? door_refuse(door, "/user", "a user, as the request's hint names nobody", NULL)
               : verdict;
}

/* From here on the pages decide nothing. */
static struct verdict decide(const struct door *door, const struct visit *visit)
{
    const struct call *call = door->call;
    int outcome = interactions_decide(call->tenant->db, &visit->row.hash, tenant_now(call->tenant));
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome == 0 ? ALLOWED : door_not_there(door, INTERACTION, door->arguments[0]);
}

/* As the consent page begins: all that was asked for, and the organization chosen last. */
static struct verdict consent_to_all(const struct call *call, struct visit *visit)
{
    struct authorization *a = &visit->authorization;
    const struct user_row *by = &visit->session.sign_in.user;
    struct consent consent = {0};
    TRY(consent_find(call->tenant, call->arena, a, by, &consent));
    bool is_member = organizations_have(&consent.organizations, consent.organization);
    const struct consent_choice choice = {
        .scope = a->scope,
        .claims = consent.claims,
        .organization = is_member ? consent.organization : 0,
    };
    TRY(consent_remember(call->tenant, call->arena, a, by, &consent, &choice));
    about_happened(call->tenant, HAPPENED_CONSENTED);
    return ALLOWED;
}

static struct verdict approve(const struct door *door, struct visit *visit, json_t **where)
{
    struct call *call = door->call;
    struct session *session = &visit->session;
    struct sign_in sign_in = {.auth_time = tenant_now(call->tenant), .amr = "user"};
    struct authorization_answer issued = {0};
    TRY(choose_user(door, visit, &sign_in.user));
    if (authorization_fits_hint(&visit->authorization, &sign_in).code != ERROR_NONE) {
        return door_refuse(door, "/user",
                           "the user that the request's id_token_hint or claims name",
                           sign_in.user.sub);
    }
    bool is_new = !session->signed_in || visit->row.signed_in_at == 0 ||
                  session->sign_in.user.id != sign_in.user.id;
    TRY(decide(door, visit));
    if (is_new) {
        TRY(session_sign_in_from_afar(call, session, &sign_in));
    }
    TRY(consent_to_all(call, visit));
    TRY(authorization_issue(call->tenant, call->arena, &visit->authorization, &session->sign_in,
                            &issued));
    const struct answer_parameter parameters[] = {{"code", issued.code},
                                                  {"id_token", issued.id_token}};
    *where = answer_client_later(call, parameters, COUNT(parameters));
    json_object_set_new(*where, "signed_in", json_boolean(is_new));
    return ALLOWED;
}

static struct verdict deny(const struct door *door, const struct visit *visit, json_t **where)
{
    const struct verdict denial = visit_denial();
    TRY(decide(door, visit));
    *where = answer_refusal_later(door->call, &denial);
    return ALLOWED;
}

struct verdict interaction_post(struct door *door)
{
    struct visit visit = {0};
    json_t *where = NULL;
    const char *word = json_string_value(json_object_get(door->body, "decision"));
    bool approves = str_equal(word, APPROVE);
    TRY(enter(door, &visit));
    call_may_answer(door->call, &visit.authorization);
    TRY(approves ? approve(door, &visit, &where) : deny(door, &visit, &where));
    json_t *answer = json_pack("{s:I, s:s, s:O, s:O*}", "id", (json_int_t)visit.row.id, "decision",
                               word, "location", json_object_get(where, "location"), "form",
                               json_object_get(where, "form"));
    decisions_put(door->call->realm->decisions, visit.row.id, where);
    return door_answer(door, 200, answer);
}
