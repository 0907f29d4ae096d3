#include "server/store/image_copy.h"

#include "server/base/log.h"
#include "server/store/db_private.h"
#include "server/store/fixture_image.h"

/* Those of the fixture that it carries: an image in the image. */
static int drop_keys_of_fixture(struct db *db)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct fixture_image fixture = {0};
    struct db_image without = {0};
    int outcome = fixture_image_get(db, arena, &fixture);
    if (outcome != 0) {
        return outcome < 0 ? outcome : 0;
    }
    outcome = db_image_copy(&fixture.image, IMAGE_WITHOUT_KEYS, &without);
    fixture.image = without;
    outcome = outcome == 0 ? fixture_image_put(db, &fixture) : outcome;
    db_image_free(&without);
    return outcome;
}

static int broken(void)
{
    log_message(LOG_ERROR, "the keys cannot be taken out of an image");
    return DB_BROKEN;
}

/* The database is written anew, so that no page keeps what was there. */
static int drop_keys(struct db *db)
{
    struct answer ignored;
    if (db_once(db, statements[SQL_KEYS_BLANK], &ignored) != 0 || drop_keys_of_fixture(db) != 0) {
        return broken();
    }
    db_unprepare(db);
    if (db_once(db, statements[SQL_VACUUM], &ignored) != 0) {
        return broken();
    }
    return 0;
}

int db_image_copy(const struct db_image *image, enum image_keys keys, struct db_image *out)
{
    struct db *db = NULL;
    *out = (struct db_image){.size = 0};
    int outcome = db_open_image(image, &db);
    if (outcome == 0 && keys == IMAGE_WITHOUT_KEYS) {
        outcome = drop_keys(db);
    }
    if (outcome == 0) {
        outcome = db_image(db, out);
    }
    db_close(db);
    return outcome;
}
