/* A certificate, made once, and the client's side of TLS. */
#ifndef MAKESHIFT_TESTS_HTTP_TLS_H
#define MAKESHIFT_TESTS_HTTP_TLS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <time.h>

struct tls_pems {
    char certificate[4096], key[4096];
};

static inline void tls_make(struct tls_pems *pems)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
    size_t size = sizeof(pems->key);
    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(
                         key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                     0);
    assert_int_equal(gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, pems->key, &size), 0);
    assert_int_equal(gnutls_x509_crt_init(&certificate), 0);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_serial(certificate, "1", 1);
    gnutls_x509_crt_set_activation_time(certificate, time(NULL) - 60);
    gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + 3600);
    gnutls_x509_crt_set_dn(certificate, "CN=localhost", NULL);
    gnutls_x509_crt_set_key(certificate, key);
    assert_int_equal(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0), 0);
    size = sizeof(pems->certificate);
    assert_int_equal(
        gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, pems->certificate, &size), 0);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}

static inline const struct tls_pems *tls_pems(void)
{
    static struct tls_pems pems;
    if (pems.key[0] == '\0')
        tls_make(&pems);
    return &pems;
}

static inline const char *tls_certificate(void)
{
    return tls_pems()->certificate;
}

static inline const char *tls_key(void)
{
    return tls_pems()->key;
}

static inline gnutls_certificate_credentials_t tls_credentials(void)
{
    static gnutls_certificate_credentials_t credentials;
    if (credentials == NULL)
        assert_int_equal(gnutls_certificate_allocate_credentials(&credentials), 0);
    return credentials;
}

/* Whose certificate it is does not matter here. */
static inline gnutls_session_t tls_connect(int fd)
{
    gnutls_session_t session;
    int result;
    assert_int_equal(gnutls_init(&session, GNUTLS_CLIENT), 0);
    assert_int_equal(gnutls_set_default_priority(session), 0);
    assert_int_equal(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, tls_credentials()), 0);
    gnutls_transport_set_int(session, fd);
    do {
        result = gnutls_handshake(session);
    } while (result < 0 && !gnutls_error_is_fatal(result));
    assert_int_equal(result, 0);
    return session;
}

/* As recv says it: an end without close_notify is an end too; a negative errno when it was reset.
 */
static inline ssize_t tls_read(gnutls_session_t session, char *to, size_t room)
{
    ssize_t got;
    errno = 0;
    do {
        got = gnutls_record_recv(session, to, room);
    } while (got == GNUTLS_E_INTERRUPTED || (got == GNUTLS_E_AGAIN && errno != EAGAIN));
    if (got == GNUTLS_E_PREMATURE_TERMINATION)
        return 0;
    return got >= 0 ? got : -(errno != 0 ? errno : EPROTO);
}

#endif
