/* libFuzzer's two entries, which hand its inputs to one target. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/target.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static fuzz_target *target;

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    target = target_by_name(**arguments);
    if (target == NULL) {
        fprintf(stderr, "%s: no fuzz target has this name\n", **arguments);
        exit(2);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    return target(bytes, size);
}
