/* TABLE of options, and what the command line and the environment make of them.
 *
 * The command line wins over MAKESHIFT_<NAME>, which wins over the default. */
#ifndef MAKESHIFT_CLI_CONFIG_H
#define MAKESHIFT_CLI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/cli/command.h"
#include "server/oauth/tenant.h"
#include "server/tls/tls.h"

enum option {
    OPTION_HOST,
    OPTION_PORT,
    OPTION_PORT_FILE,
    OPTION_ISSUER,
    OPTION_ALLOW_HOST,
    OPTION_TLS,
    OPTION_TLS_NAME,
    OPTION_TLS_DIR,
    OPTION_TLS_CERT,
    OPTION_TLS_KEY,
    OPTION_HTTPS_PORT,
    OPTION_DB,
    OPTION_EXPORT_ON_EXIT,
    OPTION_FIXTURES,
    OPTION_FIXTURES_JSON,
    OPTION_WATCH,
    OPTION_WHILE,
    OPTION_PROFILE,
    OPTION_LOGIN,
    OPTION_EXPLAIN,
    OPTION_GUESSES,
    OPTION_SEED,
    OPTION_CLOCK,
    OPTION_TENANTS,
    OPTION_JOURNAL,
    OPTION_JOURNAL_FILE,
    OPTION_CONTROL,
    OPTION_CONTROL_TOKEN,
    OPTION_THREADS,
    OPTION_HEADER_TIMEOUT,
    OPTION_BODY_TIMEOUT,
    OPTION_IDLE_TIMEOUT,
    OPTION_STOP_TIMEOUT,
    OPTION_LOG_LEVEL,
    OPTION_LOG_FORMAT,
    OPTION__MAX
};

struct option_row {
    const char *flag;        /* "--port" */
    const char *environment; /* "MAKESHIFT_PORT" */
    const char *argument;    /* "N", "FILE", "auto|page"; NULL: none is needed, it is on */
    const char *fallback;    /* the default, as written; NULL: none */
    const char *help;        /* one sentence */
    bool repeats;            /* may stand more than once; the environment's is comma-separated */
};
extern const struct option_row option_table[OPTION__MAX];

#define OPTION_PREFIX "MAKESHIFT_" /* of every variable */

enum tls_mode { TLS_OFF, TLS_AUTO, TLS__MAX };
extern const char *const tls_names[TLS__MAX]; /* off auto */

/* Who is answered by the control door. */
enum control_mode {
    CONTROL_NEAR, /* as nobody said anything: whoever is on this machine */
    CONTROL_ON,   /* whoever reaches the server */
    CONTROL_OFF,  /* nobody */
    CONTROL_PORT, /* whoever is to be answered, at a port of its own */
};

#define CONFIG_ALLOW_HOSTS_MAX 32
struct config {
    const char *host;
    uint16_t port;
    const char *port_file;                               /* NULL: none */
    const char *issuer;                                  /* NULL: http(s)://localhost:PORT */
    const char *allow_hosts[CONFIG_ALLOW_HOSTS_MAX + 1]; /* lower case, NULL-terminated */
    enum tls_mode tls;
    const char *tls_names[TLS_NAMES_MAX + 1]; /* lower case, NULL-terminated */
    const char *tls_dir;                      /* NULL: one of the user's */
    const char *tls_cert, *tls_key;           /* both or none */
    bool has_https_port;
    uint16_t https_port;        /* 0: any free one */
    const char *db;             /* NULL: in memory */
    const char *export_on_exit; /* NULL: the state is not left in a file */
    const char *fixtures;       /* a path, or "-" */
    const char *fixtures_json;  /* the fixture itself; without either, the built-in one */
    bool watch;                 /* the fixture's file is read again when it changes */
    bool hangup_reads;          /* and on SIGHUP */
    int64_t companion;          /* the process that it ends with; 0: none */
    const char *profile;        /* NULL: the fixture's */
    enum login_mode login;
    enum explain_mode explain;
    int64_t guesses; /* wrong secrets a client may send in a minute; 0: any number */
    bool seeded;
    uint64_t seed;
    struct clock clock;
    size_t journal;           /* entries of each tenant's; 0: none is kept */
    const char *journal_file; /* NULL: journals are not left in a file */
    size_t tenants;           /* that may be made beside the default */
    enum control_mode control;
    uint16_t control_port;     /* CONTROL_PORT: 0 is any free one */
    const char *control_token; /* NULL: the control door asks for none */
    unsigned threads;          /* 0: one per core */
    /* Seconds: for a request's line and headers, for its body, for the next request's line, and for
     * what is in flight at the end. */
    unsigned header_timeout, body_timeout, idle_timeout, stop_timeout;
    enum log_level log_level;
    enum log_format log_format;
    const char
        *strangers; /* variables of our prefix that are none of ours, with commas; NULL: none */
};

/* 0; 1 when something is wrong: the invocation's `problem` says what and how to mend it, in one
 * line. Strings borrow from its arguments, its environment or its arena. */
MUST_USE int config_read(struct invocation *invocation, struct config *config);

/* True when something is served over https. */
bool config_has_tls(const struct config *config);

/* True when --issuer begins with http://. */
bool config_issuer_is_plain(const struct config *config);

extern const char config_version[]; /* "0.1.0" */

#endif
