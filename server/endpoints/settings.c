#include "server/endpoints/settings.h"

#include <jansson.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/profile.h"

const char *settings_text(struct arena *arena, const struct settings *settings)
{
    const struct clock *clock = &settings->clock;
    json_auto_t *json =
        json_pack("{s:s, s:s*, s:s, s:{s:b, s:I, s:I}, s:I}", "profile", settings->profile,
                  "base_url", settings->base_url, "login", login_names[settings->login], "clock",
                  "fixed", (int)clock->fixed, "at", (json_int_t)clock->at, "offset",
                  (json_int_t)clock->offset, "ttl_ms", (json_int_t)settings->ttl_ms);
    if (settings->seeded) {
        /* As text, as JSON's integers end before those of a seed. */
        json_object_set_new(
            json, "seed",
            json_string(arena_printf(arena, "%llu", (unsigned long long)settings->seed)));
    }
    return json_text(arena, json, NULL);
}

static void read_clock(const json_t *json, struct clock *clock)
{
    if (json != NULL) {
        *clock = (struct clock){.fixed = json_is_true(json_object_get(json, "fixed")),
                                .at = json_integer_value(json_object_get(json, "at")),
                                .offset = json_integer_value(json_object_get(json, "offset"))};
    }
}

void settings_read(struct arena *arena, const char *text, struct settings *settings)
{
    json_auto_t *json = json_loads(text, 0, NULL);
    const char *profile = json_string_value(json_object_get(json, "profile"));
    const char *base_url = json_string_value(json_object_get(json, "base_url"));
    const char *login = json_string_value(json_object_get(json, "login"));
    const char *seed = json_string_value(json_object_get(json, "seed"));
    if (profile != NULL && profile_find(profile) != NULL) {
        settings->profile = arena_strdup(arena, profile);
    }
    settings->base_url = arena_strdup(arena, base_url);
    if (login != NULL) {
        settings->login = str_equal(login, login_names[LOGIN_PAGE]) ? LOGIN_PAGE : LOGIN_AUTO;
    }
    settings->seeded = settings->seeded || seed != NULL;
    settings->seed = seed != NULL ? strtoull(seed, NULL, 10) : settings->seed;
    settings->ttl_ms = json_integer_value(json_object_get(json, "ttl_ms"));
    read_clock(json_object_get(json, "clock"), &settings->clock);
}
