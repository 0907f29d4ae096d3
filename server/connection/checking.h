/* A check of a connection under way: what its parts read, and how they say what they found. */
#ifndef MAKESHIFT_CONNECTION_CHECKING_H
#define MAKESHIFT_CONNECTION_CHECKING_H

#include "server/connection/finding.h"
#include "server/connection/step.h"

/* Names that steps set: the members of an object. */
struct names_set {
    json_t *names;
    bool is_open; /* an expression says which there are */
};

struct checking {
    struct arena *arena;
    struct findings *findings;
    const struct check_rule *rules; /* they have the levels of what is found */
    size_t rule_count;
    struct source source;
    bool has_step[STEP__MAX];
    struct names_set temp, data;
    const char *redirect_uri; /* the one that the provider knows; NULL: not said */
};

struct check_rule {
    const char *name;
    enum finding_level level;
    const char *says; /* what it is about, in a phrase */
    /* Looks at the document; NULL: what reads the document puts its findings. */
    void (*look)(struct checking *checking, const struct check_rule *rule);
};

/* Puts a finding of the rule of that name, at the place. */
struct check_says {
    const char *rule, *problem, *found, *expected, *nearest;
};
void check_put(struct checking *checking, const struct place *place, const struct check_says *says);

/* What a value is, to be shown: a text in quotation marks, cut short; else its kind. */
const char *check_shown(struct arena *arena, const json_t *value);
const char *check_shown_text(struct arena *arena, const char *text);

#endif
