#include "server/http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/str.h"

#define PORT_TRIES 64 /* a port free on one address may be taken on the other */

#define FILES_MAX 65536
#define FILES_KEPT 24      /* for the store, the log, and whatever else opens files */
#define FILES_PER_THREAD 3 /* epoll, eventfd, and the share of its daemon's own */

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
    socklen_t size;
    bool may_be_missing;
};

struct addresses {
    struct address list[LISTEN_MAX];
    size_t count;
};

static int outcome_of(int error)
{
    switch (error) {
    case EADDRINUSE:
        return MHD_PORT_TAKEN;
    case EACCES:
        return MHD_NOT_ALLOWED;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return MHD_BAD_HOST;
    default:
        log_message(LOG_ERROR, "cannot listen: %s", strerror(error));
        return -1;
    }
}

static void find_localhost(struct addresses *found)
{
    found->list[0].v4 = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    found->list[0].size = sizeof(found->list[0].v4);
    found->list[1].v6 = (struct sockaddr_in6){
        .sin6_family = AF_INET6,
        .sin6_addr = in6addr_loopback,
    };
    found->list[1].size = sizeof(found->list[1].v6);
    found->list[1].may_be_missing = true;
    found->count = 2;
}

static bool is_known(const struct addresses *found, const struct addrinfo *info)
{
    for (size_t i = 0; i < found->count; i++) {
        if (found->list[i].size == info->ai_addrlen &&
            memcmp(&found->list[i].any, info->ai_addr, info->ai_addrlen) == 0) {
            return true;
        }
    }
    return false;
}

static int find(const char *host, struct addresses *found)
{
    *found = (struct addresses){0};
    if (str_equal(host, "localhost")) {
        find_localhost(found);
        return 0;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *all = NULL;
    if (getaddrinfo(host, NULL, &hints, &all) != 0) {
        return MHD_BAD_HOST;
    }
    for (struct addrinfo *info = all; info != NULL && found->count < LISTEN_MAX;
         info = info->ai_next) {
        if (info->ai_family != AF_INET && info->ai_family != AF_INET6) {
            continue;
        }
        if (is_known(found, info)) {
            continue;
        }
        struct address *address = &found->list[found->count++];
        memcpy(&address->any, info->ai_addr, info->ai_addrlen);
        address->size = info->ai_addrlen;
    }
    freeaddrinfo(all);
    return found->count == 0 ? MHD_BAD_HOST : 0;
}

static void set_port(struct address *address, uint16_t port)
{
    if (address->any.sa_family == AF_INET) {
        address->v4.sin_port = htons(port);
    } else {
        address->v6.sin6_port = htons(port);
    }
}

static uint16_t port_of(int fd)
{
    struct address bound = {.size = sizeof(bound.v6)};
    if (getsockname(fd, &bound.any, &bound.size) != 0) {
        return 0;
    }
    return ntohs(bound.any.sa_family == AF_INET ? bound.v4.sin_port : bound.v6.sin6_port);
}

static bool is_loopback(const struct address *address)
{
    if (address->any.sa_family == AF_INET) {
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr)) {
        return address->v6.sin6_addr.s6_addr[12] == 127;
    }
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

/* The socket, or -1 with errno set. */
static int open_one(const struct address *address)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    /* Not SO_REUSEPORT: a second server at the port must fail, not share it. Linux reports a port
     * in use when we listen, not when we bind, so both happen here. */
    int on = 1;
    int v6_only =
        address->any.sa_family == AF_INET6 && !IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        (address->any.sa_family == AF_INET ||
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof(v6_only)) == 0) &&
        bind(fd, &address->any, address->size) == 0 && listen(fd, SOMAXCONN) == 0) {
        return fd;
    }

    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int open_all(struct addresses *addresses, uint16_t port, struct listeners *out)
{
    *out = (struct listeners){.port = port};
    for (size_t i = 0; i < addresses->count; i++) {
        struct address *address = &addresses->list[i];
        set_port(address, out->port);
        int fd = open_one(address);
        if (fd < 0 && address->may_be_missing && outcome_of(errno) == MHD_BAD_HOST) {
            log_message(LOG_INFO, "this machine has no ::1; localhost is 127.0.0.1 alone");
            continue;
        }
        if (fd < 0) {
            int outcome = outcome_of(errno);
            listen_close(out);
            return outcome;
        }
        out->list[out->count++] = (struct listener){.fd = fd, .is_loopback = is_loopback(address)};
        out->port = port_of(fd);
    }
    return MHD_LISTENING;
}

int listen_open(const char *host, uint16_t port, struct listeners *out)
{
    struct addresses addresses = {0};
    *out = (struct listeners){0};
    int outcome = find(host, &addresses);
    if (outcome != 0) {
        return outcome;
    }
    for (int tries = 0; tries < PORT_TRIES; tries++) {
        outcome = open_all(&addresses, port, out);
        if (outcome != MHD_PORT_TAKEN || port != 0) {
            return outcome;
        }
    }
    return outcome;
}

void listen_close(struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++) {
        if (listeners->list[i].fd >= 0) {
            close(listeners->list[i].fd);
        }
    }
    listeners->count = 0;
}

/* The soft limit is there for programs that still use select; the hard one is the machine's word.
 * */
static size_t files_allowed(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return 0;
    }
    if (files.rlim_cur < files.rlim_max && files.rlim_cur < FILES_MAX) {
        rlim_t before = files.rlim_cur;
        files.rlim_cur = files.rlim_max < FILES_MAX ? files.rlim_max : FILES_MAX;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
            files.rlim_cur = before;
        }
    }
    return files.rlim_cur < FILES_MAX ? (size_t)files.rlim_cur : FILES_MAX;
}

bool listen_is_loopback(const struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++) {
        if (!listeners->list[i].is_loopback) {
            return false;
        }
    }
    return true;
}

unsigned listen_connections_max(const struct listeners *listeners,
                                const struct mhd_options *options)
{
    unsigned threads = options->threads;
    size_t all = files_allowed();
    size_t allowed = all > options->files ? (all - options->files) / (options->beside + 1) : 0;
    size_t kept = FILES_KEPT + FILES_PER_THREAD * listeners->count * threads;
    size_t each = allowed > kept ? (allowed - kept) / listeners->count : 0;
    /* A thread without a connection of its own would be of no use. */
    return each > threads ? (unsigned)each : threads;
}
