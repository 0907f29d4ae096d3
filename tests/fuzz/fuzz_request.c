/* Whole requests, one after the other as a flow has them, through the gate and the endpoints,
 * without a socket. The first byte chooses profile and login; a line of four equal signs stands
 * between requests. A word in braces is what the last answer that had it gave: {code}, {token},
 * ... */
#include <string.h>

#include "server/base/str.h"
#include "tests/fuzz/world.h"

#define BETWEEN "\n====\n"
#define REQUESTS_MAX 8

/* Where an answer has it: behind `before`, as long as `characters` follow. */
static const struct given {
    const char *word, *before, *characters;
} given_table[] = {
#define TEXT "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    {"{code}", "code=", TEXT},
    {"{token}", "\"access_token\":\"", TEXT},
    {"{id_token}", "\"id_token\":\"", TEXT},
    {"{refresh}", "\"refresh_token\":\"", TEXT},
    {"{client}", "\"client_id\":\"", TEXT},
    {"{secret}", "\"client_secret\":\"", TEXT},
    {"{registration}", "\"registration_access_token\":\"", TEXT},
    {"{page}", "interaction=", TEXT},
    {"{interaction}", "name=\"interaction\" value=\"", TEXT},
    {"{csrf}", "name=\"csrf\" value=\"", TEXT},
    {"{cookie}", "", TEXT "="},
};
#define COOKIE (COUNT(given_table) - 1)

static void keep(struct arena *arena, const struct response *response, const char **kept)
{
    const char *cookie = response_get(response, "Set-Cookie");
    const char *location = response_get(response, "Location");
    const char *body =
        arena_strndup(arena, response->body_size > 0 ? response->body : "", response->body_size);
    const char *text = arena_printf(arena, "%s\n%s", location == NULL ? "" : location, body);
    for (size_t i = 0; i < COUNT(given_table); i++) {
        const struct given *given = &given_table[i];
        const char *at = i == COOKIE ? cookie : strstr(text, given->before);
        if (at != NULL) {
            at += strlen(given->before);
            kept[i] = arena_strndup(arena, at, strspn(at, given->characters));
        }
    }
}

/* The request with its words replaced. What is kept has no braces, so that this ends. */
static const char *fill(struct arena *arena, const char *text, const char *const *kept)
{
    for (size_t i = 0; i < COUNT(given_table); i++) {
        const char *word = given_table[i].word;
        const char *at = NULL;
        while (kept[i] != NULL && (at = strstr(text, word)) != NULL) {
            text =
                arena_printf(arena, "%.*s%s%s", (int)(at - text), text, kept[i], at + strlen(word));
        }
    }
    return text;
}

int fuzz_request(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    static const char *const profiles[] = {"make", "standard"};
    const char *kept[COUNT(given_table)] = {NULL};
    if (size == 0) {
        return 0;
    }
    struct world *world = world_for(profiles[bytes[0] % 2]);
    world->tenant.login = bytes[0] % 4 < 2 ? LOGIN_AUTO : LOGIN_PAGE;
    char *rest = arena_strndup(arena, (const char *)bytes + 1, size - 1);
    for (size_t i = 0; rest != NULL && i < REQUESTS_MAX; i++) {
        char *next = strstr(rest, BETWEEN);
        if (next != NULL) {
            *next = '\0';
            next += strlen(BETWEEN);
        }
        const char *request = fill(arena, rest, kept);
        struct response response;
        world_answer(world, arena, request, strlen(request), &response);
        keep(arena, &response, kept);
        rest = next;
    }
    return 0;
}
