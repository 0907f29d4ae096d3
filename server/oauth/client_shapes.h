/* TABLES: what a client's registration may hold, member by member, in RFC 7591's terms where it has
 * one. */
#ifndef MAKESHIFT_OAUTH_CLIENT_SHAPES_H
#define MAKESHIFT_OAUTH_CLIENT_SHAPES_H

#include "server/base/shape.h"

/* As a fixture has it. fixtures/schema.json says the same in JSON Schema, and a test holds the two
 * together. */
extern const struct shape client_shape;

/* A client's metadata as it sends them itself to register; what else it sends is passed over
 * (RFC 7591 2). */
extern const struct shape registration_shape;

/* A client's metadata as it publishes them at the URL that is its client_id; what else it publishes
 * is passed over. */
extern const struct shape client_document_shape;

/* The names of alg_table. */
extern const char *const alg_words[];

/* Shapes of members that several records have. */
extern const struct shape boolean_shape;
extern const struct shape name_shape;
extern const struct shape scope_name_shape;
extern const struct shape secret_shape;

/* RFR-16: how long, in seconds, a refresh token may be taken again without and with a number of
 * uses. */
#define CLIENT_GRACE_MAX 60
#define CLIENT_GRACE_WITH_USES_MAX 300

#endif
