#include "server/iml/run.h"

#include <string.h>

#include "server/base/clock.h"

#define STEPS_PER_LOOK 1024 /* at the clock */

void iml_fail(struct iml *iml, const char *problem)
{
    iml->fault.problem = problem;
}

int iml_refuse(struct iml *iml, const char *problem)
{
    iml_fail(iml, problem);
    return 1;
}

static bool is_late(struct iml *iml)
{
    int64_t now = clock_ticks_ms();
    if (iml->until == 0) {
        iml->until = now + IML_TIME_MAX;
    }
    return now > iml->until;
}

int iml_spend(struct iml *iml, size_t steps)
{
    size_t before = iml->steps / STEPS_PER_LOOK;
    if (steps > IML_STEPS_MAX - iml->steps) {
        return iml_refuse(iml, "the expression takes too many steps");
    }
    iml->steps += steps;
    bool looks = iml->until == 0 || iml->steps / STEPS_PER_LOOK != before;
    return looks && is_late(iml) ? iml_refuse(iml, "the expression takes too long") : 0;
}

void *iml_make(struct iml *iml, size_t count, size_t size)
{
    if (count >= (IML_BYTES_MAX - iml->bytes) / size) {
        iml_fail(iml, "the expression makes too much: more than 64 MiB");
        return NULL;
    }
    iml->bytes += count * size;
    return arena_alloc(iml->arena, (count + 1) * size);
}

char *iml_make_text(struct iml *iml, const char *bytes, size_t size)
{
    char *text = iml_make(iml, size, 1);
    if (text != NULL && size > 0) {
        memcpy(text, bytes, size);
    }
    return text;
}

void iml_note(struct iml *iml, const char *sentence)
{
    for (size_t i = 0; i < iml->note_count; i++) {
        if (strcmp(iml->notes[i], sentence) == 0) {
            return;
        }
    }
    if (iml->note_count < IML_NOTES_MAX) {
        iml->notes[iml->note_count++] = sentence;
    }
}
