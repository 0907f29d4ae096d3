#include "keys/certificate.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/pem.h"

#define DAY 86400
#define NAME_MAX_BYTES 253
#define LABEL_MAX 63
#define SERIAL_BITS 159 /* RFC 5280 4.1.2.2: at most 20 octets, positive */

void certificate_fini(struct certificate *certificate)
{
    free(certificate->pem);
    free(certificate->key_pem);
    *certificate = (struct certificate){0};
}

/* Takes `bio`. */
static char *text_of(BIO *bio, int written)
{
    char *bytes = NULL;
    long size = written == 1 ? BIO_get_mem_data(bio, &bytes) : 0;
    char *text = size > 0 ? strndup(bytes, (size_t)size) : NULL;
    BIO_free(bio);
    return text;
}

static int write_out(X509 *x509, EVP_PKEY *pkey, struct certificate *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    out->pem = text_of(bio, bio != NULL ? PEM_write_bio_X509(bio, x509) : 0);
    bio = BIO_new(BIO_s_mem());
    out->key_pem = text_of(
        bio, bio != NULL ? PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) : 0);
    if (out->pem != NULL && out->key_pem != NULL) {
        return 0;
    }
    certificate_fini(out);
    return -1;
}

static bool add_extension(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool is_added = extension != NULL && X509_add_ext(x509, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return is_added;
}

static bool set_serial(X509 *x509)
{
    BIGNUM *number = BN_new();
    bool is_set = number != NULL &&
                  BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL;
    BN_free(number);
    return is_set;
}

static bool set_name(X509_NAME *name, const char *common_name)
{
    return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
                                      (const unsigned char *)CERTIFICATE_ORGANIZATION, -1, -1,
                                      0) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name,
                                      -1, -1, 0) == 1;
}

/* Version, serial, times, subject and key; from a day before, as clocks differ. */
static X509 *begin(EVP_PKEY *pkey, const char *common_name, int64_t now, int days)
{
    X509 *x509 = X509_new();
    if (x509 != NULL && X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509) &&
        ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)(now - DAY)) != NULL &&
        ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)(now - DAY + (int64_t)days * DAY)) !=
            NULL &&
        set_name(X509_get_subject_name(x509), common_name) && X509_set_pubkey(x509, pkey) == 1) {
        return x509;
    }
    X509_free(x509);
    return NULL;
}

int certificate_make_authority(int64_t now, struct certificate *out)
{
    AUTO_PKEY *pkey = EVP_EC_gen("P-256");
    AUTO_X509 *x509 =
        pkey != NULL ? begin(pkey, "makeshift local CA", now, CERTIFICATE_AUTHORITY_DAYS) : NULL;
    *out = (struct certificate){0};
    if (x509 != NULL && X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1 &&
        add_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
        add_extension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign") &&
        add_extension(x509, x509, NID_subject_key_identifier, "hash") &&
        X509_sign(x509, pkey, EVP_sha256()) > 0) {
        return write_out(x509, pkey, out);
    }
    return -1;
}

bool certificate_is_address(const char *name)
{
    struct in6_addr address;
    return inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1;
}

/* "DNS:localhost,IP:127.0.0.1"; malloc'd. */
static char *alternative_names(const char *const *names)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    for (size_t i = 0; stream != NULL && names[i] != NULL; i++) {
        fprintf(stream, "%s%s:%s", i > 0 ? "," : "",
                certificate_is_address(names[i]) ? "IP" : "DNS", names[i]);
    }
    return stream != NULL && fclose(stream) == 0 ? text : NULL;
}

int certificate_issue(const struct certificate *authority, const char *const *names, int64_t now,
                      struct certificate *out)
{
    AUTO_X509 *ca = pem_read_certificate(authority->pem);
    AUTO_PKEY *ca_key = pem_read_key(authority->key_pem);
    AUTO_PKEY *pkey = EVP_EC_gen("P-256");
    AUTO_X509 *x509 = pkey != NULL ? begin(pkey, names[0], now, CERTIFICATE_DAYS) : NULL;
    char *alternatives = alternative_names(names);
    *out = (struct certificate){0};
    bool is_made = x509 != NULL && ca != NULL && ca_key != NULL && alternatives != NULL &&
                   X509_set_issuer_name(x509, X509_get_subject_name(ca)) == 1 &&
                   add_extension(x509, ca, NID_basic_constraints, "critical,CA:FALSE") &&
                   add_extension(x509, ca, NID_key_usage, "critical,digitalSignature") &&
                   add_extension(x509, ca, NID_ext_key_usage, "serverAuth") &&
                   add_extension(x509, ca, NID_subject_key_identifier, "hash") &&
                   add_extension(x509, ca, NID_authority_key_identifier, "keyid:always") &&
                   add_extension(x509, ca, NID_subject_alt_name, alternatives) &&
                   X509_sign(x509, ca_key, EVP_sha256()) > 0;
    free(alternatives);
    return is_made ? write_out(x509, pkey, out) : -1;
}

static bool is_label(const char *label, size_t size)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    return size > 0 && size <= LABEL_MAX && strspn(label, allowed) >= size && label[0] != '-' &&
           label[size - 1] != '-';
}

bool certificate_may_name(const char *name)
{
    if (certificate_is_address(name)) {
        return true;
    }
    const char *at = strncmp(name, "*.", 2) == 0 ? name + 2 : name;
    if (strlen(name) > NAME_MAX_BYTES) {
        return false;
    }
    for (;;) {
        size_t size = strcspn(at, ".");
        if (!is_label(at, size)) {
            return false;
        }
        if (at[size] == '\0') {
            /* Digits alone are an address that is none. */
            return strspn(at, "0123456789") != size;
        }
        at += size + 1;
    }
}
