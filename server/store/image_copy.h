/* A copy of an image that can be handed on. */
#ifndef MAKESHIFT_STORE_IMAGE_COPY_H
#define MAKESHIFT_STORE_IMAGE_COPY_H

#include "server/base/attr.h"
#include "server/store/image.h"

/* A copy, with the private keys that the database signs with or without: then not a byte of them is
 * left, and who opens it has no key of it. */
enum image_keys { IMAGE_WITH_KEYS, IMAGE_WITHOUT_KEYS };
MUST_USE int db_image_copy(const struct db_image *image, enum image_keys keys,
                           struct db_image *out);

#endif
