#include "server/make/profile.h"

#include <ctype.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/user.h"
#include "server/make/members.h"

/* The row of an enum whose `code` (or `code2`) that is; else the first. */
static const json_t *row_of(const struct api *api, const char *name, const char *member,
                            const char *code)
{
    const json_t *answer = catalogue_answer(api->world->catalogue, name);
    const json_t *rows = json_object_get(answer, name);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (str_equal(json_string_value(json_object_get(row, member)), code)) {
            return row;
        }
    }
    return json_array_get(rows, 0);
}

static void put_id(json_t *user, const char *member, const json_t *row)
{
    /* A copy: what all calls read of the catalogue, none of them counts. */
    json_object_set_new(user, member, json_deep_copy(json_object_get(row, "id")));
}

/* en-US of OpenID Connect is en_US here. */
static char *locale_of(const struct api *api, const json_t *claims)
{
    const char *claim = json_string_value(json_object_get(claims, "locale"));
    char *locale = arena_strdup(api->world->arena, claim != NULL ? claim : "en_US");
    for (char *at = locale; (at = strchr(at, '-')) != NULL;) {
        *at = '_';
    }
    return locale;
}

/* The part behind the language, in lower case; "": there is none. */
static const char *country_of(const struct api *api, const char *locale)
{
    const char *at = strchr(locale, '_');
    char *country = arena_strdup(api->world->arena, at != NULL ? at + 1 : "");
    for (char *c = country; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    return country;
}

json_t *profile_describe(const struct api *api)
{
    json_auto_t *claims = json_loads(api->caller->user.claims, 0, NULL);
    json_auto_t *now = json_string("{now}");
    json_t *user = user_describe(&api->caller->user);
    const char *locale = locale_of(api, claims);
    const char *zone = json_string_value(json_object_get(claims, "zoneinfo"));
    const json_t *timezone = row_of(api, "timezones", "code", zone);
    if (json_object_get(user, "avatar") == NULL) {
        json_object_set_new(user, "avatar", json_string(""));
    }
    json_object_set_new(user, "language", json_stringn(locale, strcspn(locale, "_")));
    json_put_text(user, "locale", locale);
    put_id(user, "localeId", row_of(api, "locales", "code", locale));
    json_put_text(user, "timezone",
                  zone != NULL ? zone : json_string_value(json_object_get(timezone, "code")));
    put_id(user, "timezoneId", timezone);
    put_id(user, "countryId", row_of(api, "countries", "code2", country_of(api, locale)));
    json_object_set_new(user, "lastLogin", fill_value(api->world, now, 0, NULL));
    json_object_set_new(user, "features", json_object());
    return user;
}
