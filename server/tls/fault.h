/* TABLE: what is wrong with a certificate or its key, and how to mend it. */
#ifndef MAKESHIFT_TLS_FAULT_H
#define MAKESHIFT_TLS_FAULT_H

#include <stdbool.h>

struct tls_fault {
    const char *what; /* follows a file's name; NULL: nothing is wrong */
    const char *fix;
    bool is_of_key; /* the file is that of the key */
};

/* For an outcome of certificate_check. */
const struct tls_fault *tls_fault(int outcome);

#endif
