#include "server/oauth/about.h"

const char *const happening_names[HAPPENED__MAX] = {
    [HAPPENED_SIGNED_IN] = "signed in",     [HAPPENED_CONSENTED] = "consented",
    [HAPPENED_CODE_ISSUED] = "code issued", [HAPPENED_TOKENS_ISSUED] = "tokens issued",
    [HAPPENED_REFRESHED] = "refreshed",     [HAPPENED_REVOKED] = "revoked",
    [HAPPENED_SIGNED_OUT] = "signed out",
};

void about_client(const struct tenant *tenant, const char *client_id)
{
    if (tenant->about != NULL) {
        tenant->about->client = client_id;
    }
}

void about_user(const struct tenant *tenant, const char *sub)
{
    if (tenant->about != NULL) {
        tenant->about->user = sub;
    }
}

void about_scope(const struct tenant *tenant, const char *scope)
{
    if (tenant->about != NULL) {
        tenant->about->scope = scope;
    }
}

void about_grant(const struct tenant *tenant, int64_t grant, int64_t generation)
{
    if (tenant->about != NULL) {
        tenant->about->grant = grant;
        tenant->about->generation = generation;
    }
}

void about_new_key(const struct tenant *tenant, enum alg alg, const char *kid)
{
    if (tenant->about != NULL) {
        tenant->about->new_keys[alg] = kid;
    }
}

void about_happened(const struct tenant *tenant, enum happening happening)
{
    if (tenant->about != NULL) {
        tenant->about->happened |= 1u << happening;
    }
}

void about_spoiled(const struct tenant *tenant)
{
    if (tenant->about != NULL) {
        tenant->about->is_spoiled = true;
    }
}
