/* OAuth 1's signatures: by RFC 5849's examples, and by what python3-oauthlib 3.2.2 computes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/connection/oauth1.h"
#include "tests/unit/keys/vectors.h"

#define CONSUMER "dpf43f3p2l4k3l03"

struct example {
    struct oauth1_request request;
    struct form_field fields[7];
    const char *consumer_secret, *token_secret;
    const char *base_string; /* NULL: the example shows the signature alone */
    const char *signature;   /* of HMAC-SHA1; NULL: the example shows none */
};

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

static const char *base_of(struct arena *arena, const struct example *example)
{
    size_t count = 0;
    const char *problem = NULL;
    while (example->fields[count].name != NULL) {
        count++;
    }
    const char *text =
        oauth1_base_string(arena, &example->request, example->fields, count, &problem);
    assert_null(problem);
    return text;
}

static void check_all(struct arena *arena, const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct oauth1_secrets secrets = {.consumer_secret = examples[i].consumer_secret,
                                               .token_secret = examples[i].token_secret,
                                               .private_key = ""};
        const char *problem = NULL, *text = base_of(arena, &examples[i]);
        if (examples[i].base_string != NULL) {
            assert_string_equal(text, examples[i].base_string);
        }
        if (examples[i].signature != NULL) {
            assert_string_equal(oauth1_signature(arena, &secrets, text, &problem),
                                examples[i].signature);
        }
    }
}

static const char rfc_form[] = "c2&a3=2+q";

/* RFC 5849 3.4.1.1, and 1.2. */
static const struct example rfc_examples[] = {
    {.request = {.method = "POST",
                 .url = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
                 .form = rfc_form,
                 .size = sizeof(rfc_form) - 1},
     .fields = {{"oauth_consumer_key", "9djdj82h48djs9d2"},
                {"oauth_token", "kkk9d7dh3k39sjv7"},
                {"oauth_signature_method", "HMAC-SHA1"},
                {"oauth_timestamp", "137131201"},
                {"oauth_nonce", "7d8f3e4a"}},
     .consumer_secret = "",
     .token_secret = "",
     .base_string =
         "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253"
         "D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d"
         "8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token"
         "%3Dkkk9d7dh3k39sjv7"},
    {.request = {.method = "POST", .url = "https://photos.example.net/token"},
     .fields = {{"oauth_consumer_key", CONSUMER},
                {"oauth_token", "hh5s93j4hdidpola"},
                {"oauth_signature_method", "HMAC-SHA1"},
                {"oauth_timestamp", "137131201"},
                {"oauth_nonce", "walatlh"},
                {"oauth_verifier", "hfdp7dh39dks9884"}},
     .consumer_secret = "kd94hf93k423kf44",
     .token_secret = "hdhd0244k9j7ao03",
     .signature = "gKgrFCywp7rO0OXSjdot/IHF7IU="},
    {.request = {.method = "GET",
                 .url = "http://photos.example.net/photos?file=vacation.jpg&size=original"},
     .fields = {{"oauth_consumer_key", CONSUMER},
                {"oauth_token", "nnch734d00sl2jdk"},
                {"oauth_signature_method", "HMAC-SHA1"},
                {"oauth_timestamp", "137131202"},
                {"oauth_nonce", "chapoH"}},
     .consumer_secret = "kd94hf93k423kf44",
     .token_secret = "pfkkdhi9sl3r4s00",
     .signature = "MdpQcU8iPSUjWoN/UDMsK2sui9I="},
};

static void base_strings_and_signatures_are_those_of_rfc_5849(void **state)
{
    check_all(*state, rfc_examples, COUNT(rfc_examples));
}

static const char form[] = "z=1&y=a+b%2Bc&b=%26";

/* The request URIs of RFC 5849 3.4.1.2, and what is rarer in a URL and a form. */
static const struct example other_examples[] = {
    {.request = {.method = "GET", .url = "HTTP://EXAMPLE.COM:80/r%20v/X?id=123"},
     .base_string = "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&id%3D123%26oauth_consumer_key%3Dk",
     .signature = "40tvTqegL1lxQg8ay6vERpOUj4I="},
    {.request = {.method = "GET", .url = "https://www.example.net:8080/?q=1"},
     .base_string = "GET&https%3A%2F%2Fwww.example.net%3A8080%2F&oauth_consumer_key%3Dk%26q%3D1",
     .signature = "B7jQYv/iYb/7rNx1UQBAdcaYeRQ="},
    {.request = {.method = "GET", .url = "https://example.com"},
     .base_string = "GET&https%3A%2F%2Fexample.com%2F&oauth_consumer_key%3Dk",
     .signature = "lzfuBLaZbSXA76Ip0LeGCeA0WKg="},
    {.request = {.method = "POST",
                 .url = "https://example.com:443/a%2fb/~c/(d)?b=%C3%A9+x&a=%7E&a=&A=1",
                 .form = form,
                 .size = sizeof(form) - 1},
     .base_string = "POST&https%3A%2F%2Fexample.com%2Fa%252fb%2F~c%2F%28d%29&A%3D1%26a%3D%26a%3D~"
                    "%26b%3D%2526%26b%3D%25C3%25A9%2520x%26oauth_consumer_key%3Dk%26y%3Da%2520b"
                    "%252Bc%26z%3D1",
     .signature = "VnN0gYnhUC2sftr9juxfjR36Hvw="},
};

static void ports_case_and_encodings_are_normalised_as_oauthlib_does(void **state)
{
    for (size_t i = 0; i < COUNT(other_examples); i++) {
        struct example example = other_examples[i];
        example.fields[0] = (struct form_field){"oauth_consumer_key", "k"};
        example.consumer_secret = "s&\u00e9";
        example.token_secret = "t=/";
        check_all(*state, &example, 1);
    }
}

/* RFC 5849 2.1 and 2.3: signatures as they stand in the header, once decoded. */
static void plaintext_is_both_secrets(void **state)
{
    const char *problem = NULL;
    const struct oauth1_secrets one = {
        .method = OAUTH1_PLAINTEXT, .consumer_secret = "ja893SD9", .token_secret = ""};
    const struct oauth1_secrets both = {.method = OAUTH1_PLAINTEXT,
                                        .consumer_secret = "ja893SD9",
                                        .token_secret = "xyz4992k83j47x0b"};
    assert_string_equal(oauth1_signature(*state, &one, "", &problem), "ja893SD9&");
    assert_string_equal(oauth1_signature(*state, &both, "", &problem), "ja893SD9&xyz4992k83j47x0b");
}

/* What oauthlib.oauth1.rfc5849.signature.sign_rsa_sha1_with_client gives for the same text. */
static void rsa_sha1_signs_with_the_private_key_alone(void **state)
{
    const char *problem = NULL;
    struct oauth1_secrets secrets = {.method = OAUTH1_RSA_SHA1,
                                     .consumer_secret = "not used",
                                     .token_secret = "",
                                     .private_key = rfc7515_pem};
    const char *signature = oauth1_signature(*state, &secrets, "abc", &problem);
    assert_non_null(signature);
    assert_int_equal(strncmp(signature, "OZoWryPO29UyyrgQgh5NbIAXtvLvK1NG", 32), 0);
    secrets.private_key = "";
    assert_null(oauth1_signature(*state, &secrets, "abc", &problem));
    assert_string_equal(problem, "RSA-SHA1 signs with private_key, and there is none");
    secrets.private_key = ec_pem;
    assert_null(oauth1_signature(*state, &secrets, "abc", &problem));
    assert_string_equal(problem, "private_key is no key of RSA");
}

static void header_has_each_parameter_encoded_in_quotation_marks(void **state)
{
    const struct form_field fields[] = {{"oauth_nonce", "a b"}, {"oauth_signature", "x/y="}};
    assert_string_equal(oauth1_header(*state, fields, 2),
                        "OAuth oauth_nonce=\"a%20b\", oauth_signature=\"x%2Fy%3D\"");
}

/* RFC 3174 7.3's digest of "abc", in base64. */
static void body_hash_is_the_digest_of_the_body(void **state)
{
    assert_string_equal(oauth1_body_hash(*state, "abc", 3), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
}

static void what_cannot_be_read_is_not_signed(void **state)
{
    const char *problem = NULL;
    const struct oauth1_request query = {.method = "GET", .url = "https://example.com/?a=%zz"};
    const struct oauth1_request space = {.method = "GET", .url = "https://example.com/a b"};
    assert_null(oauth1_base_string(*state, &query, NULL, 0, &problem));
    assert_non_null(strstr(problem, "cannot be signed"));
    problem = NULL;
    assert_null(oauth1_base_string(*state, &space, NULL, 0, &problem));
    assert_non_null(strstr(problem, "cannot be signed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base_strings_and_signatures_are_those_of_rfc_5849),
        cmocka_unit_test(ports_case_and_encodings_are_normalised_as_oauthlib_does),
        cmocka_unit_test(plaintext_is_both_secrets),
        cmocka_unit_test(rsa_sha1_signs_with_the_private_key_alone),
        cmocka_unit_test(header_has_each_parameter_encoded_in_quotation_marks),
        cmocka_unit_test(body_hash_is_the_digest_of_the_body),
        cmocka_unit_test(what_cannot_be_read_is_not_signed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
