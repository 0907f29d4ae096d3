#include "server/tools/doctor.h"

#include <string.h>

#include "server/tools/diagnosis.h"
#include "server/tools/target.h"
#include "server/tools/usage_read.h"

const struct usage doctor_usage = {
    .words = "doctor",
    .takes = "?url",
    .options = "as origin sign_in",
    .help = "Say of the server at the URL, which is to be its issuer, whether it can be used from "
            "here, and which option mends what: a line for each check, ok or not ok; leave with 1 "
            "if one is not.",
    .example = "http://localhost:8080 --as makeshift:8080 --origin http://localhost:3000",
};

/* "localhost:8080": where a URL leads, with the port that it may leave out. */
static const char *place_of(struct arena *arena, const struct url *url)
{
    const char *usual = str_equal(url->scheme, "https") ? "443" : "80";
    return arena_printf(arena, "%s:%s", url->host, url->port == NULL ? usual : url->port);
}

/* The URL that has another HOST:PORT in the place of its own. 0; 1: that is none. */
static int rename_url(struct diagnosis *diagnosis, const char *as, const char **problem)
{
    const struct url *own = &diagnosis->parts;
    struct url other = {0};
    const char *url = arena_printf(diagnosis->arena, "%s://%s%s", own->scheme, as, own->path);
    if (url_parse(diagnosis->arena, url, &other) != NULL || other.host == NULL ||
        other.userinfo != NULL || other.query != NULL || other.fragment != NULL ||
        !str_equal(other.path, own->path)) {
        *problem = arena_printf(
            diagnosis->arena,
            "'%s' is no value of --as; expected a host with a port, such as makeshift:8080", as);
        return 1;
    }
    diagnosis->url = url;
    diagnosis->parts = other;
    return 0;
}

/* As browsers write an origin: RFC 6454 6.2. */
static int read_origin(struct diagnosis *diagnosis, const char *origin, const char **problem)
{
    struct url url = {0};
    bool is_origin = url_parse(diagnosis->arena, origin, &url) == NULL && url_is_web(&url) &&
                     str_equal(url_origin(diagnosis->arena, &url), origin);
    if (!is_origin) {
        *problem = arena_printf(diagnosis->arena,
                                "'%s' is no value of --origin; expected a scheme, a host and "
                                "perhaps a port, such as http://localhost:3000",
                                origin);
        return 1;
    }
    diagnosis->origin = origin;
    return 0;
}

/* What stands behind the host of an authorization request; the host is the one that is looked at.
 */
static int read_sign_in(struct diagnosis *diagnosis, const char *sign_in, const char **problem)
{
    struct url url = {0};
    if (url_parse(diagnosis->arena, sign_in, &url) != NULL || !url_is_web(&url) ||
        url.query == NULL) {
        *problem = arena_printf(diagnosis->arena,
                                "'%s' is no value of --sign-in; expected the URL that the "
                                "application sends a browser to, with its query",
                                sign_in);
        return 1;
    }
    diagnosis->sign_in = arena_printf(diagnosis->arena, "%s?%s", url.path, url.query);
    return 0;
}

static int read_all(struct diagnosis *diagnosis, const struct given *given, const char **problem)
{
    struct target target = {0};
    const char *as = given_text(given, "as"), *origin = given_text(given, "origin");
    const char *sign_in = given_text(given, "sign_in");
    if (target_read(diagnosis->arena, given, &target, problem) != 0) {
        return 1;
    }
    /* target_read has parsed it. */
    (void)url_parse(diagnosis->arena, target.url, &diagnosis->parts);
    diagnosis->url = target.url;
    diagnosis->has_slash =
        str_equal(given_text(given, "url"), arena_printf(diagnosis->arena, "%s/", target.url));
    if (diagnosis->parts.userinfo != NULL) {
        *problem = "the URL names a user, and an issuer's does not; leave out what is before the @";
        return 1;
    }
    diagnosis->ca = target.ca;
    diagnosis->at = place_of(diagnosis->arena, &diagnosis->parts);
    str_buf_init(&diagnosis->lines, diagnosis->arena);
    if (as != NULL && rename_url(diagnosis, as, problem) != 0) {
        return 1;
    }
    if (origin != NULL && read_origin(diagnosis, origin, problem) != 0) {
        return 1;
    }
    return sign_in == NULL ? 0 : read_sign_in(diagnosis, sign_in, problem);
}

enum tool_exit doctor_run(struct tool_run *run)
{
    struct given given = {0};
    struct diagnosis diagnosis = {.arena = run->arena};
    enum tool_exit end = TOOL_WRONG;
    const char *problem = NULL;
    if (!usage_read(run, &doctor_usage, &given, &end)) {
        return end;
    }
    if (read_all(&diagnosis, &given, &problem) != 0) {
        return tool_fail(run, TOOL_WRONG, problem);
    }
    const struct diagnosis_check *check = diagnosis_table;
    while (check->name != NULL && check->look(&diagnosis, check->name) == DIAGNOSIS_GO_ON) {
        check++;
    }
    json_decref(diagnosis.metadata);
    end = tool_print(run, str_buf_text(&diagnosis.lines));
    return end == TOOL_DONE && diagnosis.failed ? TOOL_NOT_TRUE : end;
}
