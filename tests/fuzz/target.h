/* The fuzz targets: all are in one program, so that what they share is linked once. */
#ifndef MAKESHIFT_TESTS_FUZZ_TARGET_H
#define MAKESHIFT_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Takes an input, and ends the process where it finds something. Always 0. */
typedef int fuzz_target(const uint8_t *bytes, size_t size);

fuzz_target fuzz_api, fuzz_claims, fuzz_connection, fuzz_door, fuzz_fixture, fuzz_form, fuzz_iml,
    fuzz_jws, fuzz_redirect_uri, fuzz_registration, fuzz_request, fuzz_scope, fuzz_xml;

/* The target that the program was called by, as a path to it ends in its name ("…/fuzz_iml"). NULL:
 * there is none of that name. */
fuzz_target *target_by_name(const char *program);

#endif
