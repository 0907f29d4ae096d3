#include "server/tls/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/file.h"
#include "server/base/str.h"

#define FILE_MAX (256 * 1024)

int tls_refuse(const struct tls_place *place, const char *option, const char *what)
{
    *place->problem = arena_printf(place->arena, "%s: %s", option, what);
    return 1;
}

const char *tls_path(const struct tls_place *place, const char *name)
{
    return arena_printf(place->arena, "%s/%s", place->directory, name);
}

int tls_read_file(const struct tls_place *place, const char *option, const char *path,
                  const char **text)
{
    size_t size;
    const char *wrong = NULL;
    *text = file_read(place->arena, path, FILE_MAX, &size, &wrong);
    if (*text != NULL) {
        return 0;
    }
    const char *what = str_starts(wrong, "it ") ? wrong + strlen("it ") : wrong;
    return tls_refuse(
        place, option,
        arena_printf(place->arena, "%s %s; name a file of PEM that can be read", path, what));
}

void tls_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

int tls_refuse_directory(const struct tls_place *place, const char *what)
{
    return tls_refuse(place, "--tls-dir",
                      arena_printf(place->arena, "%s %s: %s; name another directory",
                                   place->directory, what, strerror(errno)));
}

/* With all that is above it. */
int tls_make_directory(const struct tls_place *place)
{
    char *path = arena_strdup(place->arena, place->directory);
    for (char *at = path + 1;; at++) {
        char here = *at;
        if (here != '/' && here != '\0') {
            continue;
        }
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return tls_refuse_directory(place, "cannot be made");
        }
        *at = here;
        if (here == '\0') {
            return 0;
        }
    }
}

static bool write_all(int fd, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t put = write(fd, text, size);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        text += put > 0 ? put : 0;
        size -= put > 0 ? (size_t)put : 0;
    }
    return fsync(fd) == 0;
}

/* The name that a file has until it is whole. */
static const char *new_path(const struct tls_place *place, const char *name)
{
    return arena_printf(place->arena, "%s/.%s.new", place->directory, name);
}

static int write_new(const struct tls_place *place, const char *name, mode_t mode, const char *text)
{
    const char *path = new_path(place, name);
    unlink(path); /* what a start that was killed left */
    AUTO(tls_close)
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0 && fchmod(fd, mode) == 0 && write_all(fd, text)) {
        return 0;
    }
    int why = errno;
    unlink(path);
    errno = why;
    return tls_refuse_directory(place, "cannot be written to");
}

static int put_in_place(const struct tls_place *place, const char *name)
{
    return rename(new_path(place, name), tls_path(place, name)) == 0
               ? 0
               : tls_refuse_directory(place, "cannot be written to");
}

int tls_write_pair(const struct tls_place *place, const char *name, const struct certificate *pair)
{
    const char *pem = arena_printf(place->arena, "%s.pem", name);
    const char *key = arena_printf(place->arena, "%s-key.pem", name);
    if (write_new(place, key, 0600, pair->key_pem) != 0) {
        return 1;
    }
    /* The key last: one that stands alone is then somebody else's, and a certificate that does has
     * its key under the new name. */
    return write_new(place, pem, 0644, pair->pem) != 0 || put_in_place(place, pem) != 0 ||
           put_in_place(place, key) != 0;
}

/* Not access(2): a link that leads nowhere is there too. */
static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 || errno != ENOENT;
}

/* NULL when the file is not there. malloc'd. */
static int read_half(const struct tls_place *place, const char *path, char **text)
{
    const char *read = NULL;
    if (!is_there(path)) {
        return 0;
    }
    if (tls_read_file(place, "--tls-dir", path, &read) != 0) {
        return 1;
    }
    *text = strdup(read);
    return *text != NULL ? 0 : tls_refuse(place, "--tls-dir", "out of memory");
}

/* A start that was killed may have placed the certificate alone. */
static int finish_pair(const struct tls_place *place, const char *key, struct certificate *pair)
{
    const char *path = new_path(place, key);
    AUTO(certificate_fini) struct certificate begun = {.pem = strdup(pair->pem)};
    if (!is_there(path)) {
        return 0;
    }
    if (read_half(place, path, &begun.key_pem) != 0) {
        return 1;
    }
    if (!certificate_is_pair(&begun)) {
        return 0;
    }
    free(pair->key_pem);
    pair->key_pem = begun.key_pem;
    begun.key_pem = NULL; /* the pair owns it now */
    return put_in_place(place, key);
}

int tls_read_pair(const struct tls_place *place, const char *name, struct certificate *pair)
{
    const char *key = arena_printf(place->arena, "%s-key.pem", name);
    *pair = (struct certificate){0};
    if (read_half(place, tls_path(place, arena_printf(place->arena, "%s.pem", name)), &pair->pem) !=
            0 ||
        read_half(place, tls_path(place, key), &pair->key_pem) != 0) {
        return 1;
    }
    return pair->pem != NULL && !certificate_is_pair(pair) ? finish_pair(place, key, pair) : 0;
}
