#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "server/base/attr.h"
#include "server/oauth/about.h"
#include "server/tenant/fingerprint.h"
#include "server/tenant/journal.h"
#include "tests/unit/tenant/given.h"
#include "tests/unit/tenant/shelf.h"

#define AT INT64_C(1767225600250) /* 2026-01-01T00:00:00.250Z */

static int64_t put_path(struct journal *journal, const char *path)
{
    const struct journal_entry entry = {.subject = {.method = "GET", .path = path}, .at = AT};
    return journal_put(journal, &entry);
}

/* "1/a 2/b": numbers and paths of what is read. */
static const char *paths(struct arena *arena, struct journal *journal, int64_t since, size_t limit)
{
    const struct journal_query query = {.since = since, .limit = limit};
    json_auto_t *list = journal_read(journal, &query);
    const char *text = "";
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        text = arena_printf(arena, "%s%s%d%s", text, i > 0 ? " " : "",
                            (int)json_integer_value(json_object_get(item, "id")),
                            json_string_value(json_object_get(item, "path")));
    }
    return text;
}

static void the_oldest_goes_when_the_ring_is_full(void **state)
{
    struct shelf shelf = shelf_new(3);
    static const char *const all[] = {"/a", "/b", "/c", "/d", "/e"};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_int_equal(put_path(shelf.journal, all[i]), i + 1);
    }
    assert_string_equal(paths(*state, shelf.journal, 0, 0), "3/c 4/d 5/e");
    assert_string_equal(paths(*state, shelf.journal, 4, 0), "5/e");
    assert_string_equal(paths(*state, shelf.journal, 5, 0), "");
    assert_string_equal(paths(*state, shelf.journal, INT64_MAX, 0), "");
    assert_string_equal(paths(*state, shelf.journal, 0, 2), "3/c 4/d");
    assert_int_equal(journal_count(shelf.journal), 3);
    assert_int_equal(journal_last(shelf.journal), 5);
    shelf_free(&shelf);
}

static void a_ring_grows_with_what_is_in_it(void **state)
{
    struct shelf shelf = shelf_new(1000);
    for (int i = 1; i <= 1500; i++) {
        assert_int_equal(put_path(shelf.journal, arena_printf(*state, "/%d", i)), i);
    }
    assert_string_equal(paths(*state, shelf.journal, 0, 2), "501/501 502/502");
    assert_string_equal(paths(*state, shelf.journal, 1498, 0), "1499/1499 1500/1500");
    shelf_free(&shelf);
}

static void what_is_forgotten_is_gone_and_numbers_go_on(void **state)
{
    struct shelf shelf = shelf_new(10);
    put_path(shelf.journal, "/a");
    put_path(shelf.journal, "/b");
    journal_empty(shelf.journal);
    assert_string_equal(paths(*state, shelf.journal, 0, 0), "");
    assert_int_equal(journal_pool_bytes(shelf.pool), 0);
    assert_int_equal(put_path(shelf.journal, "/c"), 3);
    journal_end(shelf.journal, 1, REPLY_SENT, 1);
    assert_string_equal(paths(*state, shelf.journal, 0, 0), "3/c");
    shelf_free(&shelf);
}

static void a_journal_that_is_off_keeps_nothing(void **state)
{
    struct shelf shelf = shelf_new(0);
    (void)state;
    assert_false(journal_is_on(shelf.journal));
    assert_false(journal_is_on(NULL));
    assert_int_equal(put_path(shelf.journal, "/a"), 0);
    assert_int_equal(put_path(NULL, "/a"), 0);
    assert_int_equal(journal_count(shelf.journal), 0);
    shelf_free(&shelf);
}

static void the_pool_holds_and_no_tenant_takes_all_of_it(void **state)
{
    enum { POOL = 64 * 1024 };
    struct journal_pool *pool = journal_pool_new(POOL);
    struct journal *greedy = journal_new(pool, 100000), *late = journal_new(pool, 100000);
    (void)state;
    for (int i = 0; i < 1000; i++) {
        put_path(greedy, "/greedy");
        assert_true(journal_pool_bytes(pool) <= POOL);
    }
    size_t alone = journal_count(greedy);
    assert_true(alone > 50 && alone < 1000);
    for (int i = 0; i < 1000; i++) {
        put_path(late, "/late");
    }
    assert_true(journal_count(late) >= alone / 2 - 1);
    put_path(greedy, "/greedy");
    assert_true(journal_pool_bytes(pool) <= POOL);
    assert_true(journal_count(greedy) >= alone / 2 - 1);
    journal_free(greedy);
    for (int i = 0; i < 1000; i++) {
        put_path(late, "/late");
    }
    assert_true(journal_count(late) >= alone - 1);
    journal_free(late);
    assert_int_equal(journal_pool_bytes(pool), 0);
    journal_pool_free(pool);
}

#define CODE "the code that was issued"
#define TOKEN "the access token"
#define CLIENT_SECRET "the secret of the client"

static const struct header headers[] = {
    {"Content-Type", "application/x-www-form-urlencoded"},
    {"Authorization", "Bearer the%20code%20that%20was%20issued"},
    {"Accept", "text/plain"},
    {"accept", "*/*"},
    {"Cookie", "sid=the secret of the client"},
    {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    {"X-Odd", "\xff\"\\"},
};

static const char form[] = "grant_type=authorization_code&client_id=demo-web&client_secret="
                           "the+secret+of+the+client&code=the+code+that+was+issued&scope=a+b";
static const char answer[] =
    "{\"access_token\":\"the access token\",\"token_type\":\"Bearer\",\"expires_in\":3600}";

static struct journal_entry token_request(void)
{
    static const struct verdict refused = {.code = ERROR_INVALID_GRANT,
                                           .check = "code",
                                           .expected = "a fresh one",
                                           .actual = "one that was taken",
                                           .clause = "RFC 6749 4.1.2",
                                           .detail = "the code was used before"};
    return (struct journal_entry){
        .subject = {.endpoint = ENDPOINT_TOKEN,
                    .method = "POST",
                    .path = "/oauth/v2/token",
                    .query = "a=1&a=2",
                    .headers = headers,
                    .header_count = COUNT(headers),
                    .body = form,
                    .body_size = sizeof(form) - 1,
                    .body_kept = sizeof(form) - 1,
                    .user = "1001",
                    .scope = "a b",
                    .status = 400,
                    .error = "invalid_grant"},
        .at = AT,
        .duration = 812,
        .request_id = "req-1",
        .grant = 7,
        .generation = 2,
        .happened = 1u << HAPPENED_REFRESHED,
        .verdict = &refused,
        .fault = 3,
        .latch = 4,
        .answer = answer,
        .answer_size = sizeof(answer) - 1,
    };
}

static json_t *only(struct journal *journal)
{
    const struct journal_query query = {0};
    json_t *list = journal_read(journal, &query);
    assert_int_equal(json_array_size(list), 1);
    json_t *item = json_incref(json_array_get(list, 0));
    json_decref(list);
    return item;
}

static const char *fp(struct arena *arena, const char *secret)
{
    return fingerprint_text(arena, secret);
}

static void an_entry_tells_all_but_secrets(void **state)
{
    struct arena *arena = *state;
    struct shelf shelf = shelf_new(10);
    const struct journal_entry entry = token_request();
    int64_t number = journal_put(shelf.journal, &entry);
    json_t *pending = only(shelf.journal);
    assert_string_equal(json_string_value(json_object_get(pending, "reply")), "pending");
    json_decref(pending);
    journal_end(shelf.journal, number, REPLY_CUT, 1500);
    json_t *item = only(shelf.journal);
    const char *expected = arena_printf(
        arena,
        "{'id':1,'at':'2026-01-01T00:00:00.250Z','duration_us':1500,'request_id':'req-1',"
        "'endpoint':'token','method':'POST','path':'/oauth/v2/token',"
        "'grant_type':'authorization_code','client_id':'demo-web','user':'1001','scope':'a b',"
        "'status':400,'error':'invalid_grant','parameters':{'a':['1','2'],"
        "'grant_type':'authorization_code','client_id':'demo-web','client_secret':'%s',"
        "'code':'%s','scope':'a b'},"
        "'header':{'content-type':'application/x-www-form-urlencoded','authorization':'Bearer %s',"
        "'accept':'text/plain, */*','cookie':'sid=%s',"
        "'traceparent':'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',"
        "'x-odd':'%%FF'/'},'body_size':%zu,'query':['a','a'],"
        "'traceparent':'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',"
        "'grant':7,'generation':2,'happened':['refreshed'],"
        "'verdict':{'check':'code','expected':'a fresh one','actual':'one that was taken',"
        "'clause':'RFC 6749 4.1.2','detail':'the code was used before'},"
        "'expires_in':3600,'issued':{'access_token':'%s'},'fault':3,'latch':4,'reply':'cut'}",
        fp(arena, CLIENT_SECRET), fp(arena, CODE), fp(arena, "the%20code%20that%20was%20issued"),
        fp(arena, CLIENT_SECRET), sizeof(form) - 1, fp(arena, TOKEN));
    assert_string_equal(told(arena, item), expected);
    json_decref(item);
    shelf_free(&shelf);
}

static void a_code_is_followed_from_its_redirect(void **state)
{
    struct shelf shelf = shelf_new(10);
    const struct journal_entry entry = {
        .subject = {.endpoint = ENDPOINT_AUTHORIZE, .status = 302},
        .location = "http://localhost:3000/cb?code=the+code+that+was+issued&state=xyz"};
    journal_put(shelf.journal, &entry);
    json_t *item = only(shelf.journal);
    assert_string_equal(told(*state, json_object_get(item, "issued")),
                        arena_printf(*state, "{'code':'%s'}", fp(*state, CODE)));
    assert_string_equal(
        json_string_value(json_object_get(item, "location")),
        arena_printf(*state, "http://localhost:3000/cb?code=%s&state=xyz", fp(*state, CODE)));
    json_decref(item);
    shelf_free(&shelf);
}

static void a_long_body_is_cut_and_says_so(void **state)
{
    static const struct header type[] = {{"Content-Type", "application/x-www-form-urlencoded"}};
    struct shelf shelf = shelf_new(10);
    char *body = arena_alloc(*state, 10001);
    memset(body, 'x', 10000);
    memcpy(body, "a=1&b=", 6);
    const struct journal_entry entry = {.subject = {.headers = type,
                                                    .header_count = 1,
                                                    .body = body,
                                                    .body_size = 10000,
                                                    .body_kept = 10000}};
    journal_put(shelf.journal, &entry);
    assert_true(journal_pool_bytes(shelf.pool) < 5000);
    json_t *item = only(shelf.journal);
    assert_true(json_is_true(json_object_get(item, "body_cut")));
    assert_int_equal(json_integer_value(json_object_get(item, "body_size")), 10000);
    assert_string_equal(told(*state, json_object_get(item, "parameters")), "{'a':'1'}");
    json_decref(item);
    shelf_free(&shelf);
}

static void a_query_reads_what_its_match_fits(void **state)
{
    struct shelf shelf = shelf_new(10);
    const struct journal_entry entry = token_request();
    put_path(shelf.journal, "/a");
    journal_put(shelf.journal, &entry);
    put_path(shelf.journal, "/a");
    json_auto_t *match = given("{'parameters':{'code':'" CODE "'},'status':'4xx'}");
    const struct journal_query query = {.match = match};
    json_auto_t *list = journal_read(shelf.journal, &query);
    (void)state;
    assert_int_equal(json_array_size(list), 1);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "id")), 2);
    shelf_free(&shelf);
}

static void each_member_of_a_match_finds_its_entry(void **state)
{
    static const char *const matches[] = {"{'endpoint':'token'}",
                                          "{'method':'post'}",
                                          "{'path':'/oauth/v2/token'}",
                                          "{'status':400}",
                                          "{'error':'invalid_grant'}",
                                          "{'user':'1001'}",
                                          "{'endpoint':{'pattern':'tok'},'scope':'b'}"};
    struct shelf shelf = shelf_new(10);
    const struct journal_entry entry = token_request();
    (void)state;
    journal_put(shelf.journal, &entry);
    put_path(shelf.journal, "/a");
    for (size_t i = 0; i < COUNT(matches); i++) {
        json_auto_t *match = given(matches[i]);
        const struct journal_query query = {.match = match};
        json_auto_t *list = journal_read(shelf.journal, &query);
        assert_int_equal(json_array_size(list), 1);
    }
    shelf_free(&shelf);
}

static void count_wakes(void *context)
{
    (*(int *)context)++;
}

static void who_watches_is_waked_until_they_leave(void **state)
{
    struct shelf shelf = shelf_new(10);
    int one = 0, other = 0;
    struct watcher first = {.wake = count_wakes, .context = &one};
    struct watcher second = {.wake = count_wakes, .context = &other};
    (void)state;
    journal_watch(shelf.journal, &first);
    journal_watch(shelf.journal, &second);
    put_path(shelf.journal, "/a");
    journal_unwatch(shelf.journal, &first);
    journal_unwatch(shelf.journal, &first);
    put_path(shelf.journal, "/b");
    journal_unwatch(shelf.journal, &second);
    put_path(shelf.journal, "/c");
    assert_int_equal(one, 1);
    assert_int_equal(other, 2);
    shelf_free(&shelf);
}

enum { THREADS = 4, EACH = 500 };

static void *put_many(void *context)
{
    for (int i = 0; i < EACH; i++) {
        const struct journal_entry entry = token_request();
        int64_t number = journal_put(context, &entry);
        journal_end(context, number, REPLY_SENT, 1);
    }
    return NULL;
}

static void many_put_while_somebody_reads(void **state)
{
    struct shelf shelf = shelf_new(100);
    pthread_t threads[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, put_many, shelf.journal), 0);
    }
    int64_t since = 0;
    while (since < THREADS * EACH) {
        const struct journal_query query = {.since = since};
        json_auto_t *list = journal_read(shelf.journal, &query);
        for (size_t i = 0; i < json_array_size(list); i++) {
            int64_t id = json_integer_value(json_object_get(json_array_get(list, i), "id"));
            assert_true(id > since);
            since = id;
        }
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(journal_last(shelf.journal), THREADS * EACH);
    shelf_free(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(the_oldest_goes_when_the_ring_is_full),
        WITH_ARENA(a_ring_grows_with_what_is_in_it),
        WITH_ARENA(what_is_forgotten_is_gone_and_numbers_go_on),
        WITH_ARENA(a_journal_that_is_off_keeps_nothing),
        WITH_ARENA(the_pool_holds_and_no_tenant_takes_all_of_it),
        WITH_ARENA(an_entry_tells_all_but_secrets),
        WITH_ARENA(a_code_is_followed_from_its_redirect),
        WITH_ARENA(a_long_body_is_cut_and_says_so),
        WITH_ARENA(a_query_reads_what_its_match_fits),
        WITH_ARENA(each_member_of_a_match_finds_its_entry),
        WITH_ARENA(who_watches_is_waked_until_they_leave),
        WITH_ARENA(many_put_while_somebody_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
