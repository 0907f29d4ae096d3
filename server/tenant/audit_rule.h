/* One rule of the audit, and what it judges. Private to the audit. */
#ifndef MAKESHIFT_TENANT_AUDIT_RULE_H
#define MAKESHIFT_TENANT_AUDIT_RULE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One rule on its way through the entries of one client. An item is an entry as the journal reads
 * it, with what rules do not need left out, and:
 *
 *   ms             `at` in milliseconds
 *   authorization  of its headers
 *   of_fault       the fault that took part, as faults_list gives it
 */
struct judging {
    const struct audit_rule *rule;
    bool is_confidential;    /* the client authenticated at least once */
    bool is_alone;           /* no other client was seen: reads of the JWKS are this one's */
    json_t *seen;            /* what the rule remembers between items */
    json_t *passed, *failed; /* ids */
};

/* The item is an instance of the rule, kept or not. */
void judging_note(struct judging *judging, int64_t id, bool is_kept);

struct audit_rule {
    const char *name;
    const char *level; /* MUST SHOULD */
    const char *clause;
    const char *says;
    const char *hint;
    const char *parameter;     /* that the rule is about, or NULL */
    const char *const *faults; /* names of those that it is about, NULL-terminated, or NULL */
    void (*judge)(struct judging *judging, json_t *item); /* each, oldest first */
    void (*end)(struct judging *judging);                 /* after the last; or NULL */
};

extern const struct audit_rule audit_rules[];
extern const size_t audit_rule_count;

/* What the rules do, by what they are about. */
void judge_csrf(struct judging *judging, json_t *item);
void judge_used(struct judging *judging, json_t *item);
void judge_fresh(struct judging *judging, json_t *item);
void judge_long(struct judging *judging, json_t *item);
void judge_bound(struct judging *judging, json_t *item);
void judge_s256(struct judging *judging, json_t *item);

void judge_secret(struct judging *judging, json_t *item);
void judge_redirect(struct judging *judging, json_t *item);
void judge_code_once(struct judging *judging, json_t *item);
void judge_code_soon(struct judging *judging, json_t *item);
void judge_alone(struct judging *judging, json_t *item);
void judge_rotated(struct judging *judging, json_t *item);
void judge_in_time(struct judging *judging, json_t *item);

void judge_url(struct judging *judging, json_t *item);
void judge_jwks(struct judging *judging, json_t *item);
void end_jwks(struct judging *judging);
void judge_jwks_again(struct judging *judging, json_t *item);
void end_jwks_again(struct judging *judging);
void judge_retry(struct judging *judging, json_t *item);
void end_retry(struct judging *judging);
void judge_logout(struct judging *judging, json_t *item);
void end_logout(struct judging *judging);
void judge_spoiled(struct judging *judging, json_t *item);
void end_spoiled(struct judging *judging);

/* Of an item. NULL: it has none, or several. */
const char *item_text(const json_t *item, const char *member);
const char *item_parameter(const json_t *item, const char *name);
const char *item_issued(const json_t *item, const char *name);
const char *item_bearer(const json_t *item);                 /* a fingerprint */
int64_t item_number(const json_t *item, const char *member); /* 0: none */
bool item_is_at(const json_t *item, const char *endpoint);
bool item_is_grant(const json_t *item, const char *grant_type); /* a token request of that type */

#endif
