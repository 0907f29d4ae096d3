#include "server/store/selection.h"

#include "server/store/db_private.h"
#include "server/store/tally.h"
#include "server/store/tokens.h"

/* One statement for each kind of row, all with the same values. */
struct step {
    enum statement statement;
    unsigned kind;
    size_t count_at; /* in struct ended */
};

#define AT(member) offsetof(struct ended, member)

/* In this order: what was granted in a session is found by it. */
static const struct step revocations[] = {
    {SQL_SELECTED_GRANTS_REVOKE, SELECTION_REFRESH, AT(grants)},
    {SQL_SELECTED_ACCESS_REVOKE, SELECTION_ACCESS, AT(access)},
    {SQL_SELECTED_CODES_BURN, SELECTION_CODE, AT(codes)},
    {SQL_SELECTED_SESSIONS_DELETE, SELECTION_SESSION, AT(sessions)},
};

static const struct step expirations[] = {
    {SQL_SELECTED_GRANTS_EXPIRE, SELECTION_REFRESH, AT(grants)},
    {SQL_SELECTED_ACCESS_EXPIRE, SELECTION_ACCESS, AT(access)},
    {SQL_SELECTED_CODES_EXPIRE, SELECTION_CODE, AT(codes)},
    {SQL_SELECTED_SESSIONS_EXPIRE, SELECTION_SESSION, AT(sessions)},
};

#define STEPS COUNT(revocations)

static int run_step(struct db *db, const struct step *step, const struct selection *selection,
                    int64_t now, struct ended *ended)
{
    int changes = RUN(db, step->statement, V(selection->user), V(selection->client),
                      V(selection->grant), V(selection->token), V(selection->session), V(now));
    if (changes < 0) {
        return DB_BROKEN;
    }
    *(int64_t *)(void *)((char *)ended + step->count_at) = changes;
    return 0;
}

static int run_steps(struct db *db, const struct step steps[STEPS], unsigned kinds,
                     const struct selection *selection, int64_t now, struct ended *ended)
{
    int outcome = 0;
    *ended = (struct ended){0};
    if (db_begin(db) != 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < STEPS && outcome == 0; i++) {
        if ((steps[i].kind & kinds) != 0) {
            outcome = run_step(db, &steps[i], selection, now, ended);
        }
    }
    tally_recount(db, TALLY_SESSIONS);
    if (outcome == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return DB_BROKEN;
}

int selection_revoke(struct db *db, const struct selection *selection, int64_t now,
                     struct ended *ended)
{
    return run_steps(db, revocations, SELECTION_ALL, selection, now, ended);
}

int selection_expire(struct db *db, const struct selection *selection, unsigned kinds, int64_t now,
                     struct ended *ended)
{
    return run_steps(db, expirations, kinds, selection, now, ended);
}
