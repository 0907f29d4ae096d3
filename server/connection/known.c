#include "server/connection/known.h"

#include <string.h>
#include <strings.h>

#include "server/base/str.h"
#include "server/connection/secrets.h"

#define SECRET_MIN 8 /* bytes: what is shorter stands in other words as well */

static void put(struct known *known, const char *text)
{
    size_t size = strlen(text), at = 0;
    while (at < known->count && !str_equal(known->all[at], text)) {
        at++;
    }
    if (size < SECRET_MIN || at < known->count || known->count == KNOWN_MAX ||
        str_equal(text, SECRETS_MASK)) {
        return;
    }
    for (at = known->count++; at > 0 && strlen(known->all[at - 1]) < size; at--) {
        known->all[at] = known->all[at - 1];
    }
    known->all[at] = text;
}

/* What an error says of a secret: "required", "is too short". */
static bool is_said_of_it(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz_-.")] == '\0' ||
           (strchr(text, ' ') != NULL && strncasecmp(text, "Bearer ", 7) != 0 &&
            strncasecmp(text, "Basic ", 6) != 0);
}

/* As it is, as it stands in a URL, and without the scheme of an Authorization. */
static void put_forms(struct known *known, struct arena *arena, const char *text,
                      enum known_from from)
{
    const char *space = strchr(text, ' ');
    if (from == KNOWN_FROM_ANSWER && is_said_of_it(text)) {
        return;
    }
    put(known, text);
    put(known, str_percent_encode(arena, text));
    if (space != NULL && strchr(space + 1, ' ') == NULL) {
        put(known, space + 1);
    }
}

/* All texts of a secret that is no text itself. */
static void put_all(struct known *known, struct arena *arena, const struct iml_value *value,
                    enum known_from from)
{
    for (size_t i = 0; value->type == IML_ARRAY && i < value->size; i++) {
        put_all(known, arena, &value->items[i], from);
    }
    for (size_t i = 0; value->type == IML_COLLECTION && i < value->size; i++) {
        put_all(known, arena, &value->members[i].value, from);
    }
    if (value->type == IML_TEXT) {
        put_forms(known, arena, value->bytes, from);
    }
}

void known_learn(struct known *known, struct arena *arena, const struct iml_value *value,
                 enum known_from from)
{
    if (known->count == KNOWN_MAX) {
        return;
    }
    for (size_t i = 0; value->type == IML_ARRAY && i < value->size; i++) {
        known_learn(known, arena, &value->items[i], from);
    }
    for (size_t i = 0; value->type == IML_COLLECTION && i < value->size; i++) {
        const struct iml_member *member = &value->members[i];
        bool is_code = from == KNOWN_FROM_ANSWER && strcasecmp(member->name, "code") == 0;
        if (secrets_has(member->name) && !is_code) {
            put_all(known, arena, &member->value, from);
        } else {
            known_learn(known, arena, &member->value, from);
        }
    }
}

void known_learn_masked(struct known *known, struct arena *arena, const struct iml_value *value,
                        const struct iml_value *shown)
{
    bool is_masked = shown->type == IML_TEXT && str_equal(shown->bytes, SECRETS_MASK);
    if (is_masked) {
        put_all(known, arena, value, KNOWN_FROM_US);
        return;
    }
    for (size_t i = 0; value->type == IML_COLLECTION && shown->type == IML_COLLECTION &&
                       i < value->size && i < shown->size;
         i++) {
        known_learn_masked(known, arena, &value->members[i].value, &shown->members[i].value);
    }
}

static const char *hide_one(struct arena *arena, const char *text, const char *secret)
{
    const char *at = strstr(text, secret);
    struct str_buf out;
    if (at == NULL) {
        return text;
    }
    str_buf_init(&out, arena);
    for (; at != NULL; at = strstr(text, secret)) {
        str_buf_put_n(&out, text, (size_t)(at - text));
        str_buf_put(&out, SECRETS_MASK);
        text = at + strlen(secret);
    }
    str_buf_put(&out, text);
    return str_buf_text(&out);
}

const char *known_hide(const struct known *known, struct arena *arena, const char *text)
{
    for (size_t i = 0; i < known->count; i++) {
        text = hide_one(arena, text, known->all[i]);
    }
    return text;
}
