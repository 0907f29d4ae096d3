#include "server/oauth/response_type.h"

#include <string.h>

#include "server/base/str.h"
#include "server/oauth/client.h"

const char *const response_mode_names[RESPONSE_MODE__MAX] = {
    [RESPONSE_MODE_QUERY] = "query",
    [RESPONSE_MODE_FRAGMENT] = "fragment",
    [RESPONSE_MODE_FORM_POST] = "form_post",
};

const struct response_type_row response_type_table[RESPONSE_TYPE__MAX] = {
    [RESPONSE_CODE] = {.name = "code", .has_code = true, .fallback = RESPONSE_MODE_QUERY},
    [RESPONSE_ID_TOKEN] = {.name = "id_token",
                           .has_id_token = true,
                           .fallback = RESPONSE_MODE_FRAGMENT},
    [RESPONSE_CODE_ID_TOKEN] = {.name = "code id_token",
                                .has_code = true,
                                .has_id_token = true,
                                .fallback = RESPONSE_MODE_FRAGMENT},
};

static bool is_within(const char *part, const char *whole)
{
    char word[32];
    const char *at = part;
    const char *next;
    size_t size;
    while ((next = str_next_word(&at, &size)) != NULL) {
        if (size >= sizeof(word)) {
            return false;
        }
        memcpy(word, next, size);
        word[size] = '\0';
        if (!str_has_word(whole, word)) {
            return false;
        }
    }
    return true;
}

/* Of two lists with the same words, the one that repeats a word or a space is longer. */
static bool is_same_set(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && is_within(a, b) && is_within(b, a);
}

enum response_type response_type_find(const char *text)
{
    int i = 0;
    while (i < RESPONSE_TYPE__MAX &&
           (text == NULL || !is_same_set(text, response_type_table[i].name))) {
        i++;
    }
    return (enum response_type)i;
}

static enum response_mode find_mode(const char *name)
{
    int i = 0;
    while (i < RESPONSE_MODE__MAX && !str_equal(response_mode_names[i], name)) {
        i++;
    }
    return (enum response_mode)i;
}

enum response_mode response_mode_of(const struct form *form)
{
    enum response_type type = response_type_find(form_get(form, "response_type"));
    enum response_mode mode = find_mode(form_get(form, "response_mode"));
    enum response_mode fallback =
        type != RESPONSE_TYPE__MAX ? response_type_table[type].fallback : RESPONSE_MODE_QUERY;
    bool exposed = mode == RESPONSE_MODE_QUERY && type != RESPONSE_TYPE__MAX &&
                   response_type_table[type].has_id_token;
    return mode == RESPONSE_MODE__MAX || exposed ? fallback : mode;
}

static struct verdict check_mode(struct arena *arena, const struct form *form,
                                 enum response_type type)
{
    const char *name = form_get(form, "response_mode");
    const struct response_type_row *row = &response_type_table[type];
    if (name == NULL) {
        return ALLOWED;
    }
    if (find_mode(name) == RESPONSE_MODE__MAX) {
        return REFUSED(INVALID_REQUEST, .check = "response_mode",
                       .detail = arena_printf(arena, "response_mode '%s' is not served", name),
                       .expected = "query, fragment or form_post", .actual = name,
                       .clause = "OAuth 2.0 Multiple Response Types 2.1");
    }
    if (row->has_id_token && find_mode(name) == RESPONSE_MODE_QUERY) {
        return REFUSED(INVALID_REQUEST, .check = "response_mode",
                       .detail =
                           arena_printf(arena,
                                        "response_mode 'query' is not for response_type '%s': a "
                                        "token would stand in logs",
                                        row->name),
                       .expected = "fragment or form_post", .actual = name,
                       .clause = "OAuth 2.0 Multiple Response Types 3, 5");
    }
    return ALLOWED;
}

struct verdict response_type_read(struct arena *arena, const struct form *form,
                                  const struct client_row *client, enum response_type *type)
{
    const char *text = form_get(form, "response_type");
    if (text == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "response_type",
                       .detail = "response_type is missing", .expected = client->response_types,
                       .actual = "none", .clause = "RFC 6749 3.1.1");
    }
    *type = response_type_find(text);
    if (*type == RESPONSE_TYPE__MAX) {
        return REFUSED(UNSUPPORTED_RESPONSE_TYPE, .check = "response_type",
                       .detail = arena_printf(arena, "response_type '%s' is not served", text),
                       .expected = "code, id_token or code id_token", .actual = text,
                       .clause = "RFC 6749 4.1.2.1");
    }
    if (!client_may_respond(client, response_type_table[*type].name)) {
        return REFUSED(
            UNAUTHORIZED_CLIENT, .check = "response_type",
            .detail = arena_printf(arena, "client '%s' is not registered for response_type '%s'",
                                   client->client_id, text),
            .expected = client->response_types, .actual = text, .clause = "RFC 6749 4.1.2.1");
    }
    return check_mode(arena, form, *type);
}
