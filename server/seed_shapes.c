#include "server/seed_shapes.h"

#include "server/seed_texts.h"

#define YEAR 31536000 /* seconds */

static const struct shape boolean = {SHAPE_BOOLEAN, .expected = "true or false"};
static const struct shape name = {SHAPE_TEXT, .expected = "a text of 1 to 255 bytes", .min = 1,
                                  .max = 255, .fault = text_printable};
static const struct shape scope_name = {SHAPE_TEXT,
                                        .expected =
                                            "a scope's name: printable ASCII without space, "
                                            "comma, quote and backslash, 1 to 100 bytes",
                                        .min = 1, .max = 100, .fault = text_scope_name};

/* ---- clients: RFC 7591 2, and what is makeshift's own */

static const struct shape client_id = {SHAPE_TEXT,
                                       .expected = "1 to 255 printable ASCII characters, no space",
                                       .min = 1, .max = 255, .fault = text_client_id};
static const struct shape client_secret = {SHAPE_TEXT,
                                           .expected = "1 to 255 printable ASCII characters",
                                           .min = 1,
                                           .max = 255,
                                           .fault = text_secret,
                                           .secret = true};
static const struct shape redirect_uri = {SHAPE_TEXT,
                                          .expected = "an absolute URI without a fragment",
                                          .min = 1, .max = 2000, .fault = text_redirect_uri};
static const struct shape redirect_uris = {SHAPE_LIST,
                                           .expected = "a list of 1 to 32 absolute URIs",
                                           .min = 1,
                                           .max = 32,
                                           .item = &redirect_uri,
                                           .unique = true};
static const struct shape auth_method = {
    SHAPE_TEXT, .expected = "client_secret_post, client_secret_basic or none", .max = 100,
    .words = (const char *const[]){"client_secret_post", "client_secret_basic", "none", NULL}};
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
static const struct shape scope = {SHAPE_TEXT,
                                   .expected = "names of scopes with a space between two", .min = 1,
                                   .max = 8000, .fault = text_scope};
static const struct shape token_format = {SHAPE_TEXT, .expected = "jwt or opaque", .max = 100,
                                          .words = (const char *const[]){"jwt", "opaque", NULL}};
static const struct shape code_ttl = {
    SHAPE_INTEGER, .expected = "an integer from 1 to 600: seconds", .min = 1, .max = 600};
static const struct shape token_ttl = {
    SHAPE_INTEGER, .expected = "an integer from 1 to 31536000: seconds", .min = 1, .max = YEAR};
static const struct shape refresh_ttl = {SHAPE_INTEGER,
                                         .expected = "an integer from 1 to 315360000: seconds",
                                         .min = 1, .max = 10 * YEAR};
static const struct shape refresh_mode = {
    SHAPE_TEXT, .expected = "strict, grace or retry_safe", .max = 100,
    .words = (const char *const[]){"strict", "grace", "retry_safe", NULL}};
static const struct shape refresh_seconds = {
    SHAPE_INTEGER, .expected = "an integer from 1 to 60, or to 300 beside \"uses\"", .min = 1,
    .max = SEED_GRACE_WITH_USES_MAX};
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

static const struct shape client = {
    SHAPE_RECORD, .expected = "an object: a client",
    .members = (const struct shape_member[]){{"client_id", &client_id, true},
                                             {"client_secret", &client_secret, false},
                                             {"client_name", &name, false},
                                             {"redirect_uris", &redirect_uris, false},
                                             {"token_endpoint_auth_method", &auth_method, false},
                                             {"grant_types", &grant_types, false},
                                             {"response_types", &response_types, false},
                                             {"scope", &scope, true},
                                             {"access_token_format", &token_format, false},
                                             {"code_ttl", &code_ttl, false},
                                             {"access_token_ttl", &token_ttl, false},
                                             {"id_token_ttl", &token_ttl, false},
                                             {"refresh_token_ttl", &refresh_ttl, false},
                                             {"refresh_idle_ttl", &refresh_ttl, false},
                                             {"refresh_policy", &refresh_policy, false},
                                             {"refresh_rotation", &rotation, false},
                                             {"id_token_nonce_on_refresh", &boolean, false},
                                             {"token_redirect_uri", &presence, false},
                                             {0}}};
static const struct shape clients = {SHAPE_LIST, .expected = "a list of 1 to 1000 clients",
                                     .min = 1, .max = 1000, .item = &client};

/* ---- organizations, teams, and who is what in them */

static const struct shape id = {SHAPE_INTEGER, .expected = "an integer from 1 to 2147483647",
                                .min = 1, .max = INT32_MAX};
static const struct shape organization_role = {
    SHAPE_TEXT, .expected = "Owner, Admin, Member, Accountant or App developer", .max = 100,
    .words =
        (const char *const[]){"Owner", "Admin", "Member", "Accountant", "App developer", NULL}};
static const struct shape team_role = {
    SHAPE_TEXT,
    .expected = "Team admin, Team member, Team monitoring, Team operator or Team restricted member",
    .max = 100,
    .words = (const char *const[]){"Team admin", "Team member", "Team monitoring", "Team operator",
                                   "Team restricted member", NULL}};
static const struct shape in_organization = {
    SHAPE_RECORD, .expected = "an object with \"id\" and \"role\"",
    .members =
        (const struct shape_member[]){{"id", &id, true}, {"role", &organization_role, true}, {0}}};
static const struct shape in_team = {
    SHAPE_RECORD, .expected = "an object with \"id\" and \"role\"",
    .members = (const struct shape_member[]){{"id", &id, true}, {"role", &team_role, true}, {0}}};
static const struct shape in_organizations = {
    SHAPE_LIST, .expected = "a list of at most 100 organizations and roles", .max = 100,
    .item = &in_organization};
static const struct shape in_teams = {
    SHAPE_LIST, .expected = "a list of at most 100 teams and roles", .max = 100, .item = &in_team};

static const struct shape organization = {
    SHAPE_RECORD, .expected = "an object: an organization",
    .members = (const struct shape_member[]){{"id", &id, true}, {"name", &name, true}, {0}}};
static const struct shape organizations = {SHAPE_LIST,
                                           .expected = "a list of at most 1000 organizations",
                                           .max = 1000, .item = &organization};
static const struct shape team = {
    SHAPE_RECORD, .expected = "an object: a team",
    .members = (const struct shape_member[]){
        {"id", &id, true}, {"name", &name, true}, {"organizationId", &id, true}, {0}}};
static const struct shape teams = {SHAPE_LIST, .expected = "a list of at most 1000 teams",
                                   .max = 1000, .item = &team};

/* ---- users: OpenID Connect Core 5.1 */

static const struct shape sub = {SHAPE_TEXT,
                                 .expected = "1 to 255 printable ASCII characters, no space",
                                 .min = 1, .max = 255, .fault = text_sub};
static const struct shape email = {SHAPE_TEXT, .expected = "an e-mail address", .min = 3,
                                   .max = 254, .fault = text_email};
static const struct shape web_url = {SHAPE_TEXT, .expected = "an http or https URL", .min = 1,
                                     .max = 2000, .fault = text_web_url};
static const struct shape birthdate = {SHAPE_TEXT, .expected = "YYYY-MM-DD, 0000-MM-DD or YYYY",
                                       .min = 4, .max = 10, .fault = text_birthdate};
static const struct shape moment = {SHAPE_INTEGER, .expected = "seconds since 1970-01-01T00:00:00Z",
                                    .max = 253402300799 /* the end of the year 9999 */};
static const struct shape lines = {SHAPE_TEXT, .expected = "a text of 1 to 1000 bytes", .min = 1,
                                   .max = 1000, .fault = text_lines};
static const struct shape address = {
    SHAPE_RECORD, .expected = "an object: an address",
    .members = (const struct shape_member[]){{"formatted", &lines, false},
                                             {"street_address", &lines, false},
                                             {"locality", &name, false},
                                             {"region", &name, false},
                                             {"postal_code", &name, false},
                                             {"country", &name, false},
                                             {0}}};

static const struct shape user = {
    SHAPE_RECORD, .expected = "an object: a user",
    .members = (const struct shape_member[]){{"sub", &sub, true},
                                             {"name", &name, false},
                                             {"given_name", &name, false},
                                             {"family_name", &name, false},
                                             {"middle_name", &name, false},
                                             {"nickname", &name, false},
                                             {"preferred_username", &name, false},
                                             {"profile", &web_url, false},
                                             {"picture", &web_url, false},
                                             {"website", &web_url, false},
                                             {"email", &email, false},
                                             {"email_verified", &boolean, false},
                                             {"gender", &name, false},
                                             {"birthdate", &birthdate, false},
                                             {"zoneinfo", &name, false},
                                             {"locale", &name, false},
                                             {"phone_number", &name, false},
                                             {"phone_number_verified", &boolean, false},
                                             {"address", &address, false},
                                             {"updated_at", &moment, false},
                                             {"password", &client_secret, false},
                                             {"organizations", &in_organizations, false},
                                             {"teams", &in_teams, false},
                                             {0}}};
static const struct shape users = {SHAPE_LIST, .expected = "a list of 1 to 10000 users", .min = 1,
                                   .max = 10000, .item = &user};

/* ---- scopes and keys */

static const struct shape scope_kind = {SHAPE_TEXT, .expected = "oidc, admin or user", .max = 100,
                                        .words =
                                            (const char *const[]){"oidc", "admin", "user", NULL}};
static const struct shape catalogued = {
    SHAPE_RECORD, .expected = "an object: a scope",
    .members = (const struct shape_member[]){{"name", &scope_name, true},
                                             {"kind", &scope_kind, true},
                                             {"description", &name, true},
                                             {0}}};
static const struct shape scopes = {SHAPE_LIST, .expected = "a list of 1 to 1000 scopes", .min = 1,
                                    .max = 1000, .item = &catalogued};

static const struct shape alg = {SHAPE_TEXT, .expected = "RS256", .max = 100,
                                 .words = (const char *const[]){"RS256", NULL}};
static const struct shape key_file = {
    SHAPE_TEXT, .expected = "the name of a file below the fixture's directory", .min = 1,
    .max = 1000, .fault = text_file};
static const struct shape pem = {SHAPE_TEXT, .expected = "a private key as PEM", .min = 1,
                                 .max = 16384, .secret = true};
static const struct shape key = {
    SHAPE_RECORD, .expected = "an object: a key",
    .members = (const struct shape_member[]){
        {"alg", &alg, true}, {"file", &key_file, false}, {"pem", &pem, false}, {0}}};
static const struct shape keys = {
    SHAPE_LIST,   .expected = "\"generate\", or a list of 1 to 8 keys",
    .min = 1,     .max = 8,
    .item = &key, .or_word = "generate"};

static const struct shape profile = {SHAPE_TEXT, .expected = "make, make-published or standard",
                                     .max = 100, .fault = text_profile};

const struct shape seed_fixture_shape = {
    SHAPE_RECORD, .expected = "an object: a fixture",
    .members = (const struct shape_member[]){{"profile", &profile, false},
                                             {"clients", &clients, true},
                                             {"users", &users, true},
                                             {"organizations", &organizations, false},
                                             {"teams", &teams, false},
                                             {"scopes", &scopes, false},
                                             {"keys", &keys, false},
                                             {0}}};
