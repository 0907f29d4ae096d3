#include "keys/certificate.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "keys/pem.h"

#define DAY 86400
#define RSA_BITS_MIN 2048 /* RFC 9325 4.5 */

static bool covers(X509 *x509, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        bool is_there = certificate_is_address(names[i])
                            ? X509_check_ip_asc(x509, names[i], 0) == 1
                            : X509_check_host(x509, names[i], 0, 0, NULL) == 1;
        if (!is_there) {
            return false;
        }
    }
    return true;
}

static bool is_valid(const X509 *x509, int64_t from, int64_t until)
{
    time_t begin = (time_t)from;
    time_t end = (time_t)until;
    return X509_cmp_time(X509_get0_notBefore(x509), &begin) < 0 &&
           X509_cmp_time(X509_get0_notAfter(x509), &end) > 0;
}

/* By their names, which digest.c leaves out when it sets OpenSSL up. */
static bool is_signed_by(X509 *x509, const X509 *ca)
{
    EVP_add_digest(EVP_sha256());
    EVP_add_digest(EVP_sha384());
    EVP_add_digest(EVP_sha512());
    return X509_verify(x509, X509_get0_pubkey(ca)) == 1;
}

static bool is_named_ours(const X509 *x509)
{
    char organization[sizeof(CERTIFICATE_ORGANIZATION) + 1] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(x509), NID_organizationName, organization,
                              sizeof(organization));
    return strcmp(organization, CERTIFICATE_ORGANIZATION) == 0;
}

bool certificate_is_ours(const struct certificate *certificate, const struct certificate *authority)
{
    AUTO_X509 *x509 = pem_read_certificate(certificate->pem);
    AUTO_X509 *ca = pem_read_certificate(authority->pem);
    bool is_ours = x509 != NULL && ca != NULL &&
                   (is_named_ours(x509) || (is_named_ours(ca) && is_signed_by(x509, ca)));
    ERR_clear_error();
    return is_ours;
}

bool certificate_is_pair(const struct certificate *certificate)
{
    AUTO_X509 *x509 = pem_read_certificate(certificate->pem);
    AUTO_PKEY *pkey = pem_read_key(certificate->key_pem);
    bool is_pair = x509 != NULL && pkey != NULL && X509_check_private_key(x509, pkey) == 1;
    ERR_clear_error();
    return is_pair;
}

bool certificate_is_fit(const struct certificate *certificate, const struct certificate *authority,
                        const char *const *names, int64_t now)
{
    AUTO_X509 *x509 = pem_read_certificate(certificate->pem);
    AUTO_PKEY *pkey = pem_read_key(certificate->key_pem);
    AUTO_X509 *ca = pem_read_certificate(authority->pem);
    bool is_fit = x509 != NULL && pkey != NULL && ca != NULL &&
                  X509_check_private_key(x509, pkey) == 1 && is_signed_by(x509, ca) &&
                  covers(x509, names) &&
                  is_valid(x509, now, now + (int64_t)CERTIFICATE_RENEW_DAYS * DAY);
    ERR_clear_error();
    return is_fit;
}

static const char *const curves[] = {"prime256v1", "secp384r1", "secp521r1"};

/* RFC 8422 5.1.1: a curve has a name; one that is spelt out is none. */
static bool is_tls_curve(const EVP_PKEY *pkey)
{
    char name[32] = "";
    char encoding[32] = "";
    EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_ENCODING, encoding, sizeof(encoding),
                                   NULL);
    EVP_PKEY_get_group_name(pkey, name, sizeof(name), NULL);
    for (size_t i = 0; i < sizeof(curves) / sizeof(*curves); i++) {
        if (strcmp(name, curves[i]) == 0) {
            return strcmp(encoding, OSSL_PKEY_EC_ENCODING_EXPLICIT) != 0;
        }
    }
    return false;
}

static bool is_tls_key(const EVP_PKEY *pkey)
{
    if (EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_is_a(pkey, "RSA-PSS")) {
        return EVP_PKEY_get_bits(pkey) >= RSA_BITS_MIN;
    }
    return EVP_PKEY_is_a(pkey, "EC")
               ? is_tls_curve(pkey)
               : EVP_PKEY_is_a(pkey, "ED25519") || EVP_PKEY_is_a(pkey, "ED448");
}

static int check_key(const struct certificate *certificate, X509 *x509)
{
    AUTO_PKEY *pkey = pem_read_key(certificate->key_pem);
    if (pkey == NULL) {
        return pem_is_encrypted(certificate->key_pem) ? CERTIFICATE_ENCRYPTED : CERTIFICATE_NO_KEY;
    }
    if (!is_tls_key(pkey)) {
        return CERTIFICATE_ODD_KEY;
    }
    return X509_check_private_key(x509, pkey) == 1 ? CERTIFICATE_OK : CERTIFICATE_MISMATCH;
}

int certificate_check(const struct certificate *certificate, int64_t now)
{
    AUTO_X509 *x509 = pem_read_certificate(certificate->pem);
    if (x509 == NULL) {
        return CERTIFICATE_NOT_PEM;
    }
    if (!pem_chain_is_whole(certificate->pem)) {
        return CERTIFICATE_CUT_OFF;
    }
    int outcome = check_key(certificate, x509);
    ERR_clear_error();
    if (outcome != CERTIFICATE_OK) {
        return outcome;
    }
    return is_valid(x509, now, now) ? CERTIFICATE_OK : CERTIFICATE_EXPIRED;
}
