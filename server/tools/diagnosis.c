#include "server/tools/diagnosis.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/base/attr.h"
#include "server/base/clock.h"
#include "server/base/plain.h"
#include "server/tools/cookie.h"
#include "server/tools/mend.h"
#include "server/tools/tool.h"

#define METADATA_MAX 1000000 /* bytes: what is longer is no metadata */
#define CLOCK_APART 5        /* seconds: an answer says its second, and takes a while to come */
#define METADATA "/.well-known/openid-configuration"

static enum diagnosis_next well(struct diagnosis *diagnosis, const char *name, const char *says)
{
    str_buf_printf(&diagnosis->lines, "ok      %s: %s\n", name, plain_line(diagnosis->arena, says));
    return DIAGNOSIS_GO_ON;
}

static enum diagnosis_next ill(struct diagnosis *diagnosis, const char *name, const char *says,
                               const char *mend)
{
    str_buf_printf(&diagnosis->lines, "not ok  %s: %s; to mend it, %s\n", name,
                   plain_line(diagnosis->arena, says), plain_line(diagnosis->arena, mend));
    diagnosis->failed = true;
    return DIAGNOSIS_GO_ON;
}

static enum diagnosis_next look_reachable(struct diagnosis *diagnosis, const char *name)
{
    const char *problem = NULL;
    const struct call_out out = {.url =
                                     arena_printf(diagnosis->arena, "%s" METADATA, diagnosis->url),
                                 .accept = "application/json",
                                 .ca = diagnosis->ca,
                                 .at = diagnosis->at,
                                 .most = METADATA_MAX,
                                 .timeout = DIAGNOSIS_PATIENCE};
    int64_t began = clock_ticks_ms();
    int outcome = call_make(diagnosis->arena, &out, &diagnosis->answer, &problem);
    if (outcome != 0) {
        bool is_late = clock_ticks_ms() - began >= DIAGNOSIS_PATIENCE;
        (void)ill(diagnosis, name, problem,
                  outcome == 1 ? mend_silence(diagnosis, problem, is_late)
                               : "give the URL of a makeshift: what is there is none");
        return DIAGNOSIS_STOP;
    }
    return well(diagnosis, name, arena_printf(diagnosis->arena, "%s answers", diagnosis->at));
}

/* A request of another kind than the one for the metadata. 0; 1: `*problem`. An origin is that of a
 * page which asks whether it may: a browser that goes somewhere sends none, and the door takes
 * none. */
static int ask(const struct diagnosis *diagnosis, enum call_method method, const char *url,
               struct call_answer *answer, const char **problem)
{
    const struct call_header origin = {"Origin", diagnosis->origin};
    const struct call_out out = {.method = method,
                                 .url = url,
                                 .ca = diagnosis->ca,
                                 .at = diagnosis->at,
                                 .headers = &origin,
                                 .header_count =
                                     method == CALL_OPTIONS && diagnosis->origin != NULL ? 1 : 0,
                                 .timeout = DIAGNOSIS_PATIENCE};
    return call_make(diagnosis->arena, &out, answer, problem);
}

static const char *mend_host(const struct diagnosis *diagnosis, const struct call_answer *answer)
{
    bool is_certified = strstr(answer->body, "--tls-name") != NULL;
    return arena_printf(diagnosis->arena, "start the server with %s %s",
                        is_certified ? "--tls-name" : "--allow-host", diagnosis->parts.host);
}

/* RFC 9110 15.5.20: what is at this address does not answer for this name. */
static enum diagnosis_next look_host(struct diagnosis *diagnosis, const char *name)
{
    const char *host = diagnosis->parts.host;
    if (diagnosis->answer.status != 421) {
        return well(diagnosis, name, arena_printf(diagnosis->arena, "%s is answered", host));
    }
    (void)ill(diagnosis, name, arena_printf(diagnosis->arena, "Host: %s is refused", host),
              mend_host(diagnosis, &diagnosis->answer));
    return DIAGNOSIS_STOP;
}

/* How the server comes to call itself what was asked. */
static const char *mend_issuer(const struct diagnosis *diagnosis)
{
    struct arena *arena = diagnosis->arena;
    const char *path = diagnosis->parts.path;
    if (!str_starts(path, DIAGNOSIS_TENANTS)) {
        return arena_printf(arena, "start the server with --issuer %s", diagnosis->url);
    }
    return arena_printf(arena, "say makeshift ctl tenant patch %s --issuer %s",
                        path + strlen(DIAGNOSIS_TENANTS), url_origin(arena, &diagnosis->parts));
}

static const char *issuer_said(const struct diagnosis *diagnosis)
{
    return json_string_value(json_object_get(diagnosis->metadata, "issuer"));
}

static enum diagnosis_next look_metadata(struct diagnosis *diagnosis, const char *name)
{
    const struct call_answer *answer = &diagnosis->answer;
    diagnosis->metadata =
        answer->status == 200 ? json_loadb(answer->body, answer->size, 0, NULL) : NULL;
    if (issuer_said(diagnosis) != NULL) {
        return well(diagnosis, name, METADATA " is there");
    }
    (void)ill(diagnosis, name,
              arena_printf(diagnosis->arena, METADATA " answers %ld%s", answer->status,
                           mend_metadata_seen(diagnosis)),
              mend_metadata(diagnosis));
    return DIAGNOSIS_STOP;
}

/* OpenID Connect Discovery 4.3: both are the same, byte for byte, or a client refuses. */
static enum diagnosis_next look_issuer(struct diagnosis *diagnosis, const char *name)
{
    const char *issuer = issuer_said(diagnosis);
    if (str_equal(issuer, diagnosis->url) && diagnosis->has_slash) {
        return ill(diagnosis, name,
                   arena_printf(diagnosis->arena, "it is %s, and %s/ was asked", issuer, issuer),
                   arena_printf(diagnosis->arena, "tell the application %s", issuer));
    }
    if (str_equal(issuer, diagnosis->url)) {
        return well(diagnosis, name, arena_printf(diagnosis->arena, "%s, as asked", issuer));
    }
    return ill(diagnosis, name,
               arena_printf(diagnosis->arena, "it is %s, and %s was asked", issuer, diagnosis->url),
               arena_printf(diagnosis->arena, "%s, or tell the application %s",
                            mend_issuer(diagnosis), issuer));
}

static bool is_endpoint(const char *member, const json_t *value)
{
    return json_is_string(value) && (str_ends(member, "_endpoint") || str_ends(member, "_uri"));
}

static enum diagnosis_next look_scheme(struct diagnosis *diagnosis, const char *name)
{
    const char *scheme = diagnosis->parts.scheme;
    const char *begin = arena_printf(diagnosis->arena, "%s://", scheme);
    const char *member;
    json_t *value;
    json_object_foreach(diagnosis->metadata, member, value)
    {
        if (is_endpoint(member, value) && !str_starts(json_string_value(value), begin)) {
            return ill(diagnosis, name,
                       arena_printf(diagnosis->arena, "%s was asked, and %s is %s", scheme, member,
                                    json_string_value(value)),
                       arena_printf(diagnosis->arena, "%s, or ask by the other scheme",
                                    mend_issuer(diagnosis)));
        }
    }
    bool is_secure = str_equal(scheme, "https") || url_is_loopback(&diagnosis->parts);
    return well(diagnosis, name,
                arena_printf(diagnosis->arena, "%s everywhere%s", scheme,
                             is_secure ? ""
                                       : "; at this name browsers give pages no crypto.subtle, "
                                         "which --tls auto would mend"));
}

static void look_up(struct diagnosis *diagnosis, const char *name, const char *member,
                    const char *host)
{
    struct arena *arena = diagnosis->arena;
    const char *address = mend_address(arena, host);
    if (address != NULL) {
        (void)well(diagnosis, name, arena_printf(arena, "%s is %s from here", host, address));
        return;
    }
    (void)ill(
        diagnosis, name, arena_printf(arena, "%s, where %s is, is no name from here", host, member),
        arena_printf(arena, "give this machine the name (extra_hosts, /etc/hosts), or start the "
                            "server with --issuer and a host that is known here"));
}

/* Each host once. */
static enum diagnosis_next look_endpoints(struct diagnosis *diagnosis, const char *name)
{
    json_auto_t *seen = json_object();
    const char *member;
    json_t *value;
    json_object_foreach(diagnosis->metadata, member, value)
    {
        struct url url = {0};
        bool is_host = is_endpoint(member, value) &&
                       url_parse(diagnosis->arena, json_string_value(value), &url) == NULL &&
                       url.host != NULL;
        if (is_host && json_object_get(seen, url.host) == NULL) {
            json_object_set_new(seen, url.host, json_true());
            look_up(diagnosis, name, member, url.host);
        }
    }
    return DIAGNOSIS_GO_ON;
}

static enum diagnosis_next look_clock(struct diagnosis *diagnosis, const char *name)
{
    struct tm parts = {0};
    const char *date = call_header_of(&diagnosis->answer, "date");
    if (date == NULL || strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &parts) == NULL) {
        return ill(diagnosis, name, "the answer says no date", "ask a server of makeshift's");
    }
    long long ahead = (long long)(timegm(&parts) - time(NULL));
    if (llabs(ahead) <= CLOCK_APART) {
        return well(diagnosis, name, "it tells the time that it is here");
    }
    return ill(diagnosis, name,
               arena_printf(diagnosis->arena, "it is %lld seconds %s the one here", llabs(ahead),
                            ahead > 0 ? "ahead of" : "behind"),
               arena_printf(diagnosis->arena,
                            "start the server without --clock, or take back what moved it: "
                            "makeshift ctl reset --url %s",
                            diagnosis->url));
}

static enum diagnosis_next look_cors(struct diagnosis *diagnosis, const char *name)
{
    struct arena *arena = diagnosis->arena;
    const char *url = json_string_value(json_object_get(diagnosis->metadata, "token_endpoint"));
    const char *problem = NULL;
    struct call_answer answer = {0};
    if (diagnosis->origin == NULL || url == NULL) {
        return DIAGNOSIS_GO_ON;
    }
    if (ask(diagnosis, CALL_OPTIONS, url, &answer, &problem) != 0) {
        return ill(diagnosis, name, problem, "see to what failed above");
    }
    const char *allowed = call_header_of(&answer, "access-control-allow-origin");
    if (str_equal(allowed, diagnosis->origin) || str_equal(allowed, "*")) {
        return well(diagnosis, name,
                    arena_printf(arena, "pages of %s may read answers", diagnosis->origin));
    }
    return ill(
        diagnosis, name,
        arena_printf(arena, "pages of %s may not read what %s answers", diagnosis->origin, url),
        "give a client a redirect URI of that origin, in the fixture or by makeshift ctl "
        "client patch");
}

/* The cookies that come of a sign-in that begins, each by what its Set-Cookie says. */
static enum diagnosis_next look_set_cookies(struct diagnosis *diagnosis, const char *name)
{
    struct arena *arena = diagnosis->arena;
    struct call_answer answer = {0};
    struct url at = {0};
    const char *problem = NULL, *origin = url_origin(arena, &diagnosis->parts);
    const char *url = arena_printf(arena, "%s%s", origin, diagnosis->sign_in);
    size_t count = 0;
    if (url_parse(arena, url, &at) != NULL || ask(diagnosis, CALL_GET, url, &answer, &problem)) {
        return ill(diagnosis, name, problem == NULL ? "that is no URL" : problem,
                   "see to what failed above");
    }
    for (size_t i = 0; i < answer.header_count; i++) {
        bool is_cookie = str_equal(answer.headers[i].name, "set-cookie");
        const char *flaw = is_cookie ? cookie_flaw(arena, answer.headers[i].value, &at) : NULL;
        if (flaw != NULL) {
            return ill(diagnosis, name, flaw,
                       arena_printf(arena,
                                    "%s, or see to what stands between: the server's own "
                                    "cookies are SameSite=Lax and have no Domain",
                                    mend_issuer(diagnosis)));
        }
        count += is_cookie ? 1 : 0;
    }
    if (count == 0) {
        return ill(diagnosis, name,
                   arena_printf(arena, "the sign-in answers %ld and sets none", answer.status),
                   "give --sign-in a request that the server takes");
    }
    return well(diagnosis, name,
                arena_printf(arena, "a browser brings those of the sign-in to %s", at.host));
}

/* RFC 6265 5.4: a cookie goes back to the host that set it alone, and a Secure one by https alone.
 * The browser is sent to the authorization endpoint, and its pages are there. */
static enum diagnosis_next look_cookies(struct diagnosis *diagnosis, const char *name)
{
    const struct url *asked = &diagnosis->parts;
    struct url pages = {0};
    const char *url =
        json_string_value(json_object_get(diagnosis->metadata, "authorization_endpoint"));
    if (url == NULL || url_parse(diagnosis->arena, url, &pages) != NULL) {
        return DIAGNOSIS_GO_ON;
    }
    if (str_equal(pages.scheme, "https") && !str_equal(asked->scheme, "https")) {
        return ill(diagnosis, name, "they are Secure, and no browser brings them by http",
                   mend_issuer(diagnosis));
    }
    if (!str_equal(pages.host, asked->host)) {
        return ill(diagnosis, name,
                   arena_printf(diagnosis->arena,
                                "people sign in at %s, and no browser brings its cookies to %s",
                                pages.host, asked->host),
                   mend_issuer(diagnosis));
    }
    if (diagnosis->sign_in != NULL) {
        return look_set_cookies(diagnosis, name);
    }
    return well(diagnosis, name,
                arena_printf(diagnosis->arena, "they are %s's, whatever the port", asked->host));
}

/* It is stricter about names than all else, as whoever reaches it can do anything. */
static enum diagnosis_next look_control(struct diagnosis *diagnosis, const char *name)
{
    const char *problem = NULL;
    struct call_answer answer = {0};
    const char *url = arena_printf(diagnosis->arena, "%s/_makeshift/clock", diagnosis->url);
    if (ask(diagnosis, CALL_GET, url, &answer, &problem) != 0) {
        return ill(diagnosis, name, problem, "see to what failed above");
    }
    switch (answer.status) {
    case 200:
        return well(diagnosis, name, "the control door is open");
    case 401:
        return well(diagnosis, name, "the control door wants the --control-token");
    case 403:
        return well(diagnosis, name, "the control door is closed; --control on would open it");
    case 421:
        return ill(diagnosis, name, "the control door refuses this Host",
                   mend_host(diagnosis, &answer));
    default:
        return well(diagnosis, name, "there is no control door here");
    }
}

const struct diagnosis_check diagnosis_table[] = {
    {"reachable", look_reachable},
    {"host", look_host},
    {"metadata", look_metadata},
    {"issuer", look_issuer},
    {"scheme", look_scheme},
    {"endpoints", look_endpoints},
    {"clock", look_clock},
    {"cors", look_cors},
    {"cookies", look_cookies},
    {"control", look_control},
    {NULL, NULL},
};
