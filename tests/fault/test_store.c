/* The store on a disk that fails at each of its calls in turn (CON-01 to CON-05, ADM-11, ADM-13).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/log.h"
#include "tests/fault/disk.h"
#include "tests/scratch.h"
#include "tests/unit/store/fixture.h"

enum {
    CODE = 1,
    ACCESS = 2,
    REFRESH = 3,
    ROTATED_REFRESH = 4,
    ROTATED_ACCESS = 5,
    OTHER_CODE = 11,
    OTHER_ACCESS = 12,
    OTHER_REFRESH = 13,
    LATER_ACCESS = 22,
    LATER_REFRESH = 23,
    LATEST_ACCESS = 32,
    LATEST_REFRESH = 33,
};

/* What the client was told. */
struct told {
    bool redeemed, rotated, revoked;
    int64_t grant;
    int64_t revoked_grant;
};

static char directory[128];
static char path[160];

static int open_state(struct fixture *f)
{
    const char *why;
    int64_t run;
    f->db = NULL;
    int outcome = db_open(path, f->arena, &f->db, &why);
    return outcome == 0 ? starts_count(f->db, &run) : outcome;
}

static void close_state(struct fixture *f)
{
    db_close(f->db);
    f->db = NULL;
}

/* Two codes, the second redeemed: its family waits to be revoked. */
static void prepare(struct fixture *f, struct told *told)
{
    struct code_row code = code_of(CODE), other = code_of(OTHER_CODE);
    struct redeemed r = redeemed_of(OTHER_CODE, OTHER_ACCESS, OTHER_REFRESH);
    disk_mend();
    disk_clear();
    unlink(path);
    assert_int_equal(open_state(f), 0);
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(codes_put(f->db, &other), 0);
    assert_int_equal(redeem(f->db, &r), 0);
    *told = (struct told){.revoked_grant = r.grant.id};
}

static bool done(int outcome)
{
    assert_true(outcome == 0 || outcome == DB_BROKEN);
    return outcome == 0;
}

static void act(struct fixture *f, struct told *told)
{
    struct redeemed r = redeemed_of(CODE, ACCESS, REFRESH);
    told->redeemed = done(redeem(f->db, &r));
    told->grant = r.grant.id;
    if (told->redeemed) {
        struct rotation rotation =
            rotation_of(told->grant, REFRESH, 1, ROTATED_REFRESH, ROTATED_ACCESS);
        told->rotated = done(tokens_rotate(f->db, &rotation));
    }
    told->revoked =
        done(tokens_grant_revoke(f->db, told->revoked_grant, NOW + 30, GRANT_REVOKED_BY_CLIENT));
}

static bool access_there(struct fixture *f, unsigned number, struct grant_row *grant)
{
    struct hash hash = hash_of(number);
    struct access_row access;
    int outcome = tokens_access_get(f->db, &hash, f->arena, &access, grant);
    assert_true(outcome == 0 || outcome == 1);
    return outcome == 0;
}

static bool refresh_there(struct fixture *f, unsigned number, struct refresh_row *refresh)
{
    struct hash hash = hash_of(number);
    struct grant_row grant;
    int outcome = tokens_refresh_get(f->db, &hash, f->arena, refresh, &grant);
    assert_true(outcome == 0 || outcome == 1);
    return outcome == 0;
}

/* A redemption is there whole or not at all, and there when the client was told so. */
static bool check_redemption(struct fixture *f, const struct told *told)
{
    struct hash hash = hash_of(CODE);
    struct code_row code;
    struct refresh_row refresh;
    struct grant_row grant;
    assert_int_equal(codes_get(f->db, &hash, f->arena, &code), 0);
    bool taken = code.state == CODE_TAKEN;
    assert_int_equal(access_there(f, ACCESS, &grant), taken);
    assert_int_equal(refresh_there(f, REFRESH, &refresh), taken);
    assert_true(taken || code.state == CODE_FRESH);
    assert_true(taken || !told->redeemed);
    return taken;
}

/* The code gives one family and no second, whatever went wrong. */
static void check_one_family(struct fixture *f, bool taken)
{
    struct redeemed later = redeemed_of(CODE, LATER_ACCESS, LATER_REFRESH);
    struct redeemed latest = redeemed_of(CODE, LATEST_ACCESS, LATEST_REFRESH);
    assert_int_equal(redeem(f->db, &later), taken ? TOKENS_TAKEN : 0);
    assert_int_equal(redeem(f->db, &latest), TOKENS_TAKEN);
}

/* One leaf, which works: the successor when there is one, and then the former is known as spent. */
static void check_leaf(struct fixture *f, const struct told *told)
{
    struct refresh_row former, successor;
    struct grant_row grant;
    assert_true(refresh_there(f, REFRESH, &former));
    bool rotated = refresh_there(f, ROTATED_REFRESH, &successor);
    assert_int_equal(access_there(f, ROTATED_ACCESS, &grant), rotated);
    assert_int_equal(former.taken_at != 0, rotated);
    assert_true(rotated || !told->rotated);
    struct rotation leaf = rotation_of(former.grant, rotated ? ROTATED_REFRESH : REFRESH,
                                       rotated ? 2 : 1, LATEST_REFRESH, LATEST_ACCESS);
    struct rotation spent = rotation_of(former.grant, REFRESH, 1, LATER_REFRESH, LATER_ACCESS);
    assert_int_equal(tokens_rotate(f->db, &leaf), 0);
    assert_int_equal(tokens_rotate(f->db, &spent), TOKENS_TAKEN);
}

static void check_revocation(struct fixture *f, const struct told *told)
{
    struct grant_row grant;
    assert_true(access_there(f, OTHER_ACCESS, &grant));
    assert_true(grant.revoked_at != 0 || !told->revoked);
}

static void check(struct fixture *f, const struct told *told)
{
    check_revocation(f, told);
    bool taken = check_redemption(f, told);
    check_one_family(f, taken);
    if (taken) {
        check_leaf(f, told);
    }
}

/* Breaks the disk at call 1, 2, ... of the same work, until the work ends before the fault. */
static void fail_at_each_call(struct fixture *f, enum disk_fault fault)
{
    struct told told = {0};
    unsigned n = 0;
    do {
        prepare(f, &told);
        disk_break(fault, ++n);
        act(f, &told);
        int broke = disk_broke();
        disk_mend();
        /* Who was told of a failure got nothing: in the same process it is as if it had not been.
         */
        struct refresh_row refresh;
        assert_int_equal(refresh_there(f, REFRESH, &refresh), told.redeemed);
        assert_int_equal(refresh_there(f, ROTATED_REFRESH, &refresh), told.rotated);
        check(f, &told);
        close_state(f);
        assert_int_equal(open_state(f), 0);
        close_state(f);
        if (!broke) {
            break;
        }
    } while (n < 1000);
    assert_in_range(n, 5, 999);
    assert_true(told.redeemed && told.rotated && told.revoked);
}

/* proves: CON-05 */
static void a_call_that_fails_once_leaves_nothing_half_done(void **state)
{
    fail_at_each_call(*state, DISK_EIO);
}

/* proves: CON-05 */
static void a_short_write_leaves_nothing_half_done(void **state)
{
    fail_at_each_call(*state, DISK_SHORT);
}

/* proves: CON-05 */
static void a_full_disk_issues_nothing_and_the_store_goes_on_when_there_is_room(void **state)
{
    fail_at_each_call(*state, DISK_FULL);
}

#define SEEDS 6

static void what_was_acknowledged_survives_a_crash_at_every_call(void **state)
{
    struct fixture *f = *state;
    struct told told = {0};
    for (unsigned n = 1, broke = 1; broke; n++) {
        for (unsigned seed = 0; seed < SEEDS; seed++) {
            prepare(f, &told);
            disk_break(DISK_DEAD, n);
            act(f, &told);
            broke = (unsigned)disk_broke();
            if (!broke) {
                disk_break(DISK_DEAD, 1);
            }
            close_state(f);
            disk_crash(seed * n);
            assert_int_equal(open_state(f), 0);
            check(f, &told);
            close_state(f);
        }
        assert_in_range(n, 1, 999);
    }
}

static void a_crash_while_the_file_is_made_leaves_one_that_opens(void **state)
{
    struct fixture *f = *state;
    for (unsigned n = 1, broke = 1; broke; n++) {
        disk_mend();
        disk_clear();
        unlink(path);
        disk_break(DISK_DEAD, n);
        int outcome = open_state(f);
        broke = (unsigned)disk_broke();
        assert_true(broke ? outcome != 0 || f->db : outcome == 0);
        disk_break(DISK_DEAD, 1);
        close_state(f);
        disk_crash(n);
        assert_int_equal(open_state(f), 0);
        close_state(f);
        assert_in_range(n, 1, 999);
    }
}

static int setup(void **state)
{
    static struct fixture fixture;
    *state = &fixture;
    fixture.arena = arena_new();
    scratch_template(directory, sizeof(directory));
    if (!mkdtemp(directory)) {
        return -1;
    }
    strcat(strcpy(path, directory), "/state.db");
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    disk_clear();
    arena_free(fixture->arena);
    unlink(path);
    return rmdir(directory);
}

#define ON_DISK(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DISK(a_call_that_fails_once_leaves_nothing_half_done),
        ON_DISK(a_short_write_leaves_nothing_half_done),
        ON_DISK(a_full_disk_issues_nothing_and_the_store_goes_on_when_there_is_room),
        ON_DISK(what_was_acknowledged_survives_a_crash_at_every_call),
        ON_DISK(a_crash_while_the_file_is_made_leaves_one_that_opens),
    };
    if (disk_register() != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
