#include "server/store/fixture_image.h"

#include "server/store/db_private.h"

int fixture_image_clear(struct db *db)
{
    AUTO(db_release) struct db *held = db_hold(db);
    return db_done(db_run(held, SQL_FIXTURE_CLEAR, NULL, 0));
}

static int put(struct db *db, const struct fixture_image *fixture)
{
    const struct db_image *image = &fixture->image;
    int cleared = fixture_image_clear(db);
    return cleared != 0 ? cleared
                        : db_done(RUN(db, SQL_FIXTURE_PUT, V(fixture->digest),
                                      value_bytes(image->bytes, image->size)));
}

int fixture_image_put(struct db *db, const struct fixture_image *fixture)
{
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    if (put(db, fixture) == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return DB_BROKEN;
}

int fixture_image_get(struct db *db, struct arena *arena, struct fixture_image *fixture)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = query_open(held, SQL_FIXTURE_GET, NULL, 0);
    int outcome = query_found(&query);
    if (outcome == 0) {
        fixture->digest = query_text(&query, arena);
        fixture->image.bytes =
            (uint8_t *)(uintptr_t)query_blob(&query, arena, &fixture->image.size);
    }
    return outcome;
}

int fixture_image_digest(struct db *db, struct arena *arena, const char **digest)
{
    AUTO(db_release) struct db *held = db_hold(db);
    AUTO(query_close) struct query query = query_open(held, SQL_FIXTURE_DIGEST, NULL, 0);
    int outcome = query_found(&query);
    if (outcome == 0) {
        *digest = query_text(&query, arena);
    }
    return outcome;
}

int fixture_image_join(const struct db_image *image, const struct fixture_image *fixture,
                       struct db_image *out)
{
    struct db *db = NULL;
    *out = (struct db_image){.size = 0};
    int outcome = db_open_image(image, &db);
    outcome = outcome == 0 ? fixture_image_put(db, fixture) : outcome;
    outcome = outcome == 0 ? db_image(db, out) : outcome;
    db_close(db);
    return outcome;
}
