#include "keys/rsa_sha1.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "keys/digest.h"
#include "keys/pem.h"

static int sign(EVP_PKEY *pkey, const void *bytes, size_t size, uint8_t *signature, size_t *length)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_signed = context != NULL &&
                     EVP_DigestSignInit_ex(context, NULL, "SHA1", NULL, NULL, pkey, NULL) == 1 &&
                     EVP_DigestSign(context, signature, length, bytes, size) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return is_signed ? RSA_SHA1_OK : RSA_SHA1_OTHER_KEY;
}

int rsa_sha1_sign(const char *pem, const void *bytes, size_t size,
                  uint8_t signature[RSA_SHA1_SIZE_MAX], size_t *length)
{
    (void)digest_evp(); /* sets OpenSSL up */
    AUTO_PKEY *pkey = pem_read_key(pem);
    *length = RSA_SHA1_SIZE_MAX;
    if (pkey == NULL) {
        return RSA_SHA1_NO_KEY;
    }
    return EVP_PKEY_is_a(pkey, "RSA") == 1 ? sign(pkey, bytes, size, signature, length)
                                           : RSA_SHA1_OTHER_KEY;
}
