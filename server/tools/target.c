#include "server/tools/target.h"

#include <string.h>

#include "server/base/str.h"
#include "server/base/url.h"

#define DOOR "/_makeshift"

/* What a tenant's `control` says, and an issuer, mean the same server. */
static const char *without_end(struct arena *arena, const char *text)
{
    size_t size = strlen(text);
    while (size > 0 && text[size - 1] == '/') {
        size--;
    }
    const char *bare = arena_strndup(arena, text, size);
    return str_ends(bare, DOOR) ? arena_strndup(arena, bare, size - strlen(DOOR)) : bare;
}

int target_read(struct arena *arena, const struct given *given, struct target *target,
                const char **problem)
{
    const char *said = given_text(given, "url");
    const char *tenant = given_text(given, "tenant");
    const char *url = without_end(arena, said == NULL ? TARGET_URL : said);
    struct url parts = {0};
    if (url_parse(arena, url, &parts) != NULL || !url_is_web(&parts) || parts.query != NULL ||
        parts.fragment != NULL) {
        *problem = arena_printf(
            arena, "'%s' is no URL of a server; expected one such as " TARGET_URL, url);
        return 1;
    }
    target->url = tenant == NULL
                      ? url
                      : arena_printf(arena, "%s/t/%s", url, str_percent_encode(arena, tenant));
    target->door = arena_printf(arena, "%s" DOOR "/", target->url);
    target->token = given_text(given, "control_token");
    target->ca = given_text(given, "ca");
    return 0;
}
