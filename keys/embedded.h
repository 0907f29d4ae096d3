/* The files that are built into this room, as NUL-terminated texts (CMakeLists.txt, embed). */
#ifndef MAKESHIFT_KEYS_EMBEDDED_H
#define MAKESHIFT_KEYS_EMBEDDED_H

extern const char embedded_keys_built_in_eddsa_pem[];
extern const char embedded_keys_built_in_es256_pem[];
extern const char embedded_keys_built_in_rs256_pem[];

#endif
