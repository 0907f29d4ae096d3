#include "server/oauth/consent.h"

#include "server/base/str.h"
#include "server/oauth/claims.h"
#include "server/oauth/client.h"
#include "server/store/consents.h"

/* Fields of the page. */
#define SCOPE "scope"
#define CLAIM "claim"
#define ORGANIZATION "organization"
#define ALL_ORGANIZATIONS "all"

static struct consent_key key_of(const struct authorization *a, const struct user_row *user)
{
    return (struct consent_key){.user = user->id, .client = a->client.id};
}

const char *consent_item(struct arena *arena, const char *claim)
{
    return arena_printf(arena, "\"%s", claim);
}

static const char *items_of(struct arena *arena, const char *claims)
{
    const char *items = "";
    const char *word;
    size_t size;
    while ((word = str_next_word(&claims, &size)) != NULL) {
        items = str_with_word(arena, items, consent_item(arena, arena_strndup(arena, word, size)));
    }
    return items;
}

/* What the user has of the claims asked for by name, less what the scopes open anyway. */
static const char *claims_asked(struct arena *arena, const struct authorization *a,
                                const struct user_row *user)
{
    const char *names = claims_known(arena, user, claims_request_names(arena, a->terms.claims));
    const char *asked = "";
    const char *word;
    size_t size;
    while ((word = str_next_word(&names, &size)) != NULL) {
        const char *name = arena_strndup(arena, word, size);
        if (!str_has_word(a->scope, claims_scope_of(name))) {
            asked = str_with_word(arena, asked, name);
        }
    }
    return asked;
}

static const char *reason_to_ask(struct arena *arena, const struct authorization *a,
                                 const struct consent *consent)
{
    if ((a->prompt & PROMPT_CONSENT) != 0) {
        return "prompt=consent asks for it";
    }
    /* RFC 8252 8.6, RFC 6749 10.2: whoever knows a public client's id can send its requests. */
    if (client_is_public(&a->client)) {
        return "the client is public, so that its user consents each time";
    }
    const char *items = items_of(arena, consent->claims);
    if (*str_words_without(arena, a->scope, consent->known) != '\0' ||
        *str_words_without(arena, items, consent->known) != '\0') {
        return "the user has not granted all of this to this client before";
    }
    if (consent->organization != 0 &&
        !organizations_have(&consent->organizations, consent->organization)) {
        return "the user is no longer in the organization chosen last";
    }
    return NULL;
}

struct verdict consent_find(struct tenant *tenant, struct arena *arena, struct authorization *a,
                            const struct user_row *user, struct consent *consent)
{
    const struct consent_key key = key_of(a, user);
    *consent = (struct consent){.claims = claims_asked(arena, a, user)};
    if (consents_get(tenant->db, &key, arena, &consent->known) != 0 ||
        consents_get_organization(tenant->db, &key, &consent->organization) < 0 ||
        organizations_of(tenant, arena, user, &consent->organizations) != 0) {
        return error_store_broken();
    }
    consent->ask_for = reason_to_ask(arena, a, consent);
    if (consent->ask_for == NULL) {
        a->terms.organization = consent->organization;
    }
    return ALLOWED;
}

bool consent_is_required(const char *scope)
{
    return str_equal(scope, "openid");
}

/* Of `asked`, in its order, what the fields of that name left. */
static const char *words_left(struct arena *arena, const struct form *form, const char *field,
                              const char *asked)
{
    const char *left = "";
    const char *word;
    size_t size;
    while ((word = str_next_word(&asked, &size)) != NULL) {
        const char *name = arena_strndup(arena, word, size);
        bool stays = str_equal(field, SCOPE) && consent_is_required(name);
        if (stays || form_has(form, field, name)) {
            left = str_with_word(arena, left, name);
        }
    }
    return left;
}

static struct verdict read_organization(const struct consent *consent, const struct form *form,
                                        int64_t *organization)
{
    const char *text = form_get(form, ORGANIZATION);
    *organization = 0;
    if (text == NULL || str_equal(text, ALL_ORGANIZATIONS) ||
        (str_to_int64(text, 1, INT32_MAX, organization) &&
         organizations_have(&consent->organizations, *organization))) {
        return ALLOWED;
    }
    return REFUSED(
        INVALID_REQUEST, .check = ORGANIZATION, .detail = "the user is in no such organization",
        .expected = "\"all\" or the id of one of the user's organizations", .actual = text);
}

struct verdict consent_read(struct arena *arena, const struct authorization *a,
                            const struct consent *consent, const struct form *form,
                            struct consent_choice *choice)
{
    *choice = (struct consent_choice){
        .scope = words_left(arena, form, SCOPE, a->scope),
        .claims = words_left(arena, form, CLAIM, consent->claims),
    };
    return read_organization(consent, form, &choice->organization);
}

struct verdict consent_remember(struct tenant *tenant, struct arena *arena, struct authorization *a,
                                const struct user_row *user, const struct consent *consent,
                                const struct consent_choice *choice)
{
    const struct consent_key key = key_of(a, user);
    const char *claims_withheld = str_words_without(arena, consent->claims, choice->claims);
    const struct consent_row row = {
        .granted = arena_printf(arena, "%s %s", choice->scope, items_of(arena, choice->claims)),
        .withheld = arena_printf(arena, "%s %s", str_words_without(arena, a->scope, choice->scope),
                                 items_of(arena, claims_withheld)),
        .organization = choice->organization,
    };
    if (consents_put(tenant->db, &key, &row) != 0) {
        return error_store_broken();
    }
    a->scope = choice->scope;
    a->terms.claims = claims_request_without(arena, a->terms.claims, claims_withheld);
    a->terms.organization = choice->organization;
    return ALLOWED;
}
