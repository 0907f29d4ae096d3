#include "server/seed_shapes.h"

#include "server/oauth/client_shapes.h"
#include "server/oauth/texts.h"

static const struct shape clients = {SHAPE_LIST, .expected = "a list of 1 to 1000 clients",
                                     .min = 1, .max = 1000, .item = &client_shape};

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

static const struct shape api_limit = {SHAPE_INTEGER, .expected = "an integer from 1 to 1000000",
                                       .min = 1, .max = 1000000};
static const struct shape license = {
    SHAPE_RECORD, .expected = "an object: what the organization has paid for", .open = true,
    .members = (const struct shape_member[]){{"apiLimit", &api_limit, false}, {0}}};
static const struct shape organization = {
    SHAPE_RECORD, .expected = "an object: an organization", .open = true,
    .members = (const struct shape_member[]){
        {"id", &id, true}, {"name", &name_shape, true}, {"license", &license, false}, {0}}};
static const struct shape organizations = {SHAPE_LIST,
                                           .expected = "a list of at most 1000 organizations",
                                           .max = 1000, .item = &organization};
static const struct shape team = {
    SHAPE_RECORD, .expected = "an object: a team", .open = true,
    .members = (const struct shape_member[]){
        {"id", &id, true}, {"name", &name_shape, true}, {"organizationId", &id, true}, {0}}};
static const struct shape teams = {SHAPE_LIST, .expected = "a list of at most 1000 teams",
                                   .max = 1000, .item = &team};

/* ---- users: OpenID Connect Core 5.1 */

static const struct shape sub = {SHAPE_TEXT,
                                 .expected = "1 to 255 printable ASCII characters, no space",
                                 .min = 1, .max = 255, .fault = text_sub};
static const struct shape email = {SHAPE_TEXT, .expected = "an e-mail address", .min = 3,
                                   .max = 254, .fault = text_email};
/* What may be told in several languages. */
static const struct shape spoken = {SHAPE_TEXT,
                                    .expected = "a text of 1 to 255 bytes",
                                    .min = 1,
                                    .max = 255,
                                    .fault = text_printable,
                                    .localised = true};
static const struct shape spoken_url = {SHAPE_TEXT,
                                        .expected = "an http or https URL",
                                        .min = 1,
                                        .max = 2000,
                                        .fault = text_web_url,
                                        .localised = true};
static const struct shape birthdate = {SHAPE_TEXT, .expected = "YYYY-MM-DD, 0000-MM-DD or YYYY",
                                       .min = 4, .max = 10, .fault = text_birthdate};
static const struct shape moment = {SHAPE_INTEGER, .expected = "seconds since 1970-01-01T00:00:00Z",
                                    .max = 253402300799 /* the end of the year 9999 */};
static const struct shape lines = {SHAPE_TEXT, .expected = "a text of 1 to 1000 bytes", .min = 1,
                                   .max = 1000, .fault = text_lines};
static const struct shape address = {
    SHAPE_RECORD, .expected = "an object: an address", .localised = true,
    .members = (const struct shape_member[]){{"formatted", &lines, false},
                                             {"street_address", &lines, false},
                                             {"locality", &name_shape, false},
                                             {"region", &name_shape, false},
                                             {"postal_code", &name_shape, false},
                                             {"country", &name_shape, false},
                                             {0}}};

static const struct shape any = {SHAPE_ANY, .expected = "any value but null and the empty text"};
static const struct shape custom_claims = {
    SHAPE_MAP, .expected = "an object of at most 100 claims that are no standard ones", .max = 100,
    .fault = text_custom_claim, .item = &any};

static const struct shape api_token_text = {
    SHAPE_TEXT,         .expected = "a UUID in small letters: 8-4-4-4-12 hexadecimal digits",
    .min = 36,          .max = 36,
    .fault = text_uuid, .secret = true};
static const struct shape scope_list = {SHAPE_TEXT,
                                        .expected = "names of scopes with a space between two",
                                        .min = 1, .max = 8000, .fault = text_scope};
static const struct shape api_token = {
    SHAPE_RECORD, .expected = "an object: an API token",
    .members = (const struct shape_member[]){{"token", &api_token_text, true},
                                             {"label", &name_shape, false},
                                             {"scope", &scope_list, true},
                                             {0}}};
static const struct shape api_tokens = {SHAPE_LIST, .expected = "a list of at most 100 API tokens",
                                        .max = 100, .item = &api_token};

static const struct shape user = {
    SHAPE_RECORD, .expected = "an object: a user",
    .members = (const struct shape_member[]){{"sub", &sub, true},
                                             {"name", &spoken, false},
                                             {"given_name", &spoken, false},
                                             {"family_name", &spoken, false},
                                             {"middle_name", &spoken, false},
                                             {"nickname", &spoken, false},
                                             {"preferred_username", &name_shape, false},
                                             {"profile", &spoken_url, false},
                                             {"picture", &spoken_url, false},
                                             {"website", &spoken_url, false},
                                             {"email", &email, false},
                                             {"email_verified", &boolean_shape, false},
                                             {"gender", &name_shape, false},
                                             {"birthdate", &birthdate, false},
                                             {"zoneinfo", &name_shape, false},
                                             {"locale", &name_shape, false},
                                             {"phone_number", &name_shape, false},
                                             {"phone_number_verified", &boolean_shape, false},
                                             {"address", &address, false},
                                             {"updated_at", &moment, false},
                                             {"claims", &custom_claims, false},
                                             {"password", &secret_shape, false},
                                             {"organizations", &in_organizations, false},
                                             {"teams", &in_teams, false},
                                             {"admin", &boolean_shape, false},
                                             {"api_tokens", &api_tokens, false},
                                             {0}}};
static const struct shape users = {SHAPE_LIST, .expected = "a list of 1 to 10000 users", .min = 1,
                                   .max = 10000, .item = &user};

/* ---- scopes and keys */

static const struct shape scope_kind = {SHAPE_TEXT, .expected = "oidc, admin or user", .max = 100,
                                        .words =
                                            (const char *const[]){"oidc", "admin", "user", NULL}};
static const struct shape catalogued = {
    SHAPE_RECORD, .expected = "an object: a scope",
    .members = (const struct shape_member[]){{"name", &scope_name_shape, true},
                                             {"kind", &scope_kind, true},
                                             {"description", &name_shape, true},
                                             {0}}};
static const struct shape scopes = {SHAPE_LIST, .expected = "a list of 1 to 1000 scopes", .min = 1,
                                    .max = 1000, .item = &catalogued};

static const struct shape alg = {SHAPE_TEXT, .expected = "RS256, ES256 or EdDSA", .max = 100,
                                 .words = alg_words};
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

/* Their members are the API's (fixtures/make/collections.json). */
static const struct shape resource = {SHAPE_RECORD, .expected = "an object: a document",
                                      .members = (const struct shape_member[]){{0}}, .open = true};
static const struct shape resource_list = {
    SHAPE_LIST, .expected = "a list of at most 10000 documents", .max = 10000, .item = &resource};
static const struct shape resources = {
    SHAPE_MAP, .expected = "an object: a list of documents for each collection", .max = 100,
    .item = &resource_list};

static const struct shape profile = {SHAPE_TEXT, .expected = "make, make-published or standard",
                                     .max = 100, .fault = text_profile};

const struct shape seed_fixture_shape = {
    SHAPE_RECORD, .expected = "an object: a fixture",
    .members = (const struct shape_member[]){{"profile", &profile, false},
                                             {"clients", &clients, true},
                                             {"users", &users, true},
                                             {"organizations", &organizations, false},
                                             {"teams", &teams, false},
                                             {"resources", &resources, false},
                                             {"scopes", &scopes, false},
                                             {"keys", &keys, false},
                                             {0}}};
