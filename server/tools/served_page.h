/* The pages of `connection serve`. */
#ifndef MAKESHIFT_TOOLS_SERVED_PAGE_H
#define MAKESHIFT_TOOLS_SERVED_PAGE_H

#include "server/tools/served.h"

/* The Content-Security-Policy that all of them have. */
const char *served_page_policy(struct arena *arena);

/* All connections. */
const char *served_page_list(struct arena *arena, const struct served_view *views, size_t count,
                             const char *redirect_uri);

/* One of them. */
struct served_page {
    const struct served_view *view;
    const char *href;  /* its own */
    const char *token; /* of its forms */
    bool pastes;       /* nobody comes back by themselves */
};
const char *served_page_one(struct arena *arena, const struct served_page *page);

/* A title, a sentence, and where to go on. */
struct served_told {
    const char *title, *text, *href, *label;
};
const char *served_page_told(struct arena *arena, const struct served_told *told);

#endif
