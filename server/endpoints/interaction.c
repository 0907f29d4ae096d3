#include "server/endpoints/interaction.h"

#include <string.h>

#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/visit.h"
#include "server/oauth/about.h"
#include "server/oauth/client.h"
#include "server/oauth/secret.h"

#define INTERACTION_SECONDS 1800
#define QUERY_MAX 16384 /* bytes, as much as a GET may have */

/* A request that comes with a page waits in the store: so it must have an end, and no token may be
 * in it. */
static struct verdict encode(struct call *call, const struct form *form, const char **query)
{
    struct form_field *kept = arena_alloc(call->arena, (form->count + 1) * sizeof(*kept));
    size_t count = 0;
    for (size_t i = 0; i < form->count; i++) {
        if (!str_equal(form->fields[i].name, "id_token_hint")) {
            kept[count++] = form->fields[i];
        }
    }
    *query = form_encode(call->arena, kept, count);
    if (strlen(*query) <= QUERY_MAX) {
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "parameters",
                   .detail = "the request is too long to wait for a person",
                   .expected = arena_printf(call->arena, "at most %d bytes", QUERY_MAX),
                   .actual = arena_printf(call->arena, "%zu bytes", strlen(*query)));
}

struct verdict interaction_begin(struct call *call, struct session *session,
                                 const struct waiting *waiting)
{
    struct tenant *tenant = call->tenant;
    const char *query;
    TRY(encode(call, waiting->form, &query));
    TRY(session_ensure(call, session));
    const char *handle = secret_new(tenant, call->arena);
    int64_t now = tenant_now(tenant);
    const struct interaction_row row = {
        .hash = secret_hash(handle),
        .session = session->row.hash,
        .query = query,
        .hinted_sub = waiting->authorization->hinted_sub,
        .created_at = now,
        .expires_at = now + INTERACTION_SECONDS,
        .signed_in_at = waiting->sign_in_first ? 0 : now,
    };
    if (interactions_put(tenant->db, &row) != 0) {
        return error_store_broken();
    }
    visit_go_to(call, waiting->sign_in_first ? PATH_SIGN_IN : PATH_CONSENT, handle);
    return ALLOWED;
}

struct verdict interaction_approve(struct call *call, struct authorization *authorization,
                                   const struct sign_in *sign_in)
{
    struct authorization_answer answer = {0};
    /* --login auto stands for the person, who would have consented. */
    if (client_login(call->tenant, &authorization->client) == LOGIN_AUTO) {
        about_happened(call->tenant, HAPPENED_CONSENTED);
    }
    TRY(authorization_issue(call->tenant, call->arena, authorization, sign_in, &answer));
    const struct answer_parameter parameters[] = {{"code", answer.code},
                                                  {"id_token", answer.id_token}};
    answer_client(call, parameters, COUNT(parameters));
    return ALLOWED;
}
