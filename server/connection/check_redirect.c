#include "server/connection/check_redirect.h"

#include <string.h>

#include "server/base/str.h"

/* TABLE of what says a redirect URI. Those of one host are one: oauth.redirectUri is the older. */
static const struct said {
    const char *part, *host;
    bool is_literal;
} said_table[] = {
    {.part = "oauth.makeRedirectUri", .host = "www.make.com"},
    {.part = "oauth.redirectUri", .host = "www.integromat.com"},
    {.part = "oauth.localRedirectUri", .host = "the instance's own host"},
    {.part = "://www.make.com/oauth/cb/", .host = "www.make.com", .is_literal = true},
    {.part = "://www.integromat.com/oauth/cb/", .host = "www.integromat.com", .is_literal = true},
};

/* NULL: the text says none, or another. */
static const struct said *said_in(const char *text)
{
    for (size_t i = 0; text != NULL && i < COUNT(said_table); i++) {
        if (strstr(text, said_table[i].part) != NULL) {
            return &said_table[i];
        }
    }
    return NULL;
}

/* A place that may say one: step, part, redirect_uri. */
struct spot {
    struct place whole, step, part, member;
    const char *text;
};

static void find(const struct checking *checking, const char *step, const char *part,
                 struct spot *spot)
{
    const json_t *request = json_object_get(checking->source.json, step);
    *spot = (struct spot){
        .step = {.parent = &spot->whole, .member = step},
        .part = {.parent = &spot->step, .member = part},
        .member = {.parent = &spot->part, .member = "redirect_uri"},
        .text = json_string_value(json_object_get(json_object_get(request, part), "redirect_uri"))};
}

static void look_at_known(struct checking *checking, const struct check_rule *rule,
                          const struct spot *spot)
{
    const struct said *said = said_in(spot->text), *known = said_in(checking->redirect_uri);
    if (said == NULL || known == NULL || str_equal(said->host, known->host)) {
        return;
    }
    check_put(checking, &spot->member,
              &(struct check_says){
                  .rule = rule->name,
                  .problem = arena_printf(checking->arena,
                                          "this is at %s, and the provider knows the one at %s",
                                          said->host, known->host),
                  .found = check_shown_text(checking->arena, spot->text),
                  .expected = str_equal(known->host, "www.make.com") ? "{{oauth.makeRedirectUri}}"
                                                                     : "{{oauth.redirectUri}}"});
}

static void look_at_literal(struct checking *checking, const struct check_rule *rule,
                            const struct spot *spot)
{
    const struct said *said = said_in(spot->text);
    if (said != NULL && said->is_literal) {
        check_put(checking, &spot->member,
                  &(struct check_says){
                      .rule = rule->name,
                      .problem = "a redirect URI that is written out stays where Make's own moves",
                      .found = check_shown_text(checking->arena, spot->text),
                      .expected = str_equal(said->host, "www.make.com")
                                      ? "{{oauth.makeRedirectUri}}"
                                      : "{{oauth.redirectUri}}, which is this one"});
    }
}

void look_at_redirect_uri(struct checking *checking, const struct check_rule *rule)
{
    static const char *const parts[] = {"body", "qs"};
    struct spot first = {.text = NULL}, second = {.text = NULL};
    find(checking, "authorize", "qs", &first);
    look_at_known(checking, rule, &first);
    look_at_literal(checking, rule, &first);
    const struct said *sent = said_in(first.text);
    for (size_t i = 0; i < COUNT(parts); i++) {
        find(checking, "token", parts[i], &second);
        const struct said *said = said_in(second.text);
        look_at_literal(checking, rule, &second);
        if (sent != NULL && said != NULL && !str_equal(sent->host, said->host)) {
            check_put(checking, &second.member,
                      &(struct check_says){
                          .rule = rule->name,
                          .problem = arena_printf(checking->arena,
                                                  "this is at %s, and authorize's is at %s: RFC "
                                                  "6749 4.1.3 wants the same",
                                                  said->host, sent->host),
                          .found = check_shown_text(checking->arena, second.text),
                          .expected = check_shown_text(checking->arena, first.text)});
        }
    }
}
