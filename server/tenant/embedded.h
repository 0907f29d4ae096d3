/* The files that are built into this room, as NUL-terminated texts (CMakeLists.txt, embed). */
#ifndef MAKESHIFT_TENANT_EMBEDDED_H
#define MAKESHIFT_TENANT_EMBEDDED_H

extern const char embedded_fixtures_faults_json[];

#endif
