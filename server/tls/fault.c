#include "server/tls/fault.h"

#include "keys/certificate.h"

static const struct tls_fault faults[CERTIFICATE__MAX] = {
    [CERTIFICATE_NOT_PEM] =
        {.what = "holds no certificate in PEM",
         .fix = "name the file that begins with -----BEGIN CERTIFICATE-----, or make it "
                "of one in DER: openssl x509 -inform der"},
    [CERTIFICATE_CUT_OFF] = {.what = "holds a certificate that is damaged or cut off",
                             .fix = "write the chain out again, each certificate whole"},
    [CERTIFICATE_NO_KEY] = {.what = "holds no private key in PEM",
                            .fix = "name the file that begins with -----BEGIN PRIVATE KEY-----",
                            .is_of_key = true},
    [CERTIFICATE_ENCRYPTED] =
        {.what = "is encrypted",
         .fix = "write it out without a password: openssl pkey -in FILE -out NEW",
         .is_of_key = true},
    [CERTIFICATE_ODD_KEY] =
        {.what = "holds a key that TLS does not take",
         .fix = "make one of RSA with 2048 bits or more, P-256, P-384, P-521 or Ed25519",
         .is_of_key = true},
    [CERTIFICATE_MISMATCH] =
        {.what = "holds the key of another certificate",
         .fix = "name the key that the certificate, the first of its file, was made for",
         .is_of_key = true},
};

const struct tls_fault *tls_fault(int outcome)
{
    return &faults[outcome];
}
