/* Certificates and private keys in PEM, as OpenSSL has them. */
#ifndef MAKESHIFT_KEYS_PEM_H
#define MAKESHIFT_KEYS_PEM_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

/* The first of its kind in the text; NULL: none, or one that needs a password. The caller's. */
X509 *pem_read_certificate(const char *pem);
EVP_PKEY *pem_read_key(const char *pem);

/* True when each certificate of the text can be read. */
bool pem_chain_is_whole(const char *pem);

/* True when a private key in it needs a password. */
bool pem_is_encrypted(const char *pem);

void pem_free_certificate(X509 **x509);
void pem_free_key(EVP_PKEY **pkey);
#define AUTO_X509 __attribute__((cleanup(pem_free_certificate))) X509
#define AUTO_PKEY __attribute__((cleanup(pem_free_key))) EVP_PKEY

#endif
