/* Digests by name, and base64 with padding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "keys/base64.h"
#include "keys/hash.h"

static void digests_have_the_first_bytes_that_their_standards_give(void **state)
{
    /* Of "abc": RFC 1321 A.5, RFC 3174 7.3, FIPS 180-2 B and C. */
    static const struct {
        enum hash hash;
        size_t size;
        uint8_t first[4];
    } rows[] = {
        {HASH_MD5, 16, {0x90, 0x01, 0x50, 0x98}},    {HASH_SHA1, 20, {0xa9, 0x99, 0x3e, 0x36}},
        {HASH_SHA256, 32, {0xba, 0x78, 0x16, 0xbf}}, {HASH_SHA384, 48, {0xcb, 0x00, 0x75, 0x3f}},
        {HASH_SHA512, 64, {0xdd, 0xaf, 0x35, 0xa1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t out[HASH_SIZE_MAX];
        assert_int_equal(hash_bytes(rows[i].hash, out, "abc", 3), rows[i].size);
        assert_memory_equal(out, rows[i].first, sizeof(rows[i].first));
    }
}

static void hmacs_have_the_first_bytes_that_rfc_4231_4_3_gives(void **state)
{
    static const char text[] = "what do ya want for nothing?";
    static const struct hash_key key = {.bytes = "Jefe", .size = 4};
    uint8_t out[HASH_SIZE_MAX];
    (void)state;
    assert_int_equal(hash_mac(HASH_SHA384, &key, out, text, strlen(text)), 48);
    assert_memory_equal(out, "\xaf\x45\xd2\xe3", 4);
    assert_int_equal(hash_mac(HASH_SHA512, &key, out, text, strlen(text)), 64);
    assert_memory_equal(out, "\x16\x4b\x7a\x7b", 4);
}

/* RFC 4648 10, and the two letters that base64url has not. */
static const struct {
    const char *bytes, *text;
} vectors[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
               {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xfb\xff", "+/8="}};

static void base64_is_that_of_rfc_4648_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        char out[16];
        size_t size = 99;
        base64_encode(out, vectors[i].bytes, strlen(vectors[i].bytes));
        assert_string_equal(out, vectors[i].text);
        assert_int_equal(BASE64_SIZE(strlen(vectors[i].bytes)), strlen(out) + 1);
        assert_int_equal(base64_decode(out, &size, vectors[i].text, strlen(vectors[i].text)), 0);
        assert_int_equal(size, strlen(vectors[i].bytes));
        assert_memory_equal(out, vectors[i].bytes, size);
    }
}

static void what_is_no_base64_is_refused(void **state)
{
    static const char *const texts[] = {
        "Zg", "Zg=", "Z===", "Zh==", "-_8=", "Zm9*", "Zg==Zg==", "=Zg=", "Zm9vZ"};
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char out[16];
        size_t size = 0;
        assert_int_equal(base64_decode(out, &size, texts[i], strlen(texts[i])), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_have_the_first_bytes_that_their_standards_give),
        cmocka_unit_test(hmacs_have_the_first_bytes_that_rfc_4231_4_3_gives),
        cmocka_unit_test(base64_is_that_of_rfc_4648_both_ways),
        cmocka_unit_test(what_is_no_base64_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
