#include "server/cli/attention.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/endpoints/upkeep.h"
#include "server/fixture/load.h"
#include "server/process/trim.h"

/* A moment after the start, so that the first requests do not wait while pages go and come back. */
#define TRIM_AFTER 1000 /* ms */
#define LOOK_AFTER 1000 /* ms: between two looks at what tells nothing by itself */

static sigset_t signals_of(const struct config *config)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    if (config->hangup_reads) {
        sigaddset(&signals, SIGHUP);
    }
    return signals;
}

int attention_begin(struct attention *attention, const struct config *config, struct arena *arena,
                    const char **problem)
{
    sigset_t signals = signals_of(config);
    *attention = ATTENTION_NONE;
    attention->config = config;
    /* All threads leave these to the one that reads them. */
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    attention->signals = signalfd(-1, &signals, SFD_CLOEXEC);
    if (attention->signals < 0) {
        *problem = arena_printf(arena, "signals cannot be waited for: %s", strerror(errno));
        return 1;
    }
    if (config->companion != 0 && companion_begin(&attention->companion, config->companion) != 0) {
        *problem =
            arena_printf(arena, "--while: there is no process %lld; give the id of one that runs",
                         (long long)config->companion);
        return 1;
    }
    return config->watch ? watch_open(&attention->watch, arena, config->fixtures, problem) : 0;
}

void attention_end(struct attention *attention)
{
    watch_close(&attention->watch);
    companion_end(&attention->companion);
    if (attention->signals >= 0) {
        close(attention->signals);
    }
    free(attention->text);
}

static void tell(enum log_level level, const char *event, const char *file, const char *problem)
{
    const struct log_field fields[] = {{.name = "file", .value = file},
                                       {.name = "problem", .value = problem}};
    log_event(level, event, fields, COUNT(fields));
}

/* What is there already is not put again: what tests made of it since stays. */
static void read_again(struct attention *attention, struct endpoints *endpoints)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const char *file = attention->config->fixtures;
    const char *why = NULL;
    if (file == NULL || str_equal(file, "-")) {
        tell(LOG_WARN, "there is no file of --fixtures to read again", NULL, NULL);
        return;
    }
    const char *text = fixture_file_again(arena, file, &why);
    if (text != NULL && str_equal(text, attention->text)) {
        if (attention->is_refused) {
            tell(LOG_INFO, "the fixture is the one in force again", file, NULL);
        }
        attention->is_refused = false;
        return;
    }
    int outcome = text == NULL ? 1 : upkeep_renew(endpoints_site(endpoints), text, arena, &why);
    attention->is_refused = outcome != 0;
    if (outcome == 0) {
        free(attention->text);
        attention->text = memory_need(strdup(text));
        tell(LOG_INFO, "the fixture was read again", file, NULL);
    } else {
        tell(LOG_ERROR, "the fixture was not read again, and the one before stays", file,
             outcome > 0 ? why : "the database did not take it");
    }
}

/* The signal that ends the server, or 0. */
static int take_signal(struct attention *attention, struct endpoints *endpoints)
{
    struct signalfd_siginfo taken = {0};
    if (read(attention->signals, &taken, sizeof(taken)) != sizeof(taken)) {
        return 0;
    }
    if (taken.ssi_signo != SIGHUP) {
        return (int)taken.ssi_signo;
    }
    read_again(attention, endpoints);
    return 0;
}

/* How long to wait where no descriptor may tell: what mounts and links lead to changes without a
 * word. Negative: for ever. */
static int patience_of(const struct attention *attention)
{
    bool looks =
        attention->config->watch || (attention->companion.pid != 0 && attention->companion.fd < 0);
    return looks ? LOOK_AFTER : -1;
}

static bool is_changed(struct attention *attention, int told, short events)
{
    if ((events & POLLIN) != 0) {
        return watch_is_due(&attention->watch);
    }
    return told == 0 && attention->config->watch && watch_look(&attention->watch);
}

/* The signal that ends the server; 0: the companion is gone. */
static int wait_for_end(struct attention *attention, struct endpoints *endpoints)
{
    bool is_trimmed = false;
    int signal = 0;
    while (signal == 0 && !companion_is_gone(&attention->companion)) {
        struct pollfd files[] = {{.fd = attention->signals, .events = POLLIN},
                                 {.fd = attention->watch.fd, .events = POLLIN},
                                 {.fd = attention->companion.fd, .events = POLLIN}};
        int told = poll(files, COUNT(files), is_trimmed ? patience_of(attention) : TRIM_AFTER);
        if (told == 0 && !is_trimmed) {
            trim_after_start();
            is_trimmed = true;
        }
        if (is_changed(attention, told, files[1].revents)) {
            read_again(attention, endpoints);
        }
        signal = (files[0].revents & POLLIN) != 0 ? take_signal(attention, endpoints) : 0;
    }
    return signal;
}

void attention_wait(struct attention *attention, struct endpoints *endpoints)
{
    sigset_t signals = signals_of(attention->config);
    int received = wait_for_end(attention, endpoints);
    if (received != 0) {
        log_message(LOG_INFO, "SIG%s: finishing what is in flight", sigabbrev_np(received));
    } else {
        log_message(LOG_INFO, "process %lld has ended: finishing what is in flight",
                    (long long)attention->companion.pid);
    }
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    if (attention->config->hangup_reads) {
        signal(SIGHUP, SIG_IGN); /* nothing is read any more */
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}
