/* The files that are built into this room, as NUL-terminated texts (CMakeLists.txt, embed). */
#ifndef MAKESHIFT_CATALOGUE_EMBEDDED_H
#define MAKESHIFT_CATALOGUE_EMBEDDED_H

extern const char embedded_fixtures_make_answers_json[];
extern const char embedded_fixtures_make_beyond_tsv[];
extern const char embedded_fixtures_make_collections_json[];
extern const char embedded_fixtures_make_operations_tsv[];
extern const char embedded_fixtures_make_roles_tsv[];
extern const char embedded_fixtures_make_scopes_json[];

#endif
