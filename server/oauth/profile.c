#include "server/oauth/profile.h"

#include <string.h>

#include "server/base/str.h"

const struct profile profile_table[PROFILE__MAX] = {
    [PROFILE_MAKE] = {.name = "make",
                      .auth_methods = "client_secret_post none",
                      .algs = "RS256",
                      .userinfo_takes_id_token = true},
    [PROFILE_MAKE_PUBLISHED] = {.name = "make-published",
                                .auth_methods = "client_secret_post none",
                                .algs = "RS256",
                                .userinfo_takes_id_token = true,
                                .published_discovery = true},
    [PROFILE_STANDARD] = {.name = "standard",
                          .auth_methods =
                              "client_secret_post client_secret_basic private_key_jwt none",
                          .algs = "RS256 ES256 EdDSA",
                          .services =
                              SERVICE_INTROSPECTION | SERVICE_CLIENT_CREDENTIALS | SERVICE_LOGOUT},
};

const struct profile *profile_find(const char *name)
{
    for (int i = 0; i < PROFILE__MAX; i++) {
        if (strcmp(profile_table[i].name, name) == 0) {
            return &profile_table[i];
        }
    }
    return NULL;
}

bool profile_serves(const struct profile *profile, unsigned needs)
{
    return (profile->services & needs) == needs;
}

static const char *mend(struct arena *arena, const struct profile *profile,
                        const struct profile *other)
{
    return other == &profile_table[PROFILE__MAX]
               ? ""
               : arena_printf(arena,
                              " in profile '%s', but in profile '%s': start with --profile %s",
                              profile->name, other->name, other->name);
}

const char *profile_mend(struct arena *arena, const struct profile *profile, unsigned needs)
{
    const struct profile *other = profile_table;
    while (other < &profile_table[PROFILE__MAX] && !profile_serves(other, needs)) {
        other++;
    }
    return mend(arena, profile, other);
}

const char *profile_mend_auth_method(struct arena *arena, const struct profile *profile,
                                     const char *name)
{
    const struct profile *other = profile_table;
    while (other < &profile_table[PROFILE__MAX] && !str_has_word(other->auth_methods, name)) {
        other++;
    }
    return mend(arena, profile, other);
}

const char *profile_mend_alg(struct arena *arena, const struct profile *profile, const char *name)
{
    const struct profile *other = profile_table;
    while (other < &profile_table[PROFILE__MAX] && !str_has_word(other->algs, name)) {
        other++;
    }
    return mend(arena, profile, other);
}
