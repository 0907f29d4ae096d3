/* The files that are built into this room, as NUL-terminated texts (CMakeLists.txt, embed). */
#ifndef MAKESHIFT_ENDPOINTS_EMBEDDED_H
#define MAKESHIFT_ENDPOINTS_EMBEDDED_H

extern const char embedded_fixtures_make_discovery_json[];
extern const char embedded_server_endpoints_pages_consent_html[];
extern const char embedded_server_endpoints_pages_consent_item_html[];
extern const char embedded_server_endpoints_pages_consent_organization_html[];
extern const char embedded_server_endpoints_pages_curl_js[];
extern const char embedded_server_endpoints_pages_error_html[];
extern const char embedded_server_endpoints_pages_face_css[];
extern const char embedded_server_endpoints_pages_face_js[];
extern const char embedded_server_endpoints_pages_form_post_field_html[];
extern const char embedded_server_endpoints_pages_form_post_html[];
extern const char embedded_server_endpoints_pages_form_post_js[];
extern const char embedded_server_endpoints_pages_home_client_html[];
extern const char embedded_server_endpoints_pages_home_html[];
extern const char embedded_server_endpoints_pages_home_url_html[];
extern const char embedded_server_endpoints_pages_home_user_html[];
extern const char embedded_server_endpoints_pages_icon_svg[];
extern const char embedded_server_endpoints_pages_inspector_html[];
extern const char embedded_server_endpoints_pages_inspector_js[];
extern const char embedded_server_endpoints_pages_logout_html[];
extern const char embedded_server_endpoints_pages_message_html[];
extern const char embedded_server_endpoints_pages_sign_in_html[];
extern const char embedded_server_endpoints_pages_sign_in_user_html[];
extern const char embedded_server_endpoints_pages_sign_in_user_password_html[];
extern const char embedded_server_endpoints_pages_steering_js[];
extern const char embedded_server_endpoints_pages_style_css[];
extern const char embedded_server_endpoints_pages_try_html[];
extern const char embedded_server_endpoints_pages_try_js[];

#endif
