/* What a tenant was made with, beside its fixture: JSON that its file keeps (store/kept.h). */
#ifndef MAKESHIFT_ENDPOINTS_SETTINGS_H
#define MAKESHIFT_ENDPOINTS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/clock.h"
#include "server/oauth/tenant.h"

struct settings {
    const char *profile;  /* its name; NULL: the fixture's */
    const char *base_url; /* of the issuer, without the tenant's path; NULL: the server's */
    enum login_mode login;
    struct clock clock; /* at first */
    bool seeded;
    uint64_t seed;
    int64_t ttl_ms; /* 0: it stays */
};

/* In the arena. */
const char *settings_text(struct arena *arena, const struct settings *settings);

/* Changes what the text says; what it does not say stays. Texts are copied into the arena. */
void settings_read(struct arena *arena, const char *text, struct settings *settings);

#endif
