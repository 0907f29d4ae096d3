#include "server/tools/mend.h"

#include <netdb.h>
#include <string.h>

#define NAMES_SHOWN 45 /* bytes of an address as text */

const char *mend_address(struct arena *arena, const char *host)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *all = NULL;
    char text[NAMES_SHOWN + 1];
    size_t size = strlen(host);
    const char *bare = *host == '[' ? arena_strndup(arena, host + 1, size - 2) : host;
    if (getaddrinfo(bare, NULL, &hints, &all) != 0) {
        return NULL;
    }
    bool is_told = getnameinfo(all->ai_addr, all->ai_addrlen, text, sizeof(text), NULL, 0,
                               NI_NUMERICHOST) == 0;
    freeaddrinfo(all);
    return is_told ? arena_strdup(arena, text) : "there";
}

/* The same URL in the other scheme. */
static const char *other_scheme(const struct diagnosis *diagnosis)
{
    bool is_https = str_equal(diagnosis->parts.scheme, "https");
    return arena_printf(diagnosis->arena, "%s%s", is_https ? "http" : "https",
                        diagnosis->url + strlen(diagnosis->parts.scheme));
}

static bool answers(const struct diagnosis *diagnosis, const char *url)
{
    struct call_answer answer = {0};
    const char *problem = NULL;
    const struct call_out out = {.url = url,
                                 .accept = "application/json",
                                 .unverified = true,
                                 .at = diagnosis->at,
                                 .most = 1000000,
                                 .timeout = DIAGNOSIS_PATIENCE};
    return call_make(diagnosis->arena, &out, &answer, &problem) == 0;
}

/* Of "HOST:PORT" the host. */
static const char *host_called(const struct diagnosis *diagnosis)
{
    const char *colon = strrchr(diagnosis->at, ':');
    return arena_strndup(diagnosis->arena, diagnosis->at, (size_t)(colon - diagnosis->at));
}

const char *mend_silence(const struct diagnosis *diagnosis, const char *problem, bool is_late)
{
    if (is_late) {
        return arena_printf(diagnosis->arena,
                            "see what keeps %s, or what stands between, from answering within %d "
                            "seconds",
                            diagnosis->at, DIAGNOSIS_PATIENCE / 1000);
    }
    if (diagnosis->ca != NULL && strstr(problem, diagnosis->ca) != NULL) {
        return "name a file with certificates, a PEM, with --ca";
    }
    if (mend_address(diagnosis->arena, host_called(diagnosis)) == NULL) {
        return "give this machine the name (extra_hosts, /etc/hosts), or ask by one that it knows";
    }
    bool is_https = str_equal(diagnosis->parts.scheme, "https");
    if (is_https && answers(diagnosis, diagnosis->url)) {
        return arena_printf(diagnosis->arena,
                            "name its CA with --ca FILE (the ca.pem of --tls auto), and where that "
                            "is done, start the server with --tls-name %s",
                            diagnosis->parts.host);
    }
    if (answers(diagnosis, other_scheme(diagnosis))) {
        return arena_printf(diagnosis->arena, "ask %s, or start the server %s --tls auto",
                            other_scheme(diagnosis), is_https ? "with" : "without");
    }
    return "start the server there; in a container it wants --host 0.0.0.0, and outside of its "
           "network a port that is published";
}

/* "pr-7" of the URL of a tenant; NULL: it is none's. */
static const char *tenant_asked(const struct diagnosis *diagnosis)
{
    const char *path = diagnosis->parts.path;
    bool is_one = str_starts(path, DIAGNOSIS_TENANTS) &&
                  strchr(path + strlen(DIAGNOSIS_TENANTS), '/') == NULL;
    return is_one ? path + strlen(DIAGNOSIS_TENANTS) : NULL;
}

const char *mend_metadata_seen(const struct diagnosis *diagnosis)
{
    const struct call_answer *answer = &diagnosis->answer;
    if (answer->redirect != NULL) {
        return arena_printf(diagnosis->arena, ", and leads to %s", answer->redirect);
    }
    if (answer->status != 200) {
        return "";
    }
    return strstr(answer->type, "json") != NULL || *answer->type == '\0'
               ? ", and without an issuer"
               : arena_printf(diagnosis->arena, " with %s, and without an issuer", answer->type);
}

const char *mend_metadata(const struct diagnosis *diagnosis)
{
    const struct call_answer *answer = &diagnosis->answer;
    const char *tenant = tenant_asked(diagnosis);
    if (answer->redirect != NULL) {
        return "give the URL of the server itself, or see to what stands between: an issuer's "
               "metadata stands at its URL";
    }
    if (answer->status == 404 && tenant != NULL) {
        return arena_printf(diagnosis->arena, "say makeshift ctl tenant new %s", tenant);
    }
    return "give the URL of an issuer: of a tenant it ends with /t/NAME";
}
