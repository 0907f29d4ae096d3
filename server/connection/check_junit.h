/* What a check found, for a CI. */
#ifndef MAKESHIFT_CONNECTION_CHECK_JUNIT_H
#define MAKESHIFT_CONNECTION_CHECK_JUNIT_H

#include <stddef.h>

#include "server/connection/finding.h"

/* A test case for each rule that was looked at in each file, and a failure for each finding that
 * counts: JUnit's XML. */
enum finding_counts { FINDING_ERRORS_COUNT, FINDING_ALL_COUNT };
const char *check_junit(const struct findings *findings, const char *const *files, size_t count,
                        enum finding_counts counts);

#endif
