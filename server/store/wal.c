#include "server/store/wal.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/log.h"

/* SQLite's "WAL-mode File Format": a header, then frames, each a header of its own and a page. */
#define HEADER_SIZE 32
#define FRAME_HEADER_SIZE 24
#define PAGE_MAX 65536
#define MAGIC 0x377f0682u /* the last bit: checksums read words as big-endian */

struct sum {
    uint32_t a, b;
};

struct log {
    FILE *file;
    bool is_big_endian;
    uint32_t page_size;
    uint8_t salt[8];
    struct sum sum; /* of all up to here */
};

static uint32_t big(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t little(const uint8_t *bytes)
{
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static void add(struct log *log, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        log->sum.a += (log->is_big_endian ? big(bytes + i) : little(bytes + i)) + log->sum.b;
        log->sum.b +=
            (log->is_big_endian ? big(bytes + i + 4) : little(bytes + i + 4)) + log->sum.a;
    }
}

static bool sum_is(const struct log *log, const uint8_t *bytes)
{
    return big(bytes) == log->sum.a && big(bytes + 4) == log->sum.b;
}

static bool read_header(struct log *log)
{
    uint8_t header[HEADER_SIZE];
    if (fread(header, sizeof(header), 1, log->file) != 1 || (big(header) & ~1u) != MAGIC) {
        return false;
    }
    log->is_big_endian = (big(header) & 1) != 0;
    log->page_size = big(header + 8);
    memcpy(log->salt, header + 16, sizeof(log->salt));
    add(log, header, HEADER_SIZE - 8);
    return sum_is(log, header + 24) && log->page_size >= 512 && log->page_size <= PAGE_MAX;
}

/* Whole frames of this log from the first damaged one on; those of a former round have another
 * salt. */
static unsigned long count_lost(struct log *log)
{
    uint8_t page[PAGE_MAX];
    uint8_t header[FRAME_HEADER_SIZE];
    bool is_whole = true;
    unsigned long lost = 0, others = 0;
    while (fread(header, sizeof(header), 1, log->file) == 1 &&
           fread(page, log->page_size, 1, log->file) == 1) {
        bool is_ours = memcmp(header + 8, log->salt, sizeof(log->salt)) == 0;
        add(log, header, 8);
        add(log, page, log->page_size);
        is_whole = is_whole && is_ours && sum_is(log, header + 16);
        if (is_whole) {
            continue;
        }
        others += is_ours ? 0 : 1;
        lost += is_ours ? 1 + others : 0;
        others = is_ours ? 0 : others;
    }
    return lost;
}

static void warn(const char *path, struct arena *arena, unsigned long lost)
{
    const struct log_field fields[] = {
        {.name = "db", .value = path},
        {.name = "lost",
         .value = lost > 0 ? arena_printf(arena,
                                          "%lu pages of the log, and with them what was "
                                          "acknowledged last before the end",
                                          lost)
                           : "all of the log: what was acknowledged since its last checkpoint"}};
    log_event(LOG_WARN, "the log of the database is damaged: an older state is served", fields,
              COUNT(fields));
}

static void close_file(FILE **file)
{
    if (*file != NULL) {
        fclose(*file);
    }
}

bool wal_examine(const char *path, struct arena *arena)
{
    AUTO(close_file) FILE *file = fopen(arena_printf(arena, "%s-wal", path), "rbe");
    struct log log = {.file = file};
    if (file == NULL) {
        return false;
    }
    if (fgetc(file) == EOF) {
        return true; /* nothing since a checkpoint */
    }
    rewind(file);
    if (!read_header(&log)) {
        warn(path, arena, 0);
        return true;
    }
    unsigned long lost = count_lost(&log);
    if (lost > 0) {
        warn(path, arena, lost);
    }
    return true;
}
