#include "tests/fuzz/target.h"

#include <string.h>

#include "server/base/attr.h"

static const struct {
    const char *name;
    fuzz_target *run;
} target_table[] = {
    {"fuzz_api", fuzz_api},
    {"fuzz_claims", fuzz_claims},
    {"fuzz_connection", fuzz_connection},
    {"fuzz_door", fuzz_door},
    {"fuzz_fixture", fuzz_fixture},
    {"fuzz_form", fuzz_form},
    {"fuzz_iml", fuzz_iml},
    {"fuzz_jws", fuzz_jws},
    {"fuzz_redirect_uri", fuzz_redirect_uri},
    {"fuzz_registration", fuzz_registration},
    {"fuzz_request", fuzz_request},
    {"fuzz_scope", fuzz_scope},
    {"fuzz_xml", fuzz_xml},
};

fuzz_target *target_by_name(const char *program)
{
    const char *slash = strrchr(program, '/');
    const char *name = slash != NULL ? slash + 1 : program;
    for (size_t i = 0; i < COUNT(target_table); i++) {
        if (strcmp(target_table[i].name, name) == 0) {
            return target_table[i].run;
        }
    }
    return NULL;
}
