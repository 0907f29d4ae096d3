#include "server/tenant/fingerprint.h"

#include <ctype.h>
#include <string.h>

#include "keys/digest.h"
#include "server/base/str.h"
#include "server/tenant/secret_names.h"

#define PREFIX "fp:"
#define DIGITS 12

void fingerprint(char out[FINGERPRINT_SIZE], const char *secret)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[DIGEST_SIZE];
    digest_sha256(hash, secret, strlen(secret));
    char *at = stpcpy(out, PREFIX);
    for (size_t i = 0; i < DIGITS / 2; i++) {
        *at++ = digits[hash[i] >> 4];
        *at++ = digits[hash[i] & 15];
    }
    *at = '\0';
}

bool fingerprint_is_one(const char *text)
{
    return str_starts(text, PREFIX) && strlen(text) == FINGERPRINT_SIZE - 1 &&
           strspn(text + strlen(PREFIX), "0123456789abcdef") == DIGITS;
}

/* Three parts of base64url, the first an object (RFC 7515 7.1; RFC 7519 3); of a JWT without a
 * signature the last is empty. */
static bool is_jwt(const char *text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (!str_starts(text, "eyJ")) {
        return false;
    }
    size_t dots = 0;
    while (*text != '\0') {
        text += strspn(text, alphabet);
        if (*text != '.' && *text != '\0') {
            return false;
        }
        dots += *text == '.';
        text += *text == '.';
    }
    return dots >= 2;
}

/* accessToken is access_token, and so is Access-Token. */
static bool is_same_name(const char *name, const char *other)
{
    while (true) {
        name += strspn(name, "_-");
        other += strspn(other, "_-");
        if (tolower((unsigned char)*name) != tolower((unsigned char)*other)) {
            return false;
        }
        if (*name == '\0') {
            return true;
        }
        name++;
        other++;
    }
}

static bool is_secret_name(const char *name)
{
    size_t i = 0;
    while (secret_names[i] != NULL && !is_same_name(secret_names[i], name)) {
        i++;
    }
    return secret_names[i] != NULL;
}

bool fingerprint_hides(const char *name, const char *value)
{
    return is_jwt(value) || (name != NULL && is_secret_name(name));
}

const char *fingerprint_text(struct arena *arena, const char *secret)
{
    if (*secret == '\0' || fingerprint_is_one(secret)) {
        return secret;
    }
    char *text = arena_alloc(arena, FINGERPRINT_SIZE);
    fingerprint(text, secret);
    return text;
}

const char *fingerprint_parameter(struct arena *arena, const char *name, const char *value)
{
    return fingerprint_hides(name, value) ? fingerprint_text(arena, value) : value;
}
