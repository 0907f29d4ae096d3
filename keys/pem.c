#include "keys/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

void pem_free_certificate(X509 **x509)
{
    X509_free(*x509);
}

void pem_free_key(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
}

/* A key that is encrypted is none: nobody is there to ask for the word. */
static int no_password(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static BIO *bio_of(const char *pem)
{
    return BIO_new_mem_buf(pem != NULL ? pem : "", -1);
}

X509 *pem_read_certificate(const char *pem)
{
    BIO *bio = bio_of(pem);
    X509 *x509 = bio != NULL ? PEM_read_bio_X509(bio, NULL, no_password, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    return x509;
}

EVP_PKEY *pem_read_key(const char *pem)
{
    BIO *bio = bio_of(pem);
    EVP_PKEY *pkey = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    return pkey;
}

bool pem_chain_is_whole(const char *pem)
{
    BIO *bio = bio_of(pem);
    X509 *x509 = NULL;
    do {
        X509_free(x509);
        ERR_clear_error();
        x509 = bio != NULL ? PEM_read_bio_X509(bio, NULL, no_password, NULL) : NULL;
    } while (x509 != NULL);
    bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    BIO_free(bio);
    ERR_clear_error();
    return is_at_end;
}

bool pem_is_encrypted(const char *pem)
{
    /* RFC 5958 3; RFC 1421 4.6.1.1 */
    return pem != NULL && (strstr(pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----") != NULL ||
                           strstr(pem, "Proc-Type: 4,ENCRYPTED") != NULL);
}
