#include "server/oauth/scope.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/oauth/resource.h"

/* RFC 6749 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) */
static bool is_scope_character(char c)
{
    return c >= 0x21 && c <= 0x7e && c != '"' && c != '\\';
}

struct verdict scope_parse(struct arena *arena, const char *text, const char **scope)
{
    *scope = "";
    if (text == NULL) {
        return ALLOWED;
    }
    char *list = arena_strdup(arena, text);
    for (char *c = list; *c != '\0'; c++) {
        if (*c == ',') {
            *c = ' ';
        }
        if (*c != ' ' && !is_scope_character(*c)) {
            return REFUSED(INVALID_SCOPE, .check = "scope",
                           .detail = "scope holds a character that no scope may have",
                           .expected = "scopes of %x21 / %x23-5B / %x5D-7E, separated by a space "
                                       "or a comma",
                           .actual = text, .clause = "RFC 6749 3.3");
        }
    }

    struct str_buf parsed;
    str_buf_init(&parsed, arena);
    const char *at = list;
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(arena, word, size);
        if (str_has_word(str_buf_text(&parsed), name)) {
            continue;
        }
        if (parsed.size > 0) {
            str_buf_put(&parsed, " ");
        }
        str_buf_put(&parsed, name);
    }
    *scope = str_buf_text(&parsed);
    return ALLOWED;
}

static struct verdict explain_unknown(struct tenant *tenant, struct arena *arena, const char *name)
{
    const struct scope_row *rows;
    size_t count;
    struct nearest nearest;
    if (scopes_list(tenant->db, arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    nearest_init(&nearest, name);
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, rows[i].name);
    }
    const char *meant = nearest_text(&nearest);
    const char *hint = meant == NULL ? "" : arena_printf(arena, "; did you mean '%s'?", meant);
    return REFUSED(INVALID_SCOPE, .check = "scope",
                   .detail = arena_printf(arena,
                                          "scope '%s' is unknown: it is not in the fixture's "
                                          "catalogue%s",
                                          name, hint),
                   .expected = "a scope of the catalogue", .actual = name,
                   .clause = "RFC 6749 3.3");
}

static struct verdict explain(struct tenant *tenant, struct arena *arena,
                              const struct client_row *client, const char *name)
{
    struct scope_row row = {0};
    int found = scopes_get(tenant->db, name, arena, &row);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return explain_unknown(tenant, arena, name);
    }
    return REFUSED(INVALID_SCOPE, .check = "scope",
                   .detail = arena_printf(arena,
                                          "scope '%s' is not registered for client '%s'; add it to "
                                          "scope of '%s'",
                                          name, client->client_id, client->client_id),
                   .expected = client->scope, .actual = name, .clause = "RFC 6749 3.3");
}

/* RFC 6749 3.3: without a scope the server takes its default, or refuses. "": there is none. */
static const char *default_of(const struct client_row *client)
{
    if (client->default_scope != NULL) {
        return client->default_scope;
    }
    const struct resource_row *resource = resource_of_issuer(client->issuer_path);
    bool opens = resource->scope != NULL && str_has_word(client->scope, resource->scope);
    return opens ? resource->scope : "";
}

static struct verdict allow(struct tenant *tenant, struct arena *arena,
                            const struct client_row *client, const char *requested)
{
    if (requested[0] == '\0') {
        return REFUSED(INVALID_SCOPE, .check = "scope",
                       .detail = arena_printf(arena,
                                              "scope is missing: name the scopes that are wanted, "
                                              "separated by spaces; client '%s' has no "
                                              "default_scope",
                                              client->client_id),
                       .expected = client->scope, .actual = "none", .clause = "RFC 6749 3.3");
    }
    const char *at = requested;
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(arena, word, size);
        if (!str_has_word(client->scope, name)) {
            return explain(tenant, arena, client, name);
        }
    }
    return ALLOWED;
}

struct verdict scope_request(struct tenant *tenant, struct arena *arena,
                             const struct client_row *client, const char *text, const char **scope)
{
    TRY(scope_parse(arena, text, scope));
    if (**scope == '\0') {
        *scope = default_of(client);
    }
    return allow(tenant, arena, client, *scope);
}

struct verdict scope_usual(struct tenant *tenant, struct arena *arena, const char **scope)
{
    const struct scope_row *rows;
    size_t count;
    if (scopes_list(tenant->db, arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    struct str_buf words;
    str_buf_init(&words, arena);
    for (size_t i = 0; i < count; i++) {
        if (!str_equal(rows[i].kind, "admin")) {
            str_buf_printf(&words, "%s%s", words.size > 0 ? " " : "", rows[i].name);
        }
    }
    *scope = str_buf_text(&words);
    return ALLOWED;
}

struct verdict scope_narrow(struct arena *arena, const char *granted, const char *requested)
{
    const char *at = requested;
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(arena, word, size);
        if (!str_has_word(granted, name)) {
            return REFUSED(INVALID_SCOPE, .check = "scope",
                           .detail = arena_printf(arena,
                                                  "scope '%s' was not granted: a refresh may ask "
                                                  "for less than '%s', never for more",
                                                  name, granted),
                           .expected = granted, .actual = requested, .clause = "RFC 6749 6");
        }
    }
    return ALLOWED;
}

const char *scope_remaining(struct arena *arena, const struct client_row *client,
                            const char *granted)
{
    const char *at = granted;
    const char *word;
    const char *remaining = "";
    size_t size;
    if (scope_narrow(arena, client->scope, granted).code == ERROR_NONE) {
        return granted; /* as a rule: nothing was taken from the client */
    }
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(arena, word, size);
        if (str_has_word(client->scope, name)) {
            remaining = str_with_word(arena, remaining, name);
        }
    }
    return remaining;
}
