#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "keys/b64url.h"

/* RFC 4648 10, without the padding; and RFC 7515 Appendix C. */
static const struct {
    const char *bytes;
    size_t size;
    const char *text;
} vectors[] = {
    {"", 0, ""},
    {"f", 1, "Zg"},
    {"fo", 2, "Zm8"},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg"},
    {"fooba", 5, "Zm9vYmE"},
    {"foobar", 6, "Zm9vYmFy"},
    {"\x03\xec\xff\xe0\xc1", 5, "A-z_4ME"},
};

static int decode(const char *text)
{
    char out[64];
    size_t size;
    return b64url_decode(out, &size, text, strlen(text));
}

static void bytes_encode_as_the_rfcs_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        char out[16];
        b64url_encode(out, vectors[i].bytes, vectors[i].size);
        assert_string_equal(out, vectors[i].text);
        assert_int_equal(B64URL_LENGTH(vectors[i].size), strlen(vectors[i].text));
    }
}

static void texts_decode_as_the_rfcs_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        char out[16];
        size_t size = 99;
        assert_int_equal(b64url_decode(out, &size, vectors[i].text, strlen(vectors[i].text)), 0);
        assert_int_equal(size, vectors[i].size);
        assert_memory_equal(out, vectors[i].bytes, size);
    }
}

static void padding_is_refused(void **state)
{
    (void)state;
    assert_int_equal(decode("Zg=="), 1);
    assert_int_equal(decode("Zm8="), 1);
}

static void the_alphabet_of_plain_base64_is_refused(void **state)
{
    (void)state;
    assert_int_equal(decode("A+z_"), 1);
    assert_int_equal(decode("A/z_"), 1);
}

static void white_space_and_bytes_beyond_ascii_are_refused(void **state)
{
    (void)state;
    assert_int_equal(decode("Zm9v "), 1);
    assert_int_equal(decode("Zm\n9"), 1);
    assert_int_equal(decode("Zm\xc3\xa9"), 1);
    char out[8];
    size_t size;
    assert_int_equal(b64url_decode(out, &size, "Zm\0v", 4), 1);
}

static void a_length_that_leaves_one_character_is_refused(void **state)
{
    (void)state;
    assert_int_equal(decode("A"), 1);
    assert_int_equal(decode("Zm9vA"), 1);
}

static void unused_bits_that_are_not_zero_are_refused(void **state)
{
    (void)state;
    assert_int_equal(decode("Zg"), 0);
    assert_int_equal(decode("Zh"), 1);
    assert_int_equal(decode("Zm8"), 0);
    assert_int_equal(decode("Zm9"), 1);
}

static void every_byte_survives_the_way_there_and_back(void **state)
{
    (void)state;
    uint8_t bytes[256];
    uint8_t back[256];
    char text[B64URL_SIZE(256)];
    size_t size;
    for (size_t i = 0; i < 256; i++) {
        bytes[i] = (uint8_t)i;
    }
    b64url_encode(text, bytes, 256);
    assert_int_equal(b64url_decode(back, &size, text, strlen(text)), 0);
    assert_int_equal(size, 256);
    assert_memory_equal(back, bytes, 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_encode_as_the_rfcs_say),
        cmocka_unit_test(texts_decode_as_the_rfcs_say),
        cmocka_unit_test(padding_is_refused),
        cmocka_unit_test(the_alphabet_of_plain_base64_is_refused),
        cmocka_unit_test(white_space_and_bytes_beyond_ascii_are_refused),
        cmocka_unit_test(a_length_that_leaves_one_character_is_refused),
        cmocka_unit_test(unused_bits_that_are_not_zero_are_refused),
        cmocka_unit_test(every_byte_survives_the_way_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
