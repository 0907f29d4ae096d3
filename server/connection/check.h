/* A custom app's OAuth connection against Make's rules, before anything is run. */
#ifndef MAKESHIFT_CONNECTION_CHECK_H
#define MAKESHIFT_CONNECTION_CHECK_H

#include "server/connection/checking.h"

extern const struct check_rule check_rule_table[];
extern const size_t check_rule_count;

/* Puts what is found in the file, which is a connection's JSON, or the list of its parameters. */
void check_file(struct arena *arena, const char *file, struct findings *findings);

/* The same for a provider that knows this redirect URI; NULL: nothing is known of that. */
void check_file_for(struct arena *arena, const char *file, const char *redirect_uri,
                    struct findings *findings);

#endif
