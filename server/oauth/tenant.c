#include "server/oauth/tenant.h"

#include "server/base/str.h"

const char *const login_names[LOGIN__MAX] = {[LOGIN_AUTO] = "auto", [LOGIN_PAGE] = "page"};
const char *const explain_names[EXPLAIN__MAX] = {
    [EXPLAIN_FULL] = "full", [EXPLAIN_TERSE] = "terse"};

int64_t tenant_now(const struct tenant *tenant)
{
    return clock_now(&tenant->clock);
}

int64_t tenant_told(const struct tenant *tenant, int64_t at)
{
    return at + tenant->skew;
}

struct tenant tenant_still(const struct tenant *tenant)
{
    struct tenant seen = *tenant;
    seen.clock = (struct clock){.fixed = true, .at = tenant_now(tenant)};
    return seen;
}

bool tenant_is_https(const struct tenant *tenant)
{
    return str_starts(tenant->issuer, "https://");
}
