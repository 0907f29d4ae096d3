/* Where tests put files: below TMPDIR, which scripts/test sets to a place in memory if there is
 * one, or /tmp. */
#ifndef MAKESHIFT_TESTS_SCRATCH_H
#define MAKESHIFT_TESTS_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>

/* A template for mkdtemp or mkstemp. */
static inline void scratch_template(char *path, size_t size)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, size, "%s/makeshift-test-XXXXXX", folder == NULL ? "/tmp" : folder);
}

#endif
