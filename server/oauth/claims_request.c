#include "server/oauth/claims_request.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"

#define LOCALES "locales"

const char *const claims_place_names[CLAIMS_PLACE__MAX] = {
    [CLAIMS_USERINFO] = "userinfo",
    [CLAIMS_ID_TOKEN] = "id_token",
    [CLAIMS_ACCESS_TOKEN] = "access_token",
};

/* Those that `claims` has a member for. */
static const enum claims_place asked_places[] = {CLAIMS_USERINFO, CLAIMS_ID_TOKEN};

static struct verdict refuse(struct arena *arena, const char *where, const char *expected)
{
    return REFUSED(INVALID_REQUEST, .check = "claims",
                   .detail = arena_printf(arena, "claims: %s is not %s", where, expected),
                   .expected = expected, .actual = "something else", .clause = "OIDC Core 5.5");
}

/* OpenID Connect Core 5.5.1: null, or an object; members nobody knows are ignored. */
static struct verdict check_claim(struct arena *arena, const char *where, const json_t *claim)
{
    const json_t *essential = json_object_get(claim, "essential");
    const json_t *values = json_object_get(claim, "values");
    if (!json_is_null(claim) && !json_is_object(claim)) {
        return refuse(arena, where, "null or an object");
    }
    if (essential != NULL && !json_is_boolean(essential)) {
        return refuse(arena, arena_printf(arena, "%s/essential", where), "true or false");
    }
    if (values != NULL && !json_is_array(values)) {
        return refuse(arena, arena_printf(arena, "%s/values", where), "an array");
    }
    return ALLOWED;
}

static struct verdict check_place(struct arena *arena, const char *where, json_t *asked)
{
    const char *name;
    json_t *claim;
    if (asked != NULL && !json_is_null(asked) && !json_is_object(asked)) {
        return refuse(arena, where, "an object");
    }
    json_object_foreach(asked, name, claim)
    {
        TRY(check_claim(arena, arena_printf(arena, "%s/%s", where, name), claim));
    }
    return ALLOWED;
}

/* The value wanted most, when it is a text. */
static const char *value_of(const json_t *claim)
{
    const json_t *value = json_object_get(claim, "value");
    if (value == NULL) {
        value = json_array_get(json_object_get(claim, "values"), 0);
    }
    return json_string_value(value);
}

/* OpenID Connect Core 5.5.1.1, 3.1.2.2: two claims that say who has to sign in, and how. */
static void read_demands(struct arena *arena, const json_t *claims, struct claims_request *request)
{
    for (size_t i = 0; i < COUNT(asked_places); i++) {
        const json_t *asked = json_object_get(claims, claims_place_names[asked_places[i]]);
        const char *sub = value_of(json_object_get(asked, "sub"));
        const char *acr = value_of(json_object_get(asked, "acr"));
        request->sub = sub != NULL ? arena_strdup(arena, sub) : request->sub;
        request->acr = acr != NULL ? arena_strdup(arena, acr) : request->acr;
    }
}

static const char *text_of(struct arena *arena, const json_t *kept)
{
    return json_object_size(kept) > 0 ? json_text(arena, kept, NULL) : NULL;
}

static struct verdict parse(struct arena *arena, const char *text, json_t **claims)
{
    json_error_t error;
    *claims = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(*claims)) {
        return ALLOWED;
    }
    const char *wrong = *claims != NULL ? "it is no object" : error.text;
    json_decref(*claims);
    *claims = NULL;
    return REFUSED(INVALID_REQUEST, .check = "claims",
                   .detail = arena_printf(arena, "claims is not a JSON object: %s", wrong),
                   .expected = "{\"userinfo\":{...},\"id_token\":{...}}",
                   .actual = "something else", .clause = "OIDC Core 5.5");
}

struct verdict claims_request_read(struct arena *arena, const struct form *form,
                                   struct claims_request *request)
{
    const char *text = form_get(form, "claims");
    json_auto_t *claims = NULL;
    json_auto_t *kept = json_object();
    *request = (struct claims_request){0};
    if (text != NULL) {
        TRY(parse(arena, text, &claims));
    }
    for (size_t i = 0; i < COUNT(asked_places); i++) {
        const char *place = claims_place_names[asked_places[i]];
        json_t *asked = json_object_get(claims, place);
        TRY(check_place(arena, place, asked));
        if (json_object_size(asked) > 0) {
            json_object_set(kept, place, asked);
        }
    }
    json_put_text(kept, LOCALES, form_get(form, "claims_locales"));
    read_demands(arena, claims, request);
    request->text = text_of(arena, kept);
    return ALLOWED;
}

json_t *claims_request_at(const json_t *kept, enum claims_place place)
{
    return json_object_get(kept, claims_place_names[place]);
}

const char *claims_request_locales(const json_t *kept)
{
    const char *locales = json_string_value(json_object_get(kept, LOCALES));
    return locales != NULL ? locales : "";
}

const char *claims_request_names(struct arena *arena, const char *text)
{
    json_auto_t *kept = text != NULL ? json_loads(text, 0, NULL) : NULL;
    const char *names = "";
    for (size_t i = 0; i < COUNT(asked_places); i++) {
        const char *name;
        json_t *claim;
        json_object_foreach(json_object_get(kept, claims_place_names[asked_places[i]]), name, claim)
        {
            if (strchr(name, ' ') == NULL) {
                names = str_with_word(arena, names, name);
            }
        }
    }
    return names;
}

const char *claims_request_without(struct arena *arena, const char *text, const char *names)
{
    json_auto_t *kept = text != NULL ? json_loads(text, 0, NULL) : NULL;
    for (size_t i = 0; i < COUNT(asked_places); i++) {
        const char *place = claims_place_names[asked_places[i]];
        json_t *asked = json_object_get(kept, place);
        const char *at = names;
        const char *word;
        size_t size;
        while (asked != NULL && (word = str_next_word(&at, &size)) != NULL) {
            json_object_del(asked, arena_strndup(arena, word, size));
        }
        if (asked != NULL && json_object_size(asked) == 0) {
            json_object_del(kept, place);
        }
    }
    return text_of(arena, kept);
}
