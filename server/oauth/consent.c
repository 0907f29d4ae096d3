#include "server/oauth/consent.h"

#include "server/base/str.h"
#include "server/oauth/client.h"
#include "server/store/consents.h"

static struct consent_key key_of(const struct authorization *a, const struct user_row *user)
{
    return (struct consent_key){.user = user->id, .client = a->client.id};
}

static const char *reason_to_ask(struct arena *arena, const struct authorization *a,
                                 const char *known)
{
    if ((a->prompt & PROMPT_CONSENT) != 0) {
        return "prompt=consent asks for it";
    }
    /* RFC 8252 8.6, RFC 6749 10.2: whoever knows a public client's id can send its requests. */
    if (client_is_public(&a->client)) {
        return "the client is public, so that its user consents each time";
    }
    if (str_words_without(arena, a->scope, known)[0] != '\0') {
        return "the user has not granted all of this to this client before";
    }
    return NULL;
}

struct verdict consent_find(struct tenant *tenant, struct arena *arena,
                            const struct authorization *a, const struct user_row *user,
                            struct consent *consent)
{
    const struct consent_key key = key_of(a, user);
    if (consents_get(tenant->db, tenant->id, &key, arena, &consent->known) != 0) {
        return error_store_broken();
    }
    consent->ask_for = reason_to_ask(arena, a, consent->known);
    return ALLOWED;
}

bool consent_is_required(const char *scope)
{
    return str_equal(scope, "openid");
}

static bool form_has(const struct form *form, const char *name, const char *value)
{
    for (size_t i = 0; i < form->count; i++) {
        if (str_equal(form->fields[i].name, name) && str_equal(form->fields[i].value, value)) {
            return true;
        }
    }
    return false;
}

const char *consent_left(struct arena *arena, const struct authorization *a,
                         const struct form *form)
{
    const char *left = "";
    const char *at = a->scope;
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(arena, word, size);
        if (consent_is_required(name) || form_has(form, "scope", name)) {
            left = str_with_word(arena, left, name);
        }
    }
    return left;
}

struct verdict consent_remember(struct tenant *tenant, struct arena *arena,
                                const struct authorization *a, const struct user_row *user,
                                const char *left)
{
    const struct consent_key key = key_of(a, user);
    const char *withheld = str_words_without(arena, a->scope, left);
    int outcome = consents_put(tenant->db, tenant->id, &key, left, withheld);
    return outcome != 0 ? error_store_broken() : ALLOWED;
}
