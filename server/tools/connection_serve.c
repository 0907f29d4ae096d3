/* `makeshift connection serve FILE...`. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "keys/b64url.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/http/mhd.h"
#include "server/tools/connection_files.h"
#include "server/tools/connection_verbs.h"
#include "server/tools/served_site.h"
#include "server/tools/usage_read.h"

#define THREADS 4 /* per address: so many services may keep one waiting */
#define FILES 16  /* that are open beside connections */
#define GRACE 1   /* second for what is being answered at the end */
#define TOKEN_BYTES 32

const struct usage connection_serve_usage = {
    .words = "connection serve",
    .takes = "file",
    .options = "parameters common scope default_scope against redirect_uri store json transcript "
               "clock timezone tls_insecure",
    .repeats = "scope",
    .help = "A page that connects, refreshes and ends custom apps' connections as Make does.",
    .example = "connection.imljson --common common.json --store store.json",
};

struct serving {
    struct tool_run *run;
    struct given given;
    struct folder files;
    struct running *made; /* each as it was read */
    size_t count;
    const char *names[FOLDER_MAX];
    FILE *transcript; /* of all of them; NULL: none */
    struct shown_loss loss;
    struct served *all[FOLDER_MAX];
    struct served_site site;
    struct mhd *mhd;
    const char *host;
    int64_t port;
};

static enum tool_exit wrong(const struct serving *serving, const char *problem)
{
    return tool_fail(serving->run, TOOL_WRONG, problem);
}

/* The file's name up to its first dot, with a number where one before it has it already. */
static const char *make_name(const struct serving *serving, size_t index)
{
    struct arena *arena = serving->run->arena;
    const char *file = serving->files.names[index], *slash = strrchr(file, '/');
    const char *base = slash == NULL ? file : slash + 1;
    size_t size = strcspn(base, ".");
    const char *name = size == 0 ? base : arena_strndup(arena, base, size);
    for (size_t i = 0; i < index; i++) {
        if (str_equal(serving->names[i], name)) {
            return arena_printf(arena, "%s-%zu", name, index + 1);
        }
    }
    return name;
}

static bool is_folder(const char *path)
{
    struct stat status = {0};
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Where a connection is kept: in the file, or in a file of its own in the folder. */
static const char *store_of(const struct serving *serving, size_t index)
{
    const char *store = given_text(&serving->given, "store");
    bool is_file = store == NULL || (serving->files.count == 1 && !is_folder(store));
    return is_file ? store
                   : arena_printf(serving->run->arena, "%s/%s.json", store, serving->names[index]);
}

static enum tool_exit make_folder(const struct serving *serving)
{
    const char *store = given_text(&serving->given, "store");
    if (store == NULL || serving->files.count == 1 || is_folder(store) || mkdir(store, 0700) == 0) {
        return TOOL_DONE;
    }
    return wrong(serving, arena_printf(serving->run->arena,
                                       "--store: '%s' is to be a folder, as there are several "
                                       "connections: %s",
                                       store, strerror(errno)));
}

static enum tool_exit read_connections(struct serving *serving)
{
    struct arena *arena = serving->run->arena;
    serving->made = arena_alloc(arena, (serving->files.count + 1) * sizeof(*serving->made));
    for (; serving->count < serving->files.count; serving->count++) {
        size_t i = serving->count;
        struct running *made = &serving->made[i];
        *made = (struct running){.run = serving->run, .given = serving->given, .callback.fd = -1};
        serving->names[i] = make_name(serving, i);
        enum tool_exit end = connection_given_read(made, serving->files.names[i]);
        if (end == TOOL_DONE) {
            serving->all[i] =
                served_new(made, serving->names[i], serving->files.names[i], store_of(serving, i));
            end = serving->all[i] == NULL ? TOOL_WRONG : TOOL_DONE;
            made->shown.loss = &serving->loss;
        }
        if (end != TOOL_DONE) {
            connection_given_close(made);
            return end;
        }
    }
    return TOOL_DONE;
}

/* Where a person comes back to says where to listen; what is elsewhere is pasted. */
static enum tool_exit read_redirect_uri(struct serving *serving)
{
    struct arena *arena = serving->run->arena;
    struct url parts = {0};
    const char *uri = given_text(&serving->given, "redirect_uri");
    const char *wanted = uri == NULL ? "http://localhost" CALLBACK_PATH : uri;
    const char *fault = callback_fault(arena, wanted);
    bool is_here = fault == NULL && url_parse(arena, wanted, &parts) == NULL &&
                   url_is_loopback(&parts) && str_equal(parts.scheme, "http");
    serving->host = is_here ? parts.host : "localhost";
    serving->site.redirect_uri = wanted;
    if (!is_here) {
        return fault == NULL ? TOOL_DONE : wrong(serving, fault);
    }
    if (parts.port != NULL && !str_to_int64(parts.port, 1, 65535, &serving->port)) {
        return wrong(serving, arena_printf(arena, "--redirect-uri: '%s' has no port", wanted));
    }
    serving->site.callback_path = *parts.path == '\0' ? "/" : parts.path;
    return TOOL_DONE;
}

static enum tool_exit listen_here(struct serving *serving)
{
    static const char *const hosts[] = {"localhost", "127.0.0.1", "::1", NULL};
    static const struct gate gate = {.hosts = hosts};
    struct arena *arena = serving->run->arena;
    size_t size = strlen(serving->host);
    bool has_brackets = *serving->host == '[' && size > 2;
    uint16_t port = (uint16_t)serving->port;
    const struct mhd_options options = {
        .host = has_brackets ? arena_strndup(arena, serving->host + 1, size - 2) : serving->host,
        .port = port,
        .threads = THREADS,
        .files = FILES,
        .gate = &gate,
        .hooks = &served_site_hooks};
    if (mhd_bind(&options, &serving->mhd, &port) != MHD_LISTENING) {
        return wrong(serving, arena_printf(arena, "%s:%d cannot be listened at", serving->host,
                                           (int)serving->port));
    }
    if (serving->port == 0 && serving->site.callback_path != NULL) {
        serving->site.redirect_uri =
            arena_printf(arena, "http://%s:%u%s", serving->host, port, serving->site.callback_path);
    }
    serving->port = port;
    for (size_t i = 0; i < serving->count; i++) {
        serving->made[i].engine.redirect_uri = serving->site.redirect_uri;
    }
    return TOOL_DONE;
}

static enum tool_exit open_transcript(struct serving *serving)
{
    const char *file = given_text(&serving->given, "transcript");
    if (file == NULL) {
        return TOOL_DONE;
    }
    serving->transcript = fopen(file, "we");
    if (serving->transcript == NULL) {
        return wrong(serving, arena_printf(serving->run->arena, "--transcript: '%s': %s", file,
                                           strerror(errno)));
    }
    for (size_t i = 0; i < serving->count; i++) {
        serving->made[i].shown.transcript = serving->transcript;
    }
    return TOOL_DONE;
}

/* Until it is interrupted; a second time ends it at once, whatever is under way. */
static enum tool_exit serve(struct serving *serving)
{
    sigset_t signals;
    int which = 0;
    serving->site.all = serving->all;
    serving->site.count = serving->count;
    random_text(serving->made[0].engine.random, serving->site.token, TOKEN_BYTES);
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (mhd_start(serving->mhd, &serving->site) != 0) {
        return wrong(serving, "the network failed");
    }
    fprintf(stderr, "Open this address in a browser:\nhttp://%s:%d/\n", serving->host,
            (int)serving->port);
    sigwait(&signals, &which);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    mhd_stop(&serving->mhd, 1, GRACE);
    return TOOL_DONE;
}

static void close_all(struct serving *serving)
{
    mhd_free(serving->mhd);
    for (size_t i = 0; i < serving->count; i++) {
        served_free(serving->all[i]);
        serving->made[i].shown.transcript = NULL;
        connection_given_close(&serving->made[i]);
    }
    if (serving->transcript != NULL) {
        (void)fclose(serving->transcript);
    }
}

enum tool_exit connection_serve_run(struct tool_run *run)
{
    AUTO(close_all)
    struct serving serving = {.run = run, .files = {.arena = run->arena}};
    enum tool_exit end = TOOL_WRONG;
    if (!usage_read(run, &connection_serve_usage, &serving.given, &end)) {
        return end;
    }
    if (connection_files_list(run, &serving.given, &serving.files) != 0 ||
        read_redirect_uri(&serving) != TOOL_DONE || make_folder(&serving) != TOOL_DONE) {
        return TOOL_WRONG;
    }
    if (given_text(&serving.given, "tls_insecure") != NULL) {
        fprintf(stderr, "--tls-insecure: no certificate is verified\n");
    }
    end = read_connections(&serving);
    end = end == TOOL_DONE ? open_transcript(&serving) : end;
    end = end == TOOL_DONE ? listen_here(&serving) : end;
    end = end == TOOL_DONE ? serve(&serving) : end;
    return shown_end(&serving.loss, run, end);
}
