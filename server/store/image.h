/* An image: all of a database as bytes, which are an SQLite file that db_open opens.
 *
 * An image says of itself that it has no log, as one that says so opens nowhere but in a file. */
#ifndef MAKESHIFT_STORE_IMAGE_H
#define MAKESHIFT_STORE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/store/db.h"

struct db_image {
    uint8_t *bytes;
    size_t size;
};

/* Takes an image of what is committed, without what is kept of a file. Not between db_begin and
 * db_commit. */
MUST_USE int db_image(struct db *db, struct db_image *image);

void db_image_free(struct db_image *image);

/* The open database becomes the image, in place and at once for everybody who uses it; a file keeps
 * its log and has it durably. How often it was started stays as it was, so that no start has the
 * number of another, and so does what is kept of it (kept.h). `image` is one that db_image took, of
 * this version of the schema. Not between db_begin and db_commit. Negative: a file is unchanged; a
 * database in memory, for which there was not the memory, is to be closed. */
MUST_USE int db_become(struct db *db, const struct db_image *image);

/* Opens a database in memory that is a copy of the image, which costs a tenth of db_open: what a
 * template is for. It was never started. 0; negative: there is no memory. */
MUST_USE int db_open_image(const struct db_image *image, struct db **out);

/* Writes the image into a file that db_open opens: whole or not at all, durably. 0; 1:
 * IMAGE_IS_NEW, and there is a file already; negative: logged. */
enum image_file { IMAGE_IS_NEW, IMAGE_REPLACES };
MUST_USE int db_image_write(const struct db_image *image, const char *path, enum image_file how);

#endif
