#include "server/oauth/pkce.h"

#include <ctype.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/digest.h"
#include "server/base/str.h"
#include "server/oauth/client.h"

#define CHALLENGE_LENGTH B64URL_LENGTH(DIGEST_SIZE) /* 43 */
#define VERIFIER_MIN 43
#define VERIFIER_MAX 128

#define CHALLENGE_WRONG "code_challenge is not a SHA-256 in base64url: 43 characters, no padding"

static struct verdict challenge_form(const char *challenge)
{
    uint8_t digest[DIGEST_SIZE + 1];
    size_t size;
    /* Strict base64url: a padded challenge, or one with stray bits, would never equal a hash. */
    if (strlen(challenge) == CHALLENGE_LENGTH &&
        b64url_decode(digest, &size, challenge, CHALLENGE_LENGTH) == 0) {
        return ALLOWED;
    }
    /* What libraries of cryptography give where nobody asks for base64url. */
    bool is_hex = strlen(challenge) == 2 * DIGEST_SIZE &&
                  strspn(challenge, "0123456789abcdefABCDEF") == 2 * DIGEST_SIZE;
    bool is_base64 = strpbrk(challenge, "+/=") != NULL;
    return REFUSED(INVALID_REQUEST, .check = "pkce",
                   .detail = is_hex      ? CHALLENGE_WRONG "; this one is in hexadecimal"
                             : is_base64 ? CHALLENGE_WRONG "; this one is in base64, with + / or ="
                                         : CHALLENGE_WRONG,
                   .expected = "43 characters of base64url without padding",
                   .actual = is_hex      ? "hexadecimal digits"
                             : is_base64 ? "base64"
                                         : "something else",
                   .clause = "RFC 7636 4.2");
}

struct verdict pkce_challenge(const struct client_row *client, const char *challenge,
                              const char *method)
{
    if (challenge == NULL && method != NULL) {
        return REFUSED(INVALID_REQUEST, .check = "pkce",
                       .detail = "code_challenge_method was sent without code_challenge",
                       .expected = "code_challenge", .actual = "none", .clause = "RFC 7636 4.3");
    }
    if (challenge == NULL && client_is_public(client)) {
        return REFUSED(INVALID_REQUEST, .check = "pkce",
                       .detail = "code_challenge is missing: a public client must use PKCE with "
                                 "code_challenge_method=S256",
                       .expected = "code_challenge and code_challenge_method=S256",
                       .actual = "none", .clause = "RFC 9700 2.1.1");
    }
    if (challenge == NULL) {
        return ALLOWED;
    }
    if (!str_equal(method, "S256")) {
        return REFUSED(INVALID_REQUEST, .check = "pkce",
                       .detail =
                           "code_challenge_method must be S256; left out it means plain, which "
                           "is not served",
                       .expected = "S256", .actual = method != NULL ? method : "none (plain)",
                       .clause = "RFC 7636 4.4.1");
    }
    return challenge_form(challenge);
}

static bool is_unreserved(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("-._~", c) != NULL);
}

struct verdict pkce_verifier_form(struct arena *arena, const char *verifier)
{
    if (verifier == NULL) {
        return ALLOWED;
    }
    size_t length = strlen(verifier);
    bool unreserved = true;
    for (size_t i = 0; i < length; i++) {
        unreserved = unreserved && is_unreserved(verifier[i]);
    }
    if (unreserved && length >= VERIFIER_MIN && length <= VERIFIER_MAX) {
        return ALLOWED;
    }
    return REFUSED(
        INVALID_REQUEST, .check = "pkce",
        .detail =
            arena_printf(arena,
                         "code_verifier must be %d to %d characters of A-Z a-z 0-9 "
                         "- . _ ~; this one has %zu%s",
                         VERIFIER_MIN, VERIFIER_MAX, length, unreserved ? "" : " and holds others"),
        .expected = "43 to 128 unreserved characters",
        .actual = arena_printf(arena, "%zu characters", length), .clause = "RFC 7636 4.1");
}

struct verdict pkce_verify(const char *challenge, const char *verifier)
{
    if (challenge == NULL && verifier == NULL) {
        return ALLOWED;
    }
    if (challenge == NULL) {
        return REFUSED(INVALID_GRANT, .check = "pkce",
                       .detail = "code_verifier was sent, but the authorization request had no "
                                 "code_challenge; the code is spent",
                       .expected = "no code_verifier", .actual = "a code_verifier",
                       .clause = "RFC 9700 4.8.2");
    }
    if (verifier == NULL) {
        return REFUSED(INVALID_GRANT, .check = "pkce",
                       .detail = "code_verifier is missing: the authorization request had a "
                                 "code_challenge; the code is spent",
                       .expected = "the code_verifier of the code_challenge", .actual = "none",
                       .clause = "RFC 7636 4.6");
    }
    uint8_t digest[DIGEST_SIZE];
    char computed[B64URL_SIZE(DIGEST_SIZE)];
    digest_sha256(digest, verifier, strlen(verifier));
    b64url_encode(computed, digest, sizeof(digest));
    if (strlen(challenge) == CHALLENGE_LENGTH &&
        digest_equal(computed, challenge, CHALLENGE_LENGTH)) {
        return ALLOWED;
    }
    bool plain = strlen(verifier) == strlen(challenge) &&
                 digest_equal(verifier, challenge, strlen(challenge));
    return REFUSED(INVALID_GRANT, .check = "pkce",
                   .detail = plain
                                 ? "code_verifier is the code_challenge itself: that is the method "
                                   "plain, which is not served; the code is spent"
                                 : "code_verifier does not belong to the code_challenge of the "
                                   "authorization request; the code is spent",
                   .expected = "BASE64URL(SHA256(code_verifier)) = code_challenge",
                   .actual = "another value", .clause = "RFC 7636 4.6");
}
