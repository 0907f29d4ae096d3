/* Whose token a request presents. */
#include "server/tenant/subject.h"

#include <string.h>
#include <strings.h>

#include "server/base/form.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/secret.h"
#include "server/oauth/token.h"
#include "server/store/api_tokens.h"
#include "server/store/codes.h"

static json_t *names_of(const struct user_row *user)
{
    json_t *names = json_array();
    json_auto_t *claims = json_loads(user->claims, 0, NULL);
    const char *username = json_string_value(json_object_get(claims, "preferred_username"));
    if (user->email != NULL) {
        json_array_append_new(names, json_string(user->email));
    }
    if (username != NULL) {
        json_array_append_new(names, json_string(username));
    }
    return names;
}

json_t *subject_user_names(const struct tenant *tenant, struct arena *arena, const char *sub)
{
    struct user_row user = {0};
    bool found = users_find(tenant->db, sub, arena, &user) == 0 && strcmp(user.sub, sub) == 0;
    return found ? names_of(&user) : json_array();
}

static void set_user_of(const struct tenant *tenant, struct arena *arena, int64_t id,
                        struct subject *subject)
{
    struct user_row user = {0};
    if (id != 0 && users_get(tenant->db, id, arena, &user) == 0) {
        subject->user = user.sub;
    }
}

static void by_bearer(const struct tenant *tenant, struct arena *arena, const char *token,
                      struct subject *subject)
{
    struct tenant silent = *tenant;
    struct bearer bearer = {0};
    silent.about = NULL; /* the handler's own reading is what counts */
    if (token_recognise(&silent, arena, token, &bearer).code != ERROR_NONE) {
        return;
    }
    subject->client = bearer.client.client_id;
    subject->user = bearer.user.sub;
    subject->scope = bearer.scope;
}

static void by_api_token(const struct tenant *tenant, struct arena *arena, const char *token,
                         struct subject *subject)
{
    const struct hash hash = secret_hash(token);
    struct api_token_row row = {0};
    if (api_tokens_get(tenant->db, &hash, arena, &row) == 0) {
        subject->scope = row.scope;
        set_user_of(tenant, arena, row.user, subject);
    }
}

static void by_refresh_token(const struct tenant *tenant, struct arena *arena, const char *token,
                             struct subject *subject)
{
    const struct hash hash = secret_hash(token);
    struct refresh_row refresh = {0};
    struct grant_row grant = {0};
    if (tokens_refresh_get(tenant->db, &hash, arena, &refresh, &grant) == 0) {
        subject->scope = grant.scope;
        set_user_of(tenant, arena, grant.user, subject);
    }
}

static void by_code(const struct tenant *tenant, struct arena *arena, const char *code,
                    struct subject *subject)
{
    const struct hash hash = secret_hash(code);
    struct code_row row = {0};
    if (codes_get(tenant->db, &hash, arena, &row) == 0) {
        subject->scope = row.scope;
        set_user_of(tenant, arena, row.user, subject);
    }
}

struct presented {
    const char *name; /* of a scheme, or of a parameter of the token endpoint */
    void (*by)(const struct tenant *tenant, struct arena *arena, const char *secret,
               struct subject *subject);
};

static const struct presented schemes[] = {{"Bearer", by_bearer}, {"Token", by_api_token}};
static const struct presented parameters[] = {{"refresh_token", by_refresh_token},
                                              {"code", by_code}};

static void present_header(const struct tenant *tenant, struct arena *arena, const char *header,
                           struct subject *subject)
{
    for (size_t i = 0; i < COUNT(schemes); i++) {
        size_t size = strlen(schemes[i].name);
        if (strncasecmp(header, schemes[i].name, size) == 0 && header[size] == ' ') {
            schemes[i].by(tenant, arena, header + size + strspn(header + size, " "), subject);
        }
    }
}

static void present_form(const struct tenant *tenant, struct arena *arena, struct subject *subject)
{
    struct form form = {0};
    const char *bad_name;
    if (subject->body == NULL ||
        form_parse(arena, subject->body, subject->body_kept, &form, &bad_name) != FORM_OK) {
        return;
    }
    for (size_t i = 0; i < COUNT(parameters); i++) {
        const char *secret = form_get(&form, parameters[i].name);
        if (secret != NULL) {
            parameters[i].by(tenant, arena, secret, subject);
        }
    }
}

void subject_present(const struct tenant *tenant, struct arena *arena, struct subject *subject)
{
    for (size_t i = 0; i < subject->header_count; i++) {
        if (strcasecmp(subject->headers[i].name, "Authorization") == 0) {
            present_header(tenant, arena, subject->headers[i].value, subject);
        }
    }
    if (subject->endpoint == ENDPOINT_TOKEN) {
        present_form(tenant, arena, subject);
    }
}
