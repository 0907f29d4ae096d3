#include "server/oauth/grant.h"

#include "server/base/str.h"
#include "server/oauth/parameters.h"
#include "server/oauth/resource.h"

const struct grant_type_row grant_type_table[GRANT_TYPE__MAX] = {
    [GRANT_AUTHORIZATION_CODE] = {.name = "authorization_code", .answer = code_grant},
    [GRANT_REFRESH_TOKEN] = {.name = "refresh_token", .answer = refresh_grant},
    [GRANT_CLIENT_CREDENTIALS] = {.name = "client_credentials",
                                  .needs = SERVICE_CLIENT_CREDENTIALS,
                                  .answer = client_grant},
};

/* "authorization_code, refresh_token" */
static const char *served_types(const struct tenant *tenant, struct arena *arena)
{
    struct str_buf names;
    str_buf_init(&names, arena);
    for (int i = 0; i < GRANT_TYPE__MAX; i++) {
        if (profile_serves(tenant->profile, grant_type_table[i].needs)) {
            str_buf_printf(&names, "%s%s", names.size > 0 ? ", " : "", grant_type_table[i].name);
        }
    }
    return str_buf_text(&names);
}

const char *grant_type_mend(struct arena *arena, const struct profile *profile, const char *name)
{
    int i = 0;
    while (i < GRANT_TYPE__MAX && !str_equal(grant_type_table[i].name, name)) {
        i++;
    }
    return i < GRANT_TYPE__MAX ? profile_mend(arena, profile, grant_type_table[i].needs) : "";
}

static struct verdict find_type(const struct tenant *tenant, struct arena *arena, const char *name,
                                const struct grant_type_row **row)
{
    if (name == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "grant_type", .detail = "grant_type is missing",
                       .expected = served_types(tenant, arena), .actual = "none",
                       .clause = "RFC 6749 4.1.3");
    }
    for (int i = 0; i < GRANT_TYPE__MAX; i++) {
        if (str_equal(grant_type_table[i].name, name) &&
            profile_serves(tenant->profile, grant_type_table[i].needs)) {
            *row = &grant_type_table[i];
            return ALLOWED;
        }
    }
    return REFUSED(UNSUPPORTED_GRANT_TYPE, .check = "grant_type",
                   .detail = arena_printf(arena, "grant_type '%s' is not served%s", name,
                                          grant_type_mend(arena, tenant->profile, name)),
                   .expected = served_types(tenant, arena), .actual = name,
                   .clause = "RFC 6749 5.2");
}

struct verdict grant_answer(struct tenant *tenant, struct arena *arena,
                            const struct credentials *credentials, const struct form *form,
                            struct token_answer *answer)
{
    const struct grant_type_row *type;
    struct client_row client = {0};
    TRY(parameters_all_once(arena, form, RESOURCE_PARAMETER));
    TRY(find_type(tenant, arena, form_get(form, "grant_type"), &type));
    TRY(client_authenticate(tenant, arena, credentials, &client));
    if (!client_may_grant(&client, type->name)) {
        return REFUSED(
            UNAUTHORIZED_CLIENT, .check = "grant_type",
            .detail = arena_printf(arena, "client '%s' is not registered for grant_type '%s'",
                                   client.client_id, type->name),
            .expected = client.grant_types, .actual = type->name, .clause = "RFC 6749 5.2");
    }
    return type->answer(tenant, arena, &client, form, answer);
}
