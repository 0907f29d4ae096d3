/* Microseconds that an expression of a typical connection takes: read and evaluated each time, and
 * read once and evaluated again and again. A line for each, then the connection as a whole; 10,000
 * evaluations of each, the median of ROUNDS. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keys/random.h"
#include "server/iml/evaluate.h"
#include "server/iml/iml.h"
#include "server/iml/parse.h"

#define EVALUATIONS 10000
#define ROUNDS 9

/* What the documented connection has in it, PKCE included. */
static const char *const expressions[] = {
    "{{ifempty(parameters.clientId, common.clientId)}}",
    "{{join(distinct(oauth.scope), ' ')}}",
    "{{oauth.makeRedirectUri}}",
    "{{query.code}}",
    "{{uuid}}{{uuid}}",
    "{{base64url(sha256(temp.verifier, 'base64'))}}",
    "{{temp.code}}",
    "{{body.access_token}}",
    "{{addSeconds(now, body.expires_in)}}",
    "{{addMonths(now, 6)}}",
    "{{body.error}}: {{body.error_description}}",
    "Bearer {{connection.accessToken}}",
    "{{data.expires < addMinutes(now, 15)}}",
};

static const char data[] =
    "{\"parameters\":{},\"common\":{\"clientId\":\"demo-web\",\"clientSecret\":\"secret\"},"
    "\"oauth\":{\"scope\":[\"openid\",\"email\",\"openid\"],\"makeRedirectUri\":"
    "\"https://www.make.com/oauth/cb/app\"},\"query\":{\"code\":\"SplxlOBeZQQYbYS6WxSbIA\"},"
    "\"temp\":{\"code\":\"SplxlOBeZQQYbYS6WxSbIA\",\"verifier\":"
    "\"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\"},\"body\":{\"access_token\":"
    "\"2YotnFZFEjr1zCsicMWpAA\","
    "\"expires_in\":3600,\"error\":\"invalid_grant\",\"error_description\":\"spent\"},"
    "\"connection\":{\"accessToken\":\"2YotnFZFEjr1zCsicMWpAA\"},"
    "\"data\":{\"expires\":{\"$date\":\"2026-01-01T00:10:00.000Z\"}}}";

enum manner { READ_EACH_TIME, READ_ONCE };

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static struct iml fresh(struct arena *arena, const struct iml_value *variables,
                        struct random *random)
{
    return (struct iml){.arena = arena,
                        .data = *variables,
                        .now = INT64_C(1767225600000),
                        .zone = "UTC",
                        .random = random};
}

static void need(int outcome, const char *expression)
{
    if (outcome != 0) {
        fprintf(stderr, "%s cannot be evaluated\n", expression);
        exit(1);
    }
}

/* Of the processor, so that what else the machine does counts less. */
static int64_t spent_us(void)
{
    struct timespec spent = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (int64_t)spent.tv_sec * 1000000 + spent.tv_nsec / 1000;
}

/* Microseconds that EVALUATIONS take. */
static int64_t round_of(const char *expression, enum manner manner,
                        const struct iml_value *variables, struct random *random)
{
    struct arena *arena = arena_new(), *kept = arena_new();
    struct iml reading = fresh(kept, variables, random);
    size_t size = strlen(expression);
    const struct node *node = parse_text(&reading, expression, size);
    int64_t from = spent_us();
    for (int i = 0; i < EVALUATIONS; i++) {
        struct iml iml = fresh(arena, variables, random);
        struct iml_value value = {0};
        need(manner == READ_ONCE ? evaluate(&iml, node, &value)
                                 : iml_evaluate(&iml, expression, size, &value),
             expression);
        arena_reset(arena);
    }
    int64_t took = spent_us() - from;
    arena_free(arena);
    arena_free(kept);
    return took;
}

static double median_of(const char *expression, enum manner manner,
                        const struct iml_value *variables, struct random *random)
{
    int64_t rounds[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        rounds[i] = round_of(expression, manner, variables, random);
    }
    qsort(rounds, ROUNDS, sizeof(rounds[0]), compare);
    return (double)rounds[ROUNDS / 2] / 1000;
}

int main(void)
{
    struct arena *arena = arena_new();
    struct random *random = random_new_system();
    json_auto_t *json = json_loads(data, 0, NULL);
    const struct iml_value variables = iml_read(arena, json, IML_DATES_MARKED);
    double each = 0, once = 0;
    printf("%-52s %12s %12s\n", "10,000 evaluations, in ms", "read anew", "read once");
    for (size_t i = 0; i < COUNT(expressions); i++) {
        double read = median_of(expressions[i], READ_EACH_TIME, &variables, random);
        double kept = median_of(expressions[i], READ_ONCE, &variables, random);
        printf("%-52s %12.1f %12.1f\n", expressions[i], read, kept);
        each += read;
        once += kept;
    }
    printf("%-52s %12.1f %12.1f\n", "on average", each / (double)COUNT(expressions),
           once / (double)COUNT(expressions));
    random_free(random);
    arena_free(arena);
    return 0;
}
