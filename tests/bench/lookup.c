/* What the catalogue adds to a call of the API: finding the operation among all, and holding its
 * scopes against a token that has all scopes there are.
 *
 *   bench_lookup [ROUNDS]
 *
 * Prints nanoseconds for one call, the median of ROUNDS rounds over every operation. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/base/str.h"
#include "server/make/api.h"
#include "server/make/make.h"
#include "server/make/may.h"

#define ROUNDS_MAX 10001
#define REPEATS 20

struct call {
    const char *method;
    const char *path;
};

static int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* A path with a value for each parameter. */
static const char *filled(struct arena *arena, const char *path)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    while (*path != '\0') {
        size_t plain = strcspn(path, "{");
        str_buf_put_n(&text, path, plain);
        path += plain;
        if (*path == '{') {
            str_buf_put(&text, "4711");
            path = strchr(path, '}') + 1;
        }
    }
    return str_buf_text(&text);
}

static const char *all_scopes(struct arena *arena, const struct operation *rows, size_t count)
{
    const char *scopes = "";
    for (size_t i = 0; i < count; i++) {
        const char *at = rows[i].scope;
        const char *word;
        size_t size;
        while ((word = str_next_word(&at, &size)) != NULL) {
            scopes = str_with_word(arena, scopes, arena_strndup(arena, word, size));
        }
    }
    return scopes;
}

static void run(const struct catalogue *catalogue, const struct caller *caller,
                const struct call *calls, size_t count)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < count; i++) {
        struct match match;
        const struct world world = {.arena = arena, .catalogue = catalogue};
        struct api api = {.world = &world, .match = &match, .caller = caller};
        if (catalogue_find(catalogue, arena, calls[i].method, calls[i].path, &match) !=
                MATCH_FOUND ||
            may_scope(&api).code != ERROR_NONE) {
            fprintf(stderr, "bench_lookup: %s %s is refused\n", calls[i].method, calls[i].path);
            exit(1);
        }
    }
    arena_free(arena);
}

int main(int argc, char **argv)
{
    static int64_t times[ROUNDS_MAX];
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 1001;
    struct arena *arena = arena_new();
    struct catalogue *catalogue = catalogue_new();
    catalogue_read(catalogue);
    size_t count;
    const struct operation *rows = catalogue_operations(catalogue, &count);
    struct call *calls = arena_alloc(arena, count * sizeof(*calls));
    const struct caller caller = {
        .scope = all_scopes(arena, rows, count),
        .memberships = {.is_admin = true},
    };
    for (size_t i = 0; i < count; i++) {
        calls[i] = (struct call){rows[i].method, filled(arena, rows[i].path)};
    }
    rounds = rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX;
    for (size_t i = 0; i < rounds; i++) {
        int64_t begin = nanoseconds();
        for (int j = 0; j < REPEATS; j++) {
            run(catalogue, &caller, calls, count);
        }
        times[i] = (nanoseconds() - begin) / REPEATS / (int64_t)count;
    }
    qsort(times, rounds, sizeof(times[0]), compare);
    printf("%" PRId64 "\n", times[rounds / 2]);
    catalogue_free(catalogue);
    arena_free(arena);
    return 0;
}
