/* TABLE of what clients do, and what a rule of the audit says to it. */
#ifndef MAKESHIFT_TESTS_TENANT_AUDIT_STORIES_H
#define MAKESHIFT_TESTS_TENANT_AUDIT_STORIES_H

#include <stddef.h>
#include <stdint.h>

#include "server/oauth/about.h"
#include "server/tenant/endpoint.h"

#define STEPS 6
#define LONG "0123456789012345678901"
#define ID "client_id=web&"
#define CODE "response_type=code&" ID
#define S256 "&code_challenge_method=S256&code_challenge="
#define REDEEM ID "grant_type=authorization_code&"
#define REFRESH ID "grant_type=refresh_token&refresh_token="
#define GAVE_CODE (1u << HAPPENED_CODE_ISSUED)
#define SIGNED_OUT (1u << HAPPENED_SIGNED_OUT)

/* What a client does, and what it is answered. */
struct step {
    enum endpoint endpoint;
    const char *query, *form, *authorization, *location, *answer, *retry_after, *user;
    int64_t ms, duration_ms, fault;
    unsigned happened;
    int status; /* 0: 200 */
};

struct story {
    const char *rule, *outcome;
    struct step steps[STEPS];
};

#define ASK(text)                                                                                  \
    {                                                                                              \
        .endpoint = ENDPOINT_AUTHORIZE, .query = CODE text                                         \
    }
#define ASK_GIVEN(text)                                                                            \
    {                                                                                              \
        .endpoint = ENDPOINT_AUTHORIZE, .query = CODE text, .happened = GAVE_CODE                  \
    }
#define ISSUE(text, code)                                                                          \
    {                                                                                              \
        .endpoint = ENDPOINT_AUTHORIZE, .query = CODE text, .location = "http://a/cb?code=" code,  \
        .happened = GAVE_CODE                                                                      \
    }
#define TOKEN(text)                                                                                \
    {                                                                                              \
        .endpoint = ENDPOINT_TOKEN, .form = text                                                   \
    }
#define TOKEN_GIVES(text, json)                                                                    \
    {                                                                                              \
        .endpoint = ENDPOINT_TOKEN, .form = text, .answer = json                                   \
    }
#define SIGNED()                                                                                   \
    {                                                                                              \
        .endpoint = ENDPOINT_TOKEN, .form = REDEEM, .answer = "{\"id_token\":\"a\"}"               \
    }
#define READ_JWKS                                                                                  \
    {                                                                                              \
        .endpoint = ENDPOINT_JWKS                                                                  \
    }
#define OF_USER(text, json)                                                                        \
    {                                                                                              \
        .endpoint = ENDPOINT_TOKEN, .form = text, .answer = json, .user = "1001"                   \
    }
#define LEAVE                                                                                      \
    {                                                                                              \
        .endpoint = ENDPOINT_LOGOUT, .query = ID, .happened = SIGNED_OUT, .user = "1001"           \
    }
#define REVOKE(token)                                                                              \
    {                                                                                              \
        .endpoint = ENDPOINT_REVOKE, .form = ID "token=" token                                     \
    }

/* Ids of faults, as `faults` below has them. */
enum { WRONG_STATE = 1, WRONG_NONCE, WRONG_SIGNATURE, NO_KID, WRONG_ISS, NEW_KEY };
static const char faults[] = "[{'id':1,'fault':'wrong_state','do':{}},"
                             "{'id':2,'do':{'token':'wrong_nonce'}},"
                             "{'id':3,'do':{'token':'wrong_signature'}},"
                             "{'id':4,'do':{'token':'no_kid'}},"
                             "{'id':5,'fault':'wrong_response_iss','do':{}},"
                             "{'id':6,'do':{'token':'new_key'}}]";

#define SPOILED_CODE(id)                                                                           \
    {                                                                                              \
        .endpoint = ENDPOINT_AUTHORIZE, .query = CODE, .location = "http://a/cb?code=c",           \
        .fault = (id)                                                                              \
    }
#define SPOILED_TOKENS(id)                                                                         \
    {                                                                                              \
        .endpoint = ENDPOINT_TOKEN, .form = REDEEM "code=c",                                       \
        .answer = "{\"id_token\":\"i\",\"access_token\":\"t\",\"refresh_token\":\"r\"}",           \
        .fault = (id)                                                                              \
    }
#define USE(token)                                                                                 \
    {                                                                                              \
        .endpoint = ENDPOINT_USERINFO, .authorization = "Bearer " token                            \
    }

#define EXPIRES_FIELDS(request, token, ttl)                                                        \
    .endpoint = ENDPOINT_TOKEN, .form = request,                                                   \
    .answer = "{\"access_token\":\"" token "\",\"expires_in\":" #ttl "}"
#define EXPIRES(request, token, ttl)                                                               \
    {                                                                                              \
        EXPIRES_FIELDS(request, token, ttl)                                                        \
    }
#define AFTER(seconds, ...)                                                                        \
    {                                                                                              \
        .ms = (seconds)*1000, __VA_ARGS__                                                          \
    }
#define LATE_USE(token, seconds)                                                                   \
    {                                                                                              \
        .endpoint = ENDPOINT_USERINFO, .authorization = "Bearer " token, .ms = (seconds)*1000      \
    }
#define REFUSED_USE(token, seconds)                                                                \
    {                                                                                              \
        .endpoint = ENDPOINT_USERINFO, .authorization = "Bearer " token, .ms = (seconds)*1000,     \
        .status = 401                                                                              \
    }

static const struct story stories[] = {
    {"csrf_prevented", "passed", {ASK("state=a"), ASK(S256 "c"), ASK("scope=openid&nonce=n")}},
    {"csrf_prevented", "failed", {ASK("nonce=n")}},
    {"csrf_prevented", "not exercised", {TOKEN(REDEEM)}},

    {"state_used", "passed", {ASK("state=a")}},
    {"state_used", "failed", {ASK("state=a"), ASK("")}},
    {"state_used", "not exercised", {TOKEN(REDEEM "state=a")}},

    {"state_fresh", "passed", {ASK("state=a"), ASK("state=b")}},
    {"state_fresh", "passed", {ASK("state=a"), ASK_GIVEN("state=a")}},
    {"state_fresh", "failed", {ASK_GIVEN("state=a"), ASK_GIVEN("state=a")}},
    {"state_fresh", "failed", {ASK("state=a&nonce=1"), ASK("state=a&nonce=2")}},
    {"state_fresh", "not exercised", {ASK("state=a")}},

    {"state_long", "passed", {ASK("state=" LONG)}},
    {"state_long", "failed", {ASK("state=" LONG), ASK("state=012345678901234567890")}},
    {"state_long", "not exercised", {ASK("")}},

    {"state_checked", "passed", {SPOILED_CODE(WRONG_STATE), TOKEN(REDEEM "code=d")}},
    {"state_checked", "failed", {SPOILED_CODE(WRONG_STATE), TOKEN(REDEEM "code=c")}},
    {"state_checked", "not exercised", {SPOILED_CODE(WRONG_ISS), TOKEN(REDEEM "code=c")}},

    {"iss_checked", "passed", {SPOILED_CODE(WRONG_ISS)}},
    {"iss_checked", "failed", {SPOILED_CODE(WRONG_ISS), TOKEN(REDEEM "code=c")}},
    {"iss_checked", "not exercised", {SPOILED_CODE(0), TOKEN(REDEEM "code=c")}},

    {"nonce_used", "passed", {ASK("scope=openid&nonce=n"), ASK("scope=profile")}},
    {"nonce_used", "failed", {ASK("scope=a%20openid")}},
    {"nonce_used", "not exercised", {ASK("scope=profile&nonce=n")}},

    {"nonce_fresh", "passed", {ASK("scope=openid&nonce=n"), ASK("scope=openid&nonce=m")}},
    {"nonce_fresh", "failed", {ASK("scope=openid&nonce=n"), ASK("scope=openid&nonce=n&state=a")}},
    {"nonce_fresh", "not exercised", {ASK("scope=openid&nonce=n")}},

    {"nonce_long", "passed", {ASK("scope=openid&nonce=" LONG)}},
    {"nonce_long", "failed", {ASK("scope=openid&nonce=n")}},
    {"nonce_long", "not exercised", {ASK("scope=openid")}},

    {"nonce_checked", "passed", {SPOILED_TOKENS(WRONG_NONCE), USE("other"), REVOKE("r")}},
    {"nonce_checked", "failed", {SPOILED_TOKENS(WRONG_NONCE), USE("t")}},
    {"nonce_checked", "failed", {SPOILED_TOKENS(WRONG_NONCE), TOKEN(REFRESH "r")}},
    {"nonce_checked", "not exercised", {SPOILED_TOKENS(WRONG_SIGNATURE), USE("t")}},

    {"id_token_checked", "passed", {SPOILED_TOKENS(WRONG_SIGNATURE)}},
    {"id_token_checked", "failed", {SPOILED_TOKENS(WRONG_SIGNATURE), USE("t")}},
    {"id_token_checked", "not exercised", {SPOILED_TOKENS(NO_KID), USE("t")}},

    {"pkce_used", "passed", {ASK(S256 "c")}},
    {"pkce_used", "failed", {ASK("state=a")}},
    {"pkce_used", "not exercised", {TOKEN(REDEEM)}},

    {"code_bound", "passed", {ASK(S256 "c")}},
    {"code_bound", "passed", {ASK("scope=openid&nonce=n"), TOKEN(REDEEM "client_secret=s")}},
    {"code_bound", "failed", {ASK("scope=openid&nonce=n"), TOKEN(REDEEM)}},
    {"code_bound", "failed", {ASK("nonce=n"), TOKEN(REDEEM "client_secret=s")}},
    {"code_bound", "not exercised", {TOKEN(REDEEM)}},

    {"pkce_s256", "passed", {ASK(S256 "c")}},
    {"pkce_s256", "failed", {ASK("code_challenge=c&code_challenge_method=plain")}},
    {"pkce_s256", "failed", {ASK("code_challenge=c")}},
    {"pkce_s256", "not exercised", {ASK("")}},

    {"pkce_fresh", "passed", {ASK(S256 "c"), ASK(S256 "d")}},
    {"pkce_fresh", "failed", {ASK("state=a" S256 "c"), ASK("state=b" S256 "c")}},
    {"pkce_fresh", "not exercised", {ASK(S256 "c")}},

    {"redirect_exact",
     "passed",
     {ISSUE("redirect_uri=http://a/cb", "c"), TOKEN(REDEEM "code=c&redirect_uri=http://a/cb")}},
    {"redirect_exact",
     "failed",
     {ISSUE("redirect_uri=http://a/cb", "c"), TOKEN(REDEEM "code=c&redirect_uri=http://a/cb/")}},
    {"redirect_exact", "failed", {ISSUE("redirect_uri=http://a/cb", "c"), TOKEN(REDEEM "code=c")}},
    {"redirect_exact", "passed", {ISSUE("", "c"), TOKEN(REDEEM "code=c")}},
    {"redirect_exact", "failed", {ISSUE("", "c"), TOKEN(REDEEM "code=c&redirect_uri=http://a/c")}},
    {"redirect_exact", "not exercised", {TOKEN(REDEEM "code=c&redirect_uri=http://a/cb")}},

    {"secret_placed", "passed", {TOKEN(REDEEM "client_secret=s")}},
    {"secret_placed", "passed", {{.endpoint = ENDPOINT_TOKEN, .authorization = "Basic d2ViOnM="}}},
    {"secret_placed",
     "failed",
     {{.endpoint = ENDPOINT_TOKEN, .form = REDEEM, .query = "client_secret=s"}}},
    {"secret_placed", "not exercised", {TOKEN(REDEEM)}},

    {"code_once", "passed", {TOKEN(REDEEM "code=c"), TOKEN(REDEEM "code=d")}},
    {"code_once",
     "passed",
     {{.endpoint = ENDPOINT_TOKEN, .form = REDEEM "code=c", .status = 503},
      TOKEN(REDEEM "code=c")}},
    {"code_once", "failed", {TOKEN(REDEEM "code=c"), TOKEN(REDEEM "code=c")}},
    {"code_once", "not exercised", {TOKEN(REFRESH "r")}},

    {"code_soon",
     "passed",
     {ISSUE("", "c"), {.endpoint = ENDPOINT_TOKEN, .form = REDEEM "code=c", .ms = 60000}}},
    {"code_soon",
     "failed",
     {ISSUE("", "c"), {.endpoint = ENDPOINT_TOKEN, .form = REDEEM "code=c", .ms = 60001}}},
    {"code_soon", "not exercised", {TOKEN(REDEEM "code=c")}},

    {"refresh_alone",
     "passed",
     {{.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .duration_ms = 50},
      {.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .ms = 50, .duration_ms = 50}}},
    {"refresh_alone",
     "failed",
     {{.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .duration_ms = 50},
      {.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .ms = 40, .duration_ms = 50}}},
    {"refresh_alone", "not exercised", {TOKEN(REDEEM "code=c")}},

    {"refreshed_in_time",
     "passed",
     {EXPIRES(REDEEM, "t", 60), USE("t"), AFTER(59, EXPIRES_FIELDS(REFRESH "r", "u", 60))}},
    {"refreshed_in_time",
     "passed",
     {EXPIRES(REDEEM, "t", 60), LATE_USE("t", 60), AFTER(61, EXPIRES_FIELDS(REFRESH "r", "u", 60)),
      LATE_USE("u", 100)}},
    {"refreshed_in_time",
     "failed",
     {EXPIRES(REDEEM, "t", 60), LATE_USE("t", 60), LATE_USE("t", 61),
      AFTER(62, EXPIRES_FIELDS(REFRESH "r", "u", 60))}},
    {"refreshed_in_time",
     "failed",
     {EXPIRES(REDEEM, "t", 60), REFUSED_USE("t", 5), REFUSED_USE("t", 7)}},
    {"refreshed_in_time", "not exercised", {EXPIRES(REDEEM, "t", 60), USE("t"), LATE_USE("t", 70)}},

    {"rotation_followed",
     "passed",
     {TOKEN_GIVES(REFRESH "r", "{\"refresh_token\":\"s\"}"), TOKEN(REFRESH "s")}},
    {"rotation_followed",
     "failed",
     {TOKEN_GIVES(REFRESH "r", "{\"refresh_token\":\"s\"}"), TOKEN(REFRESH "r")}},
    {"rotation_followed",
     "not exercised",
     {TOKEN_GIVES(REFRESH "r", "{\"refresh_token\":\"r\"}"), TOKEN(REFRESH "r")}},

    {"token_not_in_url", "passed", {TOKEN_GIVES(REDEEM, "{\"access_token\":\"t\"}"), USE("t")}},
    {"token_not_in_url",
     "failed",
     {TOKEN_GIVES(REDEEM, "{\"access_token\":\"t\"}"),
      {.endpoint = ENDPOINT_USERINFO, .query = "access_token=t"}}},
    {"token_not_in_url", "not exercised", {TOKEN(REDEEM), USE("somebody-elses")}},

    {"jwks_read_again", "passed", {READ_JWKS, SPOILED_TOKENS(NEW_KEY), READ_JWKS}},
    {"jwks_read_again", "failed", {READ_JWKS, SPOILED_TOKENS(NEW_KEY)}},
    {"jwks_read_again",
     "failed",
     {READ_JWKS, SPOILED_TOKENS(NEW_KEY), READ_JWKS, SPOILED_TOKENS(NEW_KEY)}},
    {"jwks_read_again", "not exercised", {SPOILED_TOKENS(NEW_KEY)}},
    {"jwks_read_again", "not exercised", {READ_JWKS, SPOILED_TOKENS(WRONG_NONCE), READ_JWKS}},
    {"jwks_read_again",
     "not exercised",
     {READ_JWKS, SPOILED_TOKENS(NEW_KEY), {.form = "client_id=another"}}},

    {"jwks_cached", "passed", {READ_JWKS, SIGNED(), SIGNED(), SIGNED()}},
    {"jwks_cached", "failed", {SIGNED(), READ_JWKS, READ_JWKS, READ_JWKS}},
    {"jwks_cached", "not exercised", {READ_JWKS, SIGNED()}},
    {"jwks_cached",
     "not exercised",
     {READ_JWKS, READ_JWKS, READ_JWKS, SIGNED(), {.form = "client_id=another"}}},

    {"retry_after_respected",
     "passed",
     {{.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .status = 429, .retry_after = "2"},
      {.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .ms = 2000}}},
    {"retry_after_respected",
     "passed",
     {{.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .status = 503, .retry_after = "2"}}},
    {"retry_after_respected",
     "failed",
     {{.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .status = 429, .retry_after = "2"},
      {.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .ms = 1999}}},
    {"retry_after_respected",
     "not exercised",
     {{.endpoint = ENDPOINT_TOKEN, .form = REFRESH "r", .status = 503}, TOKEN(REFRESH "r")}},

    {"revoked_at_logout",
     "passed",
     {OF_USER(REDEEM, "{\"refresh_token\":\"r\"}"), LEAVE, REVOKE("r")}},
    {"revoked_at_logout",
     "passed",
     {OF_USER(REDEEM, "{\"refresh_token\":\"r\"}"),
      OF_USER(REFRESH "r", "{\"refresh_token\":\"s\"}"), REVOKE("s"), LEAVE}},
    {"revoked_at_logout",
     "failed",
     {OF_USER(REDEEM, "{\"refresh_token\":\"r\"}"), REVOKE("s"), LEAVE}},
    {"revoked_at_logout", "not exercised", {OF_USER(REDEEM, "{\"access_token\":\"r\"}"), LEAVE}},
};

#endif
