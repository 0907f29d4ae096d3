/* The files that are built into this room, as NUL-terminated texts (CMakeLists.txt, embed). */
#ifndef MAKESHIFT_TOOLS_EMBEDDED_H
#define MAKESHIFT_TOOLS_EMBEDDED_H

extern const char embedded_server_endpoints_pages_face_css[];
extern const char embedded_server_endpoints_pages_style_css[];
extern const char embedded_server_tools_pages_connection_button_html[];
extern const char embedded_server_tools_pages_connection_html[];
extern const char embedded_server_tools_pages_connection_row_html[];
extern const char embedded_server_tools_pages_connections_html[];
extern const char embedded_server_tools_pages_connections_item_html[];
extern const char embedded_server_tools_pages_told_html[];

#endif
