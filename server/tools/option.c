#include "server/tools/option.h"

#include <string.h>

#include "server/base/attr.h"

const struct option_row option_table[] = {
    {.name = "ca",
     .argument = "FILE",
     .local = true,
     .environment = "MAKESHIFT_CA",
     .says = "believe the certificates that this CA signed, such as the ca.pem of --tls auto"},
    {.name = "timeout", .argument = "DURATION", .says = "how long: 250ms, 10s, 5m, 2h, 30d"},
    {.name = "url",
     .argument = "URL",
     .local = true,
     .environment = "MAKESHIFT_URL",
     .says = "where the server is; without one, http://localhost:8080"},
};
const size_t option_count = COUNT(option_table);

const struct option_row *option_of(const char *word, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (word[i] == '.') {
            return option_of(word + i + 1, size - i - 1);
        }
    }
    for (size_t i = 0; i < option_count; i++) {
        const char *name = option_table[i].name;
        if (strlen(name) == size && memcmp(name, word, size) == 0) {
            return &option_table[i];
        }
    }
    return NULL;
}
