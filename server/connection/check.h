/* A custom app's OAuth connection against Make's rules, before anything is run. */
#ifndef MAKESHIFT_CONNECTION_CHECK_H
#define MAKESHIFT_CONNECTION_CHECK_H

#include "server/connection/finding.h"
#include "server/connection/step.h"

struct check {
    struct arena *arena;
    struct findings *findings;
    struct source source;
    bool has_step[STEP__MAX];
};

struct check_rule {
    const char *name;
    enum finding_level level;
    const char *says; /* what it is about, in a phrase */
    /* Looks at the document; NULL: what reads the document puts its findings. */
    void (*look)(struct check *check, const struct check_rule *rule);
};
extern const struct check_rule check_rule_table[];
extern const size_t check_rule_count;

/* Puts what is found in the file, which is a connection's JSON. */
void check_file(struct arena *arena, const char *file, struct findings *findings);

/* Puts a finding of the rule of that name, at the place. */
struct check_says {
    const char *rule, *problem, *found, *expected, *nearest;
};
void check_put(struct check *check, const struct place *place, const struct check_says *says);

/* What a value is, to be shown: a text in quotation marks, cut short; else its kind. */
const char *check_shown(struct arena *arena, const json_t *value);
const char *check_shown_text(struct arena *arena, const char *text);

/* The parts of the check, in files of their own. */
void check_members(struct check *check);
void check_expressions(struct check *check);
void look_at_flow(struct check *check, const struct check_rule *rule);
void look_at_relative_urls(struct check *check, const struct check_rule *rule);
void look_at_state(struct check *check, const struct check_rule *rule);
void look_at_types(struct check *check, const struct check_rule *rule);
void look_at_verifier(struct check *check, const struct check_rule *rule);
void look_at_refresh_condition(struct check *check, const struct check_rule *rule);
void look_at_refresh_never_due(struct check *check, const struct check_rule *rule);
void look_at_refresh_token(struct check *check, const struct check_rule *rule);
void look_at_expires(struct check *check, const struct check_rule *rule);
void look_at_sanitize(struct check *check, const struct check_rule *rule);

#endif
