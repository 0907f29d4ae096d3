#include "server/oauth/client_shapes.h"

#include "server/oauth/redirect_uri.h"
#include "server/oauth/texts.h"

const char *const alg_words[] = {"RS256", "ES256", "EdDSA", NULL};

#define YEAR 31536000 /* seconds */

const struct shape boolean_shape = {SHAPE_BOOLEAN, .expected = "true or false"};
const struct shape name_shape = {SHAPE_TEXT, .expected = "a text of 1 to 255 bytes", .min = 1,
                                 .max = 255, .fault = text_printable};
const struct shape scope_name_shape = {SHAPE_TEXT,
                                       .expected = "a scope's name: printable ASCII without space, "
                                                   "comma, quote and backslash, 1 to 100 bytes",
                                       .min = 1, .max = 100, .fault = text_scope_name};

/* ---- clients: RFC 7591 2, and what is makeshift's own */

static const struct shape client_id = {SHAPE_TEXT,
                                       .expected = "1 to 255 printable ASCII characters, no space",
                                       .min = 1, .max = 255, .fault = text_client_id};
const struct shape secret_shape = {SHAPE_TEXT,
                                   .expected = "1 to 255 printable ASCII characters",
                                   .min = 1,
                                   .max = 255,
                                   .fault = text_secret,
                                   .secret = true};
static const struct shape redirect_uri = {SHAPE_TEXT,
                                          .expected = "an absolute URI without a fragment",
                                          .min = 1, .max = 2000, .fault = redirect_uri_fault};
static const struct shape redirect_uris = {SHAPE_LIST,
                                           .expected = "a list of 1 to 32 absolute URIs",
                                           .min = 1,
                                           .max = 32,
                                           .item = &redirect_uri,
                                           .unique = true};
static const struct shape auth_method = {
    SHAPE_TEXT, .expected = "client_secret_post, client_secret_basic, private_key_jwt or none",
    .max = 100,
    .words = (const char *const[]){"client_secret_post", "client_secret_basic", "private_key_jwt",
                                   "none", NULL}};
static const struct shape jwk_text = {SHAPE_TEXT, .expected = "a text of 1 to 2800 bytes", .min = 1,
                                      .max = 2800, .fault = text_printable};
static const struct shape jwk = {SHAPE_RECORD, .expected = "an object: a public key",
                                 .members = (const struct shape_member[]){{"kty", &jwk_text, true},
                                                                          {"kid", &jwk_text, false},
                                                                          {"alg", &jwk_text, false},
                                                                          {"use", &jwk_text, false},
                                                                          {0}},
                                 .open = true};
static const struct shape jwk_list = {SHAPE_LIST, .expected = "a list of 1 to 16 public keys",
                                      .min = 1, .max = 16, .item = &jwk};
static const struct shape jwks = {
    SHAPE_RECORD, .expected = "an object with \"keys\"",
    .members = (const struct shape_member[]){{"keys", &jwk_list, true}, {0}}};
static const struct shape grant_type = {
    SHAPE_TEXT, .expected = "authorization_code, refresh_token or client_credentials", .max = 100,
    .words =
        (const char *const[]){"authorization_code", "refresh_token", "client_credentials", NULL}};
static const struct shape grant_types = {SHAPE_LIST,
                                         .expected = "a list of authorization_code, "
                                                     "refresh_token and client_credentials",
                                         .min = 1,
                                         .max = 3,
                                         .item = &grant_type,
                                         .unique = true};
/* Each a set of words, sorted. A row here is a response type that the server answers. */
static const struct shape response_type = {
    SHAPE_TEXT, .expected = "a response type that is served: code, id_token or code id_token",
    .max = 100, .words = (const char *const[]){"code", "id_token", "code id_token", NULL}};
static const struct shape response_types = {
    SHAPE_LIST,
    .expected = "a list of response types: code, id_token, code id_token",
    .min = 1,
    .max = 8,
    .item = &response_type,
    .unique = true};
static const struct shape response_alg = {SHAPE_TEXT, .expected = "RS256, ES256 or EdDSA",
                                          .max = 100, .words = alg_words};
static const struct shape scope = {SHAPE_TEXT,
                                   .expected = "names of scopes with a space between two", .min = 1,
                                   .max = 8000, .fault = text_scope};
static const struct shape issuer = {SHAPE_TEXT, .expected = "main or mcp", .max = 100,
                                    .words = (const char *const[]){"main", "mcp", NULL}};
static const struct shape token_format = {SHAPE_TEXT, .expected = "jwt or opaque", .max = 100,
                                          .words = (const char *const[]){"jwt", "opaque", NULL}};
static const struct shape token_typ = {SHAPE_TEXT, .expected = "at+jwt or JWT", .max = 100,
                                       .words = (const char *const[]){"at+jwt", "JWT", NULL}};
static const struct shape id_token_claims = {SHAPE_TEXT, .expected = "asked or scope", .max = 100,
                                             .words =
                                                 (const char *const[]){"asked", "scope", NULL}};
static const struct shape login = {SHAPE_TEXT, .expected = "auto or page", .max = 100,
                                   .words = (const char *const[]){"auto", "page", NULL}};
static const struct shape code_ttl = {
    SHAPE_INTEGER, .expected = "an integer from 1 to 600: seconds", .min = 1, .max = 600};
static const struct shape token_ttl = {
    SHAPE_INTEGER, .expected = "an integer from 1 to 31536000: seconds", .min = 1, .max = YEAR};
static const struct shape refresh_ttl = {SHAPE_INTEGER,
                                         .expected = "an integer from 1 to 315360000: seconds",
                                         .min = 1, .max = 10 * YEAR};
static const struct shape refresh_mode = {
    SHAPE_TEXT, .expected = "strict, grace, retry_safe or refuse", .max = 100,
    .words = (const char *const[]){"strict", "grace", "retry_safe", "refuse", NULL}};
static const struct shape refresh_seconds = {
    SHAPE_INTEGER, .expected = "an integer from 1 to 60, or to 300 beside \"uses\"", .min = 1,
    .max = CLIENT_GRACE_WITH_USES_MAX};
static const struct shape refresh_uses = {SHAPE_INTEGER, .expected = "an integer from 1 to 1000",
                                          .min = 1, .max = 1000};
static const struct shape refresh_policy = {
    SHAPE_RECORD, .expected = "an object with a \"mode\"",
    .members = (const struct shape_member[]){{"mode", &refresh_mode, true},
                                             {"seconds", &refresh_seconds, false},
                                             {"uses", &refresh_uses, false},
                                             {0}}};
static const struct shape rotation = {
    SHAPE_TEXT, .expected = "always, public, near_expiry or never", .max = 100,
    .words = (const char *const[]){"always", "public", "near_expiry", "never", NULL}};
static const struct shape presence = {SHAPE_TEXT, .expected = "required or optional", .max = 100,
                                      .words = (const char *const[]){"required", "optional", NULL}};

/* ---- the claims that a client sees otherwise */

static const struct shape claim_from = {SHAPE_TEXT, .expected = "the name of a user's claim",
                                        .min = 1, .max = 100, .fault = text_claim};
static const struct shape claim_value = {SHAPE_ANY,
                                         .expected = "any value but null and the empty text"};
static const struct shape claim_place = {
    SHAPE_TEXT, .expected = "userinfo, id_token or access_token", .max = 100,
    .words = (const char *const[]){"userinfo", "id_token", "access_token", NULL}};
static const struct shape claim_places = {
    SHAPE_LIST, .expected = "a list of userinfo, id_token and access_token", .max = 3,
    .item = &claim_place, .unique = true};
static const struct shape claim_rule = {
    SHAPE_RECORD,
    .expected = "an object with \"from\", \"value\", \"in\" and \"scope\", or some of them",
    .members = (const struct shape_member[]){{"from", &claim_from, false},
                                             {"value", &claim_value, false},
                                             {"in", &claim_places, false},
                                             {"scope", &scope_name_shape, false},
                                             {0}}};
static const struct shape claim_rules = {SHAPE_MAP, .expected = "an object of at most 100 claims",
                                         .max = 100, .fault = text_ruled_claim,
                                         .item = &claim_rule};

const struct shape client_shape = {
    SHAPE_RECORD, .expected = "an object: a client",
    .members = (const struct shape_member[]){{"client_id", &client_id, true},
                                             {"client_secret", &secret_shape, false},
                                             {"client_name", &name_shape, false},
                                             {"redirect_uris", &redirect_uris, false},
                                             {"post_logout_redirect_uris", &redirect_uris, false},
                                             {"token_endpoint_auth_method", &auth_method, false},
                                             {"jwks", &jwks, false},
                                             {"grant_types", &grant_types, false},
                                             {"response_types", &response_types, false},
                                             {"scope", &scope, true},
                                             {"default_scope", &scope, false},
                                             {"issuer", &issuer, false},
                                             {"login", &login, false},
                                             {"audience", &name_shape, false},
                                             {"access_token_format", &token_format, false},
                                             {"access_token_typ", &token_typ, false},
                                             {"id_token_claims", &id_token_claims, false},
                                             {"code_ttl", &code_ttl, false},
                                             {"access_token_ttl", &token_ttl, false},
                                             {"id_token_ttl", &token_ttl, false},
                                             {"id_token_signed_response_alg", &response_alg, false},
                                             {"refresh_token_ttl", &refresh_ttl, false},
                                             {"refresh_idle_ttl", &refresh_ttl, false},
                                             {"refresh_policy", &refresh_policy, false},
                                             {"refresh_rotation", &rotation, false},
                                             {"id_token_nonce_on_refresh", &boolean_shape, false},
                                             {"token_redirect_uri", &presence, false},
                                             {"claims", &claim_rules, false},
                                             {0}}};

const struct shape registration_shape = {
    SHAPE_RECORD, .expected = "an object: a client's metadata",
    .members = (const struct shape_member[]){{"client_name", &name_shape, false},
                                             {"redirect_uris", &redirect_uris, false},
                                             {"post_logout_redirect_uris", &redirect_uris, false},
                                             {"token_endpoint_auth_method", &auth_method, false},
                                             {"jwks", &jwks, false},
                                             {"grant_types", &grant_types, false},
                                             {"response_types", &response_types, false},
                                             {"scope", &scope, false},
                                             {"id_token_signed_response_alg", &response_alg, false},
                                             {0}},
    .open = true};

/* ---- draft-ietf-oauth-client-id-metadata-document-00 4.1; MCP 2025-11-25 says what is required */

static const struct shape document_method = {
    SHAPE_TEXT, .expected = "none or private_key_jwt, as the document is public", .max = 100,
    .words = (const char *const[]){"none", "private_key_jwt", NULL}};
static const struct shape no_secret = {SHAPE_TEXT, .expected = "none, as the document is public",
                                       .max = 1000, .words = (const char *const[]){NULL},
                                       .secret = true};
static const struct shape no_reference = {SHAPE_TEXT,
                                          .expected = "the keys themselves, as jwks: nothing is "
                                                      "fetched",
                                          .max = 2000, .words = (const char *const[]){NULL}};

const struct shape client_document_shape = {
    SHAPE_RECORD, .expected = "an object: a client's metadata document",
    .members =
        (const struct shape_member[]){{"client_id", &client_id, true},
                                      {"client_name", &name_shape, true},
                                      {"redirect_uris", &redirect_uris, true},
                                      {"post_logout_redirect_uris", &redirect_uris, false},
                                      {"token_endpoint_auth_method", &document_method, false},
                                      {"jwks", &jwks, false},
                                      {"grant_types", &grant_types, false},
                                      {"response_types", &response_types, false},
                                      {"scope", &scope, false},
                                      {"id_token_signed_response_alg", &response_alg, false},
                                      {"client_secret", &no_secret, false},
                                      {"client_secret_expires_at", &no_secret, false},
                                      {"jwks_uri", &no_reference, false},
                                      {0}},
    .open = true};
