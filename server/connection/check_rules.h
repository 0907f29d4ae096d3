/* Rules that look at more than one member at a time: what Make would not refuse, or not say. */
#ifndef MAKESHIFT_CONNECTION_CHECK_RULES_H
#define MAKESHIFT_CONNECTION_CHECK_RULES_H

#include "server/connection/checking.h"

void look_at_flow(struct checking *checking, const struct check_rule *rule);
void look_at_relative_urls(struct checking *checking, const struct check_rule *rule);
void look_at_state(struct checking *checking, const struct check_rule *rule);
void look_at_types(struct checking *checking, const struct check_rule *rule);
void look_at_verifier(struct checking *checking, const struct check_rule *rule);
void look_at_refresh_condition(struct checking *checking, const struct check_rule *rule);
void look_at_refresh_never_due(struct checking *checking, const struct check_rule *rule);
void look_at_refresh_token(struct checking *checking, const struct check_rule *rule);
void look_at_expires(struct checking *checking, const struct check_rule *rule);

#endif
