#include "server/base/duration.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/str.h"

static const struct {
    const char *unit;
    int64_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}, {"", 1000}};

#define DIGITS_MAX 15

int duration_parse(const char *text, int64_t *ms)
{
    char digits[DIGITS_MAX + 1] = "";
    int64_t amount, sign = *text == '-' ? -1 : 1;
    text += *text == '-';
    size_t size = strspn(text, "0123456789");
    if (size == 0 || size > DIGITS_MAX) {
        return 1;
    }
    memcpy(digits, text, size);
    for (size_t i = 0; i < COUNT(units); i++) {
        if (str_equal(text + size, units[i].unit)) {
            bool is_in = str_to_int64(digits, 0, DURATION_MAX / units[i].ms, &amount);
            *ms = is_in ? sign * amount * units[i].ms : 0;
            return is_in ? 0 : 1;
        }
    }
    return 1;
}

int duration_read(const json_t *value, int64_t *ms)
{
    if (json_is_string(value)) {
        return duration_parse(json_string_value(value), ms);
    }
    double seconds = json_number_value(value);
    if (!json_is_number(value) || seconds * 1000 > (double)DURATION_MAX ||
        seconds * 1000 < (double)-DURATION_MAX) {
        return 1;
    }
    *ms = json_is_integer(value) ? json_integer_value(value) * 1000 : (int64_t)(seconds * 1000);
    return 0;
}

const char *duration_text(struct arena *arena, int64_t ms)
{
    size_t best = ms % 1000 == 0 ? 1 : 0;
    for (size_t i = 0; ms != 0 && i < COUNT(units) - 1; i++) {
        best = ms % units[i].ms == 0 && units[i].ms > units[best].ms ? i : best;
    }
    return arena_printf(arena, "%lld%s", (long long)(ms / units[best].ms), units[best].unit);
}
