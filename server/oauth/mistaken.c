#include "server/oauth/mistaken.h"

#include "keys/jws.h"
#include "server/oauth/secret.h"
#include "server/oauth/token_kind.h"
#include "server/store/api_tokens.h"
#include "server/store/codes.h"
#include "server/store/tokens.h"

static int find_access(struct tenant *tenant, struct arena *arena, const char *text)
{
    const struct hash hash = secret_hash(text);
    struct access_row access = {0};
    struct grant_row grant = {0};
    return tokens_access_get(tenant->db, &hash, arena, &access, &grant);
}

static int find_refresh(struct tenant *tenant, struct arena *arena, const char *text)
{
    const struct hash hash = secret_hash(text);
    struct refresh_row refresh = {0};
    struct grant_row grant = {0};
    return tokens_refresh_get(tenant->db, &hash, arena, &refresh, &grant);
}

static int find_code(struct tenant *tenant, struct arena *arena, const char *text)
{
    const struct hash hash = secret_hash(text);
    struct code_row code = {0};
    return codes_get(tenant->db, &hash, arena, &code);
}

static int find_api_token(struct tenant *tenant, struct arena *arena, const char *text)
{
    const struct hash hash = secret_hash(text);
    struct api_token_row token = {0};
    return api_tokens_get(tenant->db, &hash, arena, &token);
}

/* The store does not keep ID tokens: the signature tells them. */
static int find_id_token(struct tenant *tenant, struct arena *arena, const char *text)
{
    (void)arena;
    json_auto_t *header = NULL;
    json_auto_t *claims = NULL;
    int outcome = jws_read(tenant->ring, text, &header, &claims);
    return outcome == JWS_OK && !token_kind_is_access(header, claims) ? 0 : 1;
}

/* TABLE of secrets. Each finder gives 0 found, 1 not, negative when the store is broken. */
static const struct {
    int (*find)(struct tenant *tenant, struct arena *arena, const char *text);
    const char *kind;
    const char *belongs;
} rows[] = {
    {find_access, "an access token", "it is sent as 'Authorization: Bearer'"},
    {find_refresh, "a refresh token", "it is for the token endpoint alone, as refresh_token"},
    {find_code, "an authorization code", "it is for the token endpoint alone, as code"},
    {find_api_token, "an API token", "it is sent as 'Authorization: Token', to the API alone"},
    {find_id_token, "an ID token", "it tells the client who signed in and opens nothing"},
};

int mistaken_for(struct tenant *tenant, struct arena *arena, const char *text, const char **detail,
                 const char **kind)
{
    *detail = NULL;
    *kind = NULL;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int found = rows[i].find(tenant, arena, text);
        if (found < 0) {
            return found;
        }
        if (found == 0) {
            *detail = arena_printf(arena, "this is %s: %s", rows[i].kind, rows[i].belongs);
            *kind = rows[i].kind;
            return 0;
        }
    }
    return 0;
}
