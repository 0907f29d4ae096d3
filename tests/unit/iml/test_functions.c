/* The functions of texts, bytes, numbers and arrays. Where Make's pages have an example, it is
 * theirs. */
#include "tests/unit/iml/world.h"

#include "server/base/attr.h"
#include "server/iml/function.h"

static void general_functions_do_as_documented(void **state)
{
    static const struct example examples[] = {
        {"if(1 = 1, \"A\", \"B\")", "\"A\""},
        {"if(missing, \"A\")", "undefined"},
        {"ifempty(\"A\", \"B\")", "\"A\""},
        {"ifempty(missing, \"B\")", "\"B\""},
        {"ifempty(\"\", \"B\")", "\"B\""},
        {"ifempty(0, \"B\")", "0"},
        {"ifempty(emptyarray, \"B\")", "[]"},
        {"switch(\"B\", \"A\", 1, \"B\", 2, \"C\", 3)", "2"},
        {"switch(\"X\", \"A\", 1, \"B\", 2, \"C\", 3, 4)", "4"},
        {"switch(\"X\", \"A\", 1)", "undefined"},
        {"get(list, \"2.t\")", "\"y\""},
        {"get(list, 1 + 1).t", "\"y\""},
        {"get(missing, \"a.b\")", "undefined"},
        {"pick(list[1], \"n\")", "{\"n\":1}"},
        {"omit(list[1], \"n\", \"other\")", "{\"t\":\"x\"}"},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void text_functions_do_as_documented(void **state)
{
    static const struct example examples[] = {
        {"ascii(\"W\xc4\x9bl\xc2\xa9"
         "come\")",
         "\"Wlcome\""},
        {"ascii(\"\xc4\x9b\xc5\xa1\xc4\x8d\xc5\x99\xc5\xbe\", true)", "\"escrz\""},
        {"ascii(\"\xc5\x81\xc3\x98\xc5\xbe\xc3\x80\", true)", "\"LOzA\""},
        {"capitalize(\"make\")", "\"Make\""},
        {"contains(\"Hello World\", \"Hello\")", "true"},
        {"contains(\"Hello World\", \"hello\")", "false"},
        {"decodeURL(\"Automate%20your%20workflow\")", "\"Automate your workflow\""},
        {"encodeURL(\"Automate your workflow\")", "\"Automate%20your%20workflow\""},
        {"encodeURL(\"(!)'*~-_.&/\xc3\xa9\")", "\"(!)'*~-_.%26%2F%C3%A9\""},
        {"escapeHTML(\"<b>Hello</b>\")", "\"&lt;b&gt;Hello&lt;/b&gt;\""},
        {"stripHTML(\"<b>Hello</b> 1 < 2\")", "\"Hello 1 < 2\""},
        {"escapeMarkdown(\"# Header\")", "\"\\\\# Header\""},
        {"indexOf(\"Workflow\", \"o\")", "1"},
        {"indexOf(\"Workflow\", \"o\", 2)", "6"},
        {"indexOf(\"Workflow\", \"x\")", "-1"},
        {"length(\"hello\")", "5"},
        {"length(\"\xc4\x9b\")", "1"},
        {"lower(\"Hello \xc3\x89\")", "\"hello \xc3\xa9\""},
        {"upper(\"Hello \xc3\xa9\")", "\"HELLO \xc3\x89\""},
        {"mime(\"photo.PNG\")", "\"image/png\""},
        {"mime(\"photo\")", "\"application/octet-stream\""},
        {"replace(\"Hello World\", \"Hello\", \"Hi\")", "\"Hi World\""},
        {"replace(\"aaa\", \"a\", \"b\")", "\"bbb\""},
        {"replace(\"abc\", \"\", \"x\")", "\"abc\""},
        {"replaceEmojiCharacters(\"a\xf0\x9f\x98\x80"
         "b\", \"-\")",
         "\"a-b\""},
        {"split(\"John,George,Paul\", \",\")", "[\"John\",\"George\",\"Paul\"]"},
        {"split(\"a,\", \",\")", "[\"a\",\"\"]"},
        {"split(\"\", \",\")", "[\"\"]"},
        {"split(\"a\xc4\x9b\", \"\")", "[\"a\",\"\xc4\x9b\"]"},
        {"startcase(\"hello WORLD\")", "\"Hello World\""},
        {"substring(\"Hello\", 0, 3)", "\"Hel\""},
        {"substring(\"Hello\", 3, 1)", "\"el\""},
        {"substring(\"\xc4\x9b\xc5\xa1\xc4\x8d\", 1, 2)", "\"\xc5\xa1\""},
        {"substring(\"Hello\", 2)", "\"llo\""},
        {"substring(\"Hello\", -5, 99)", "\"Hello\""},
        {"toString(toBinary(\"Make\"))", "\"Make\""},
        {"toString(bytes)", "\"\xef\xbf\xbd\\u0000a\""},
        {"trim(\" Hello \n\")", "\"Hello\""},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void digests_are_those_of_the_rfcs(void **state)
{
    static const struct example examples[] = {
        /* RFC 1321 A.5, RFC 6234 8.5 */
        {"md5(\"abc\")", "\"900150983cd24fb0d6963f7d28e17f72\""},
        {"sha1(\"abc\")", "\"a9993e364706816aba3e25717850c26c9cd0d89d\""},
        {"sha256(\"abc\")", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""},
        {"substring(sha512(\"abc\"), 0, 32)", "\"ddaf35a193617abacc417349ae204131\""},
        /* RFC 2202 2 and 3, RFC 4231 4.3 */
        {"md5(\"what do ya want for nothing?\", \"hex\", \"Jefe\")",
         "\"750c783e6ab0b503eaa86e310a5db738\""},
        {"sha1(\"what do ya want for nothing?\", \"hex\", \"Jefe\")",
         "\"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79\""},
        {"sha256(\"what do ya want for nothing?\", \"hex\", \"Jefe\")",
         "\"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843\""},
        {"sha256(\"Hi There\", \"hex\", \"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b\", \"hex\")",
         "\"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7\""},
        {"sha256(\"Hi There\", \"hex\", \"CwsLCwsLCwsLCwsLCwsLCwsLCws=\", \"base64\")",
         "\"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7\""},
        /* RFC 7636 B */
        {"base64url(sha256(\"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\", \"base64\"))",
         "\"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\""},
        {"length(sha1(\"abc\", \"latin1\"))", "20"},
        {"toBinary(\"Make\")", "\"4d616b65\""},
        {"toBinary(\"TWFrZQ==\", \"base64\")", "\"4d616b65\""},
        {"toBinary(\"4d616B65\", \"hex\")", "\"4d616b65\""},
        {"base64(\"Hello\")", "\"SGVsbG8=\""},
        {"base64(toBinary(\"fb\", \"hex\"))", "\"+w==\""},
        {"base64url(\"test\")", "\"dGVzdA\""},
        {"base64url(toBinary(\"fb\", \"hex\"))", "\"-w\""},
        {"base64url(\"SGVsbG8=\")", "\"U0dWc2JHOD0\""},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void math_functions_do_as_documented(void **state)
{
    static const struct example examples[] = {
        {"abs(-5)", "5"},
        {"average(numbers)", "2"},
        {"average(1, 2)", "1.5"},
        {"ceil(1.2)", "2"},
        {"floor(1.7)", "1"},
        {"floor(-1.2)", "-2"},
        {"max(numbers)", "3"},
        {"max(1, \"12\")", "12"},
        {"min(numbers)", "1"},
        {"median(numbers)", "2"},
        {"median(1, 2, 3, 10)", "2.5"},
        {"round(1.5)", "2"},
        {"round(-1.5)", "-1"},
        {"round(1.4)", "1"},
        {"round(-0.2)", "0"},
        {"sum(numbers)", "6"},
        {"sum(emptyarray)", "0"},
        {"max(emptyarray)", "undefined"},
        {"trunc(-1.7)", "-1"},
        {"stdevP(2, 4, 4, 4, 5, 5, 7, 9)", "2"},
        {"round(stdevS(2, 4, 4, 4, 5, 5, 7, 9) * 1000)", "2138"},
        {"formatNumber(123456789, 3, \".\", \",\")", "\"123,456,789.000\""},
        {"formatNumber(1234.5, 2)", "\"1.234,50\""},
        {"formatNumber(-0.001, 2)", "\"0,00\""},
        {"formatNumber(-999)", "\"-999\""},
        {"parseNumber(\"1 756,456\", \",\")", "1756.456"},
        {"parseNumber(\"123,456\", \".\")", "123456"},
        {"parseNumber(\"-12.5\")", "-12.5"},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void array_functions_do_as_documented(void **state)
{
    static const struct example examples[] = {
        {"add(numbers, 4, \"x\")", "[3,1,2,4,\"x\"]"},
        {"arrayDifference(numbers, add(emptyarray, 1, 9))", "[3,2]"},
        {"arrayDifference(numbers, add(emptyarray, 1, 9), \"symmetric\")", "[3,2,9]"},
        {"arrayIntersect(numbers, add(emptyarray, 2, 3, 9), add(emptyarray, 3))", "[3]"},
        {"contains(words, \"A\")", "true"},
        {"contains(numbers, \"1\")", "false"},
        {"deduplicate(words)", "[\"b\",\"A\",\"c\"]"},
        {"distinct(list, \"n\")", "[{\"n\":1,\"t\":\"x\"},{\"n\":2,\"t\":\"y\"}]"},
        {"first(numbers)", "3"},
        {"last(numbers)", "2"},
        {"first(missing)", "undefined"},
        {"flatten(nested)", "[1,2,3,4]"},
        {"join(numbers, \" \")", "\"3 1 2\""},
        {"join(distinct(merge(words, ifempty(missing, emptyarray))), \" \")", "\"b A c\""},
        {"join(missing, \" \")", "\"\""},
        {"keys(list[1])", "[\"n\",\"t\"]"},
        {"length(list)", "3"},
        {"map(list, \"t\")", "[\"x\",\"y\",\"z\"]"},
        {"map(list, \"t\", \"n\", \"2,3\")", "[\"y\",\"z\"]"},
        {"merge(numbers, words, t)", "[3,1,2,\"b\",\"A\",\"c\",\"b\",\"text\"]"},
        {"remove(words, \"b\", \"c\")", "[\"A\"]"},
        {"reverse(numbers)", "[2,1,3]"},
        {"slice(numbers, 1)", "[1,2]"},
        {"slice(numbers, 0, -1)", "[3,1]"},
        {"slice(numbers, 5)", "[]"},
        {"sort(numbers)", "[1,2,3]"},
        {"sort(numbers, \"desc\")", "[3,2,1]"},
        {"sort(words)", "[\"A\",\"b\",\"b\",\"c\"]"},
        {"sort(add(words, \"B\"), \"asc ci\")", "[\"A\",\"b\",\"b\",\"B\",\"c\"]"},
        {"map(sort(list, \"desc\", \"n\"), \"t\")", "[\"y\",\"z\",\"x\"]"},
        {"toArray(list[1])", "[{\"key\":\"n\",\"value\":1},{\"key\":\"t\",\"value\":\"x\"}]"},
        {"toCollection(list, \"t\", \"n\")", "{\"x\":1,\"y\":2,\"z\":2}"},
        {"toCollection(list, \"n\", \"t\")", "{\"1\":\"x\",\"2\":\"z\"}"},
        {"sort(shuffle(numbers))", "[1,2,3]"},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void runtime_functions_read_write_and_sign_json(void **state)
{
    static const struct example examples[] = {
        {"parseJSON(\"{\\\"a\\\":[1,null]}\")", "{\"a\":[1,null]}"},
        {"createJSON(list[1])", "\"{\\\"n\\\":1,\\\"t\\\":\\\"x\\\"}\""},
        {"parseJSON(createJSON(list)) = list", "true"},
        /* as Node.js has it: past 64 bits, a whole number is what a double can say of it */
        {"parseJSON(\"[12345678901234567890,-18446744073709551616]\")",
         "[12345678901234567000,-18446744073709552000]"},
        {"parseJSON(createJSON(9999999999999999999)) = 10000000000000000000", "true"},
        /* RFC 7515 A.1's way, computed with Python's hmac */
        {"jwt(parseJSON('{\"sub\":\"1\"}'), \"secret\", \"HS256\")",
         "\"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0."
         "8qZF8vbN3UpcanXFc-mPXJkOPN01-bRch8XX3rToP1U\""},
    };
    assert_examples(*state, examples, COUNT(examples));
}

static void what_a_function_cannot_take_is_named_with_its_position(void **state)
{
    static const struct {
        const char *expression, *words;
    } rows[] = {
        {"substring(t, \"x\")", "argument 2 of substring is 'x'; expected a whole number"},
        {"join(t, \",\")", "argument 1 of join is 'text'; expected an array"},
        {"pick(numbers, \"a\")", "argument 1 of pick is an array; expected a collection"},
        {"sha256(t, \"utf8\")", "expected one of 'hex', 'base64', 'latin1'"},
        {"toBinary(\"xyz\", \"hex\")", "expected hexadecimal"},
        {"toBinary(\"*\", \"base64\")", "expected base64"},
        {"addDays(t, 1)", "expected a date"},
        {"parseJSON(t)", "expected JSON"},
        {"sum(words)", "an array of numbers alone"},
        {"decodeURL(\"%2\")", "two hexadecimal digits"},
        {"replace(t, \"/x/g\", \"\")", "regular expression"},
        {"cryptoSign(t)", "cryptoSign cannot run here"},
        {"errorFactory(\"no such user\")", "no such user"},
        {"formatDate(now, \"YYYY\", \"Mars/Phobos\")", "a time zone such as"},
        {"parseDate(\"2026-01-01\", \"Europe/Prague\")",
         "the second argument of parseDate is the format"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_refused(*state, rows[i].expression, rows[i].words);
    }
}

static void every_function_is_named_once_and_takes_what_it_says(void **state)
{
    size_t count = 0;
    (void)state;
    for (size_t i = 0; function_tables[i] != NULL; i++) {
        for (const struct iml_function *row = function_tables[i]; row->name != NULL; row++) {
            assert_ptr_equal(function_find(row->name, strlen(row->name)), row);
            assert_true(function_least(row) <= function_most(row));
            assert_true(!row->is_bare || function_most(row) == 0);
            count++;
        }
    }
    assert_true(count > 90);
    assert_int_equal(function_least(function_find("sha256", 6)), 1);
    assert_int_equal(function_most(function_find("sha256", 6)), 4);
    assert_int_equal(function_least(function_find("switch", 6)), 3);
    assert_true(function_most(function_find("switch", 6)) == SIZE_MAX);
    assert_int_equal(function_least(function_find("merge", 5)), 1);
}

static void what_is_encoded_decodes_to_the_same(void **state)
{
    struct iml *iml = *state;
    uint8_t bytes[64];
    for (size_t size = 0; size < sizeof(bytes); size++) {
        random_bytes(iml->random, bytes, size);
        iml->data = iml_collection(
            &(struct iml_member){.name = "b",
                                 .value = iml_buffer(arena_copy(iml->arena, bytes, size), size)},
            1);
        assert_string_equal(value_of(iml, "toBinary(base64(b), \"base64\") = b"), "true");
        assert_string_equal(value_of(iml, "toBinary(base64url(b), \"base64\") = b"), "true");
        assert_string_equal(value_of(iml, "decodeURL(encodeURL(base64(b) + \" %\")) ="
                                          " base64(b) + \" %\""),
                            "true");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(general_functions_do_as_documented),
        cmocka_unit_test(text_functions_do_as_documented),
        cmocka_unit_test(digests_are_those_of_the_rfcs),
        cmocka_unit_test(math_functions_do_as_documented),
        cmocka_unit_test(array_functions_do_as_documented),
        cmocka_unit_test(runtime_functions_read_write_and_sign_json),
        cmocka_unit_test(what_a_function_cannot_take_is_named_with_its_position),
        cmocka_unit_test(every_function_is_named_once_and_takes_what_it_says),
        cmocka_unit_test(what_is_encoded_decodes_to_the_same),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
