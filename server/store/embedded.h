/* The files that are built into this room, as NUL-terminated texts (CMakeLists.txt, embed). */
#ifndef MAKESHIFT_STORE_EMBEDDED_H
#define MAKESHIFT_STORE_EMBEDDED_H

extern const char embedded_server_store_schema_sql[];
extern const char embedded_server_store_upgrade_1_sql[];
extern const char embedded_server_store_upgrade_2_sql[];
extern const char embedded_server_store_upgrade_3_sql[];
extern const char embedded_server_store_upgrade_4_sql[];

#endif
