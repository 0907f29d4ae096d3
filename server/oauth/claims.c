#include "server/oauth/claims.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/str.h"

#define TAG_MAX 64 /* bytes of a language tag that counts (RFC 5646 4.4.1 needs 35) */

const struct claim_row claim_table[] = {
    {"name", "profile"},
    {"family_name", "profile"},
    {"given_name", "profile"},
    {"middle_name", "profile"},
    {"nickname", "profile"},
    {"preferred_username", "profile"},
    {"profile", "profile"},
    {"picture", "profile"},
    {"website", "profile"},
    {"gender", "profile"},
    {"birthdate", "profile"},
    {"zoneinfo", "profile"},
    {"locale", "profile"},
    {"updated_at", "profile"},
    {"email", "email"},
    {"email_verified", "email"},
    {"address", "address"},
    {"phone_number", "phone"},
    {"phone_number_verified", "phone"},
};
const size_t claim_count = COUNT(claim_table);

static const char *const reserved[] = {
    "sub", "iss", "aud",       "azp",   "exp", "iat",     "nbf",    "jti",       "nonce",
    "acr", "amr", "auth_time", "scope", "sid", "at_hash", "c_hash", "client_id", "organization"};

static size_t base_size(const char *name)
{
    return strcspn(name, "#");
}

static const char *base_of(struct arena *arena, const char *name)
{
    return arena_strndup(arena, name, base_size(name));
}

static const char *tag_of(const char *name)
{
    const char *mark = strchr(name, '#');
    return mark != NULL ? mark + 1 : "";
}

static bool same_base(const char *a, const char *b)
{
    size_t size = base_size(a);
    return size == base_size(b) && memcmp(a, b, size) == 0;
}

bool claims_are_reserved(const char *name)
{
    for (size_t i = 0; i < COUNT(reserved); i++) {
        if (same_base(name, reserved[i])) {
            return true;
        }
    }
    return false;
}

const char *claims_scope_of(const char *name)
{
    for (size_t i = 0; i < claim_count; i++) {
        if (same_base(claim_table[i].name, name)) {
            return claim_table[i].scope;
        }
    }
    return "profile";
}

/* One view being filled. */
struct filling {
    struct arena *arena;
    const struct claims_view *view;
    json_t *all;         /* the user's */
    const char *locales; /* in the order of preference */
    json_t *claims;
};

static void set(const struct filling *filling, const char *name, json_t *value)
{
    if (value != NULL && json_object_get(filling->claims, name) == NULL) {
        json_object_set(filling->claims, name, value);
    }
}

/* RFC 4647 3.4: the range loses its last subtags until it is the tag; and failing that, 3.3.1: it
 * is the tag's beginning. */
static bool matches(const char *range, size_t size, const char *tag)
{
    size_t length = strlen(tag);
    if (length <= size) {
        return strncasecmp(range, tag, length) == 0 && (size == length || range[length] == '-');
    }
    return strncasecmp(range, tag, size) == 0 && tag[size] == '-';
}

/* Where the tag stands in the order of preference, from 0; -1: nowhere. */
static int rank_of(const char *locales, const char *tag)
{
    const char *word;
    size_t size;
    for (int rank = 0; *tag != '\0' && (word = str_next_word(&locales, &size)) != NULL; rank++) {
        if (size <= TAG_MAX && matches(word, size, tag)) {
            return rank;
        }
    }
    return -1;
}

/* OpenID Connect Core 5.2: in the one language that was asked for a claim goes without a tag; of
 * several, those that come after the best one keep theirs. */
static void put_in_language(const struct filling *filling, const char *base)
{
    const char *name;
    json_t *value;
    json_t *best = NULL;
    int best_rank = -1;
    json_object_foreach(filling->all, name, value)
    {
        int rank = same_base(name, base) ? rank_of(filling->locales, tag_of(name)) : -1;
        if (rank >= 0 && (best_rank < 0 || rank < best_rank)) {
            best_rank = rank;
            best = value;
        }
    }
    set(filling, base, best != NULL ? best : json_object_get(filling->all, base));
    json_object_foreach(filling->all, name, value)
    {
        if (same_base(name, base) && rank_of(filling->locales, tag_of(name)) > best_rank) {
            set(filling, name, value);
        }
    }
}

/* A claim without a tag: in the languages asked for, or else in all there are. */
static void put_claim(const struct filling *filling, const char *base)
{
    const char *name;
    json_t *value;
    if (*filling->locales != '\0') {
        put_in_language(filling, base);
        return;
    }
    json_object_foreach(filling->all, name, value)
    {
        if (same_base(name, base)) {
            set(filling, name, value);
        }
    }
}

static void put_opened(const struct filling *filling)
{
    const char *name;
    json_t *value;
    json_object_foreach(filling->all, name, value)
    {
        if (str_has_word(filling->view->opened_by, claims_scope_of(name))) {
            put_claim(filling, base_of(filling->arena, name));
        }
    }
}

/* OpenID Connect Core 5.5.1: a claim asked for with values is told when it has one of them. */
static bool is_wanted(const json_t *claim, const json_t *value)
{
    const json_t *one = json_object_get(claim, "value");
    const json_t *several = json_object_get(claim, "values");
    bool wanted = one == NULL && several == NULL;
    wanted = wanted || (one != NULL && json_equal(one, value));
    for (size_t i = 0; i < json_array_size(several); i++) {
        wanted = wanted || json_equal(json_array_get(several, i), value);
    }
    return wanted;
}

/* Language tags know no case. */
static json_t *find_tagged(json_t *all, const char *asked)
{
    const char *name;
    json_t *value;
    json_object_foreach(all, name, value)
    {
        if (same_base(name, asked) && strcasecmp(tag_of(name), tag_of(asked)) == 0) {
            return value;
        }
    }
    return NULL;
}

static void put_asked(const struct filling *filling, json_t *asked)
{
    const char *name;
    json_t *claim;
    json_object_foreach(asked, name, claim)
    {
        json_t *value = find_tagged(filling->all, name);
        if (value != NULL && !is_wanted(claim, value)) {
            continue;
        }
        if (strchr(name, '#') != NULL) {
            set(filling, name, value);
        } else {
            put_claim(filling, name);
        }
    }
}

static bool has_place(const json_t *rule, enum claims_place place)
{
    const json_t *places = json_object_get(rule, "in");
    bool has = places == NULL && place == CLAIMS_USERINFO;
    for (size_t i = 0; i < json_array_size(places); i++) {
        has = has ||
              str_equal(json_string_value(json_array_get(places, i)), claims_place_names[place]);
    }
    return has;
}

static bool rule_applies(const struct filling *filling, const json_t *rule, bool is_asked)
{
    const json_t *places = json_object_get(rule, "in");
    const char *scope = json_string_value(json_object_get(rule, "scope"));
    bool is_hidden = places != NULL && json_array_size(places) == 0;
    return !is_hidden && (is_asked || has_place(rule, filling->view->place)) &&
           (scope == NULL || str_has_word(filling->view->granted, scope));
}

/* What the client's registration says of a claim takes the place of all other rules for it. */
static void put_registered(const struct filling *filling, json_t *rules, const json_t *asked)
{
    const char *name;
    json_t *rule;
    json_object_foreach(rules, name, rule)
    {
        const char *from = json_string_value(json_object_get(rule, "from"));
        json_t *value = json_object_get(rule, "value");
        if (!rule_applies(filling, rule, json_object_get(asked, name) != NULL)) {
            continue;
        }
        set(filling, name,
            value != NULL ? value : json_object_get(filling->all, from != NULL ? from : name));
    }
}

static void drop_ruled(struct arena *arena, json_t *claims, const json_t *rules)
{
    const char *name;
    json_t *rule;
    void *next;
    json_object_foreach_safe(claims, next, name, rule)
    {
        if (json_object_get(rules, base_of(arena, name)) != NULL) {
            json_object_del(claims, name);
        }
    }
}

struct verdict claims_put(struct arena *arena, const struct claims_view *view, json_t *claims)
{
    const char *registered = view->client->claims;
    if (*view->opened_by == '\0' && registered == NULL && view->request == NULL) {
        return ALLOWED;
    }
    json_auto_t *all = view->user != NULL ? json_loads(view->user->claims, 0, NULL) : json_object();
    json_auto_t *rules = registered != NULL ? json_loads(registered, 0, NULL) : NULL;
    json_auto_t *kept = view->request != NULL ? json_loads(view->request, 0, NULL) : NULL;
    json_auto_t *found = json_object();
    if (!json_is_object(all)) {
        return REFUSED(SERVER_ERROR, .check = "user", .detail = "the user's claims are damaged");
    }
    json_object_del(all, "sub");
    const struct filling filling = {.arena = arena,
                                    .view = view,
                                    .all = all,
                                    .locales = claims_request_locales(kept),
                                    .claims = found};
    json_t *asked = claims_request_at(kept, view->place);
    put_opened(&filling);
    put_asked(&filling, asked);
    drop_ruled(arena, found, rules);
    put_registered(&filling, rules, asked);
    json_object_update_missing(claims, found);
    return ALLOWED;
}

const char *claims_known(struct arena *arena, const struct user_row *user, const char *names)
{
    json_auto_t *all = json_loads(user->claims, 0, NULL);
    const char *known = "";
    const char *word;
    size_t size;
    while ((word = str_next_word(&names, &size)) != NULL) {
        const char *name = arena_strndup(arena, word, size);
        if (!claims_are_reserved(name) && find_tagged(all, name) != NULL) {
            known = str_with_word(arena, known, name);
        }
    }
    return known;
}

void claims_override(json_t *claims, const json_t *over)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)over, name, value)
    {
        if (json_is_null(value)) {
            json_object_del(claims, name);
        } else {
            json_object_set(claims, name, value);
        }
    }
}
