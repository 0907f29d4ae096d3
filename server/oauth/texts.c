#include "server/oauth/texts.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/oauth/claims.h"
#include "server/oauth/profile.h"

#define DIGITS "0123456789"
#define CLAIM_NAME_MAX 100

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

const char *text_printable(struct arena *arena, const char *text)
{
    (void)arena;
    while (*text != '\0' && !is_control(*text)) {
        text++;
    }
    return *text == '\0' ? NULL : "holds a control character";
}

const char *text_lines(struct arena *arena, const char *text)
{
    (void)arena;
    while (*text == '\n' || (*text != '\0' && !is_control(*text))) {
        text++;
    }
    return *text == '\0' ? NULL : "holds a control character that is no newline";
}

/* All characters from `least` up to ~. */
static bool is_ascii_from(const char *text, char least)
{
    while (*text >= least && *text <= '~') {
        text++;
    }
    return *text == '\0';
}

/* RFC 6749 A.1 allows spaces too; in a list of clients nobody would see one at the end. */
const char *text_client_id(struct arena *arena, const char *text)
{
    (void)arena;
    return is_ascii_from(text, '!') ? NULL : "holds a space or a character beyond ASCII";
}

static bool has_dot_segment(const char *path)
{
    for (const char *at = path; *at == '/'; at += 1 + strcspn(at + 1, "/")) {
        size_t size = strcspn(at + 1, "/");
        size_t dots = strspn(at + 1, ".");
        if (dots == size && (dots == 1 || dots == 2)) {
            return true;
        }
    }
    return false;
}

/* draft-ietf-oauth-client-id-metadata-document-00 3: https, with a path, and nothing that is spelt
 * in two ways. */
const char *text_document_url(struct arena *arena, const char *text)
{
    struct url url = {0};
    const char *fault = url_parse(arena, text, &url);
    if (fault != NULL) {
        return fault;
    }
    if (!str_equal(url.scheme, "https")) {
        return "is not https";
    }
    if (url.userinfo != NULL || url.fragment != NULL) {
        return "has a user or a fragment";
    }
    return url.path[0] == '\0' || has_dot_segment(url.path)
               ? "has no path, or dots for a part of it"
               : NULL;
}

const char *text_secret(struct arena *arena, const char *text)
{
    (void)arena;
    return is_ascii_from(text, ' ') ? NULL : "holds a character that is not printable ASCII";
}

const char *text_sub(struct arena *arena, const char *text)
{
    return text_client_id(arena, text);
}

const char *text_email(struct arena *arena, const char *text)
{
    const char *at = strrchr(text, '@');
    if (strchr(text, ' ') != NULL || text_printable(arena, text) != NULL) {
        return "holds a space or a control character";
    }
    return at != NULL && at != text && at[1] != '\0' ? NULL : "has no name, @ and domain";
}

const char *text_web_url(struct arena *arena, const char *text)
{
    struct url url = {0};
    const char *fault = url_parse(arena, text, &url);
    if (fault != NULL) {
        return fault;
    }
    return url_is_web(&url) ? NULL : "is neither http nor https";
}

/* NQCHAR (RFC 6749 A.4); the comma is Make's other separator. */
static bool is_scope_character(char c)
{
    return c > ' ' && c <= '~' && c != '"' && c != '\\' && c != ',';
}

const char *text_scope_name(struct arena *arena, const char *text)
{
    (void)arena;
    while (is_scope_character(*text)) {
        text++;
    }
    return *text == '\0' ? NULL : "holds a space, comma, quote, backslash or foreign character";
}

const char *text_scope(struct arena *arena, const char *text)
{
    if (text[0] == ' ' || str_ends(text, " ") || strstr(text, "  ") != NULL) {
        return "has a space too many";
    }
    const char *at = text;
    size_t size = 0;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        const char *fault = text_scope_name(arena, arena_strndup(arena, word, size));
        if (fault != NULL) {
            return "holds a comma, quote, backslash or foreign character";
        }
    }
    return NULL;
}

/* Any name that an answer may have beside the server's own (OpenID Connect Core 5.1.2). */
const char *text_claim(struct arena *arena, const char *text)
{
    (void)arena;
    size_t size = strlen(text);
    if (size == 0 || size > CLAIM_NAME_MAX || !is_ascii_from(text, '!') ||
        strpbrk(text, "\"\\") != NULL) {
        return "is not 1 to 100 printable ASCII characters without space, quote and backslash";
    }
    return claims_are_reserved(text) ? "is a name that the server itself gives" : NULL;
}

const char *text_custom_claim(struct arena *arena, const char *text)
{
    size_t size = strcspn(text, "#");
    for (size_t i = 0; i < claim_count; i++) {
        if (strlen(claim_table[i].name) == size && strncmp(claim_table[i].name, text, size) == 0) {
            return "is a standard claim: it stands among the user's members";
        }
    }
    return text_claim(arena, text);
}

const char *text_ruled_claim(struct arena *arena, const char *text)
{
    return strchr(text, '#') != NULL ? "has a language tag" : text_claim(arena, text);
}

/* YYYY-MM-DD or YYYY; the year 0000 when it is withheld. */
const char *text_birthdate(struct arena *arena, const char *text)
{
    (void)arena;
    static const char pattern[] = "dddd-dd-dd";
    size_t size = strlen(text);
    bool good = size == 4 || size == 10;
    for (size_t i = 0; good && i < size; i++) {
        good = pattern[i] == 'd' ? isdigit((unsigned char)text[i]) != 0 : text[i] == pattern[i];
    }
    return good ? NULL : "is no such date";
}

const char *text_profile(struct arena *arena, const char *text)
{
    (void)arena;
    return profile_find(text) != NULL ? NULL : "is no profile";
}

/* CWE-22: the name leads down from the fixture's directory, and nowhere else. */
const char *text_file(struct arena *arena, const char *text)
{
    char *rest = arena_strdup(arena, text);
    for (char *part = strsep(&rest, "/"); part != NULL; part = strsep(&rest, "/")) {
        if (part[0] == '\0' || str_equal(part, ".") || str_equal(part, "..")) {
            return "leads out of the fixture's directory, or has an empty part or a dot for one";
        }
    }
    return text_printable(arena, text);
}

const char *text_uuid(struct arena *arena, const char *text)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    (void)arena;
    size_t at = 0;
    while (form[at] != '\0' && text[at] != '\0' &&
           (form[at] == '-' ? text[at] == '-' : strchr("0123456789abcdef", text[at]) != NULL)) {
        at++;
    }
    return form[at] == '\0' && text[at] == '\0' ? NULL : "is no UUID in small letters";
}
