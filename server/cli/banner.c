#include "server/cli/banner.h"

#include "server/base/str.h"
#include "server/store/clients.h"

/* One word for a shell, whatever is in it. */
static const char *quoted(struct arena *arena, const char *text)
{
    struct str_buf word;
    str_buf_init(&word, arena);
    str_buf_put(&word, "'");
    for (; *text != '\0'; text++) {
        str_buf_put_n(&word, text, 1);
        if (*text == '\'') {
            str_buf_put(&word, "\\''");
        }
    }
    str_buf_put(&word, "'");
    return str_buf_text(&word);
}

/* The whole way of demo-web from the built-in fixture, whose secret is public knowledge. */
static void put_curl(struct str_buf *banner, const struct tenant *tenant, const char *curl)
{
    str_buf_printf(banner,
                   "\n  Paste this to sign in and see tokens:\n\n"
                   "  %s %s/oauth/v2/token -d grant_type=authorization_code -d client_id=demo-web"
                   " -d client_secret=demo-web-secret-for-tests-only-0001 -d "
                   "redirect_uri=http://localhost:3000/cb"
                   " -d code=$(%s -o /dev/null -w '%%{redirect_url}'"
                   " '%s/oauth/v2/authorize?response_type=code&client_id=demo-web"
                   "&redirect_uri=http://localhost:3000/cb&scope=openid+profile+email&state=hello'"
                   " | sed 's/.*[?&]code=//;s/&.*//')\n",
                   curl, tenant->issuer, curl, tenant->issuer);
}

static int put_clients(struct str_buf *banner, const struct tenant *tenant)
{
    const struct client_row *rows = NULL;
    size_t count = 0;
    if (clients_list(tenant->db, banner->arena, &rows, &count) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        const char *at = rows[i].redirect_uris;
        size_t size = 0;
        const char *first = str_next_word(&at, &size);
        str_buf_printf(banner, "  %s  %-16s %s%s%.*s\n", i == 0 ? "clients  " : "         ",
                       rows[i].client_id, rows[i].secret_hash == NULL ? "public" : "confidential",
                       first == NULL ? "" : ", back to ", (int)size, first == NULL ? "" : first);
    }
    return 0;
}

const char *banner_text(struct arena *arena, const struct config *config,
                        const struct tenant *tenant, const char *ca_path)
{
    struct str_buf banner;
    const char *curl = ca_path != NULL
                           ? arena_printf(arena, "curl -sS --cacert %s", quoted(arena, ca_path))
                           : "curl -sS";
    str_buf_init(&banner, arena);
    str_buf_printf(&banner,
                   "\n  makeshift %s, for tests only\n\n"
                   "  issuer     %s\n"
                   "  discovery  %s/.well-known/openid-configuration\n"
                   "  authorize  %s/oauth/v2/authorize\n"
                   "  token      %s/oauth/v2/token\n"
                   "  API        %s/api/v2\n",
                   config_version, tenant->issuer, tenant->issuer, tenant->issuer, tenant->issuer,
                   tenant->issuer);
    if (config->control != CONTROL_OFF && config->control != CONTROL_PORT) {
        str_buf_printf(&banner, "  steering   %s/_makeshift/openapi.json\n", tenant->issuer);
    }
    if (ca_path != NULL) {
        str_buf_printf(&banner, "  CA         %s\n", ca_path);
    }
    if (put_clients(&banner, tenant) < 0) {
        return NULL;
    }
    if (config->fixtures == NULL && config->fixtures_json == NULL && config->login == LOGIN_AUTO) {
        put_curl(&banner, tenant, curl);
    } else {
        str_buf_printf(&banner,
                       "\n  Paste this to see what it serves:\n\n"
                       "  %s %s/.well-known/openid-configuration\n",
                       curl, tenant->issuer);
    }
    str_buf_put(&banner, "\n  Ctrl-C ends it.\n\n");
    return str_buf_text(&banner);
}
