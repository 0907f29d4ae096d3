/* The fixture that a database carries: an image of the database as its fixture made it. What is in
 * memory has none of its own. */
#ifndef MAKESHIFT_STORE_FIXTURE_IMAGE_H
#define MAKESHIFT_STORE_FIXTURE_IMAGE_H

#include "server/base/attr.h"
#include "server/store/image.h"

struct fixture_image {
    const char *digest;    /* of what it was put from; "": of nothing that comes again */
    struct db_image image; /* carries no fixture itself */
};

/* In place of the one that is there. */
MUST_USE int fixture_image_put(struct db *db, const struct fixture_image *fixture);
MUST_USE int fixture_image_clear(struct db *db);

/* The digest alone: 0 found, 1 there is none. */
MUST_USE int fixture_image_digest(struct db *db, struct arena *arena, const char **digest);

/* 0 found, in the arena (not for db_image_free); 1 there is none. */
MUST_USE int fixture_image_get(struct db *db, struct arena *arena, struct fixture_image *fixture);

/* A copy of the image that carries the fixture, for db_image_free. */
MUST_USE int fixture_image_join(const struct db_image *image, const struct fixture_image *fixture,
                                struct db_image *out);

#endif
