#include <string.h>

#include "server/store/db_private.h"

struct value value_int(int64_t integer)
{
    return (struct value){.kind = VALUE_INT, .integer = integer};
}

struct value value_text(const char *text)
{
    return (struct value){VALUE_TEXT, text ? (int64_t)strlen(text) : 0, text};
}

struct value value_hash(const struct hash *hash)
{
    return value_bytes(hash ? hash->bytes : NULL, sizeof(hash->bytes));
}

struct value value_bytes(const uint8_t *bytes, size_t size)
{
    return (struct value){VALUE_BYTES, (int64_t)size, bytes};
}

int db_done(int changes)
{
    return changes < 0 ? DB_BROKEN : 0;
}

int db_hit(int changes)
{
    if (changes < 0) {
        return DB_BROKEN;
    }
    return changes > 0 ? 0 : 1;
}
