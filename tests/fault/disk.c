#include "tests/fault/disk.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_SIZE 512
#define FILES_MAX 8

struct bytes {
    uint8_t *at;
    size_t size;
};

/* A write since the last sync, or (data NULL) a cut to `offset`. */
struct pending {
    size_t offset;
    struct bytes data;
    struct pending *next;
};

struct file {
    char name[NAME_MAX_SIZE];
    bool exists;
    struct bytes now, synced;
    struct pending *first, **last;
};

struct handle {
    sqlite3_file base;
    struct file *file;
};

static struct {
    struct file files[FILES_MAX];
    enum disk_fault fault;
    unsigned countdown; /* calls until the fault; 0: it has been met, or there is none */
    bool armed, met;
    sqlite3_vfs *real, vfs;
} disk;

static void resize(struct bytes *bytes, size_t size)
{
    bytes->at = realloc(bytes->at, size + 1);
    if (!bytes->at) {
        abort();
    }
    if (size > bytes->size) {
        memset(bytes->at + bytes->size, 0, size - bytes->size);
    }
    bytes->size = size;
}

static void apply(struct bytes *to, size_t offset, const uint8_t *data, size_t size)
{
    if (offset + size > to->size) {
        resize(to, offset + size);
    }
    memcpy(to->at + offset, data, size);
}

static void forget_pending(struct file *file)
{
    for (struct pending *p = file->first, *next; p; p = next) {
        next = p->next;
        free(p->data.at);
        free(p);
    }
    file->first = NULL;
    file->last = &file->first;
}

static void remember(struct file *file, size_t offset, const uint8_t *data, size_t size)
{
    struct pending *p = calloc(1, sizeof(*p));
    if (!p) {
        abort();
    }
    p->offset = offset;
    if (data) {
        apply(&p->data, 0, data, size);
    }
    *file->last = p;
    file->last = &p->next;
}

static void drop_file(struct file *file)
{
    forget_pending(file);
    free(file->now.at);
    free(file->synced.at);
    *file = (struct file){.exists = false};
    file->last = &file->first;
}

/* ---- faults ---- */

void disk_break(enum disk_fault fault, unsigned nth)
{
    disk.fault = fault;
    disk.countdown = nth;
    disk.armed = true;
    disk.met = false;
}

void disk_mend(void)
{
    disk.armed = false;
}

int disk_broke(void)
{
    return disk.met;
}

/* The fault this call meets. */
static enum disk_fault meet(bool writes)
{
    if (!disk.armed) {
        return DISK_SOUND;
    }
    if (disk.countdown > 0 && --disk.countdown > 0) {
        return DISK_SOUND;
    }
    bool lasts = disk.fault == DISK_DEAD || disk.fault == DISK_FULL;
    if ((disk.met && !lasts) || (disk.fault == DISK_FULL && !writes)) {
        return DISK_SOUND;
    }
    disk.met = true;
    return disk.fault;
}

void disk_clear(void)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        drop_file(&disk.files[i]);
    }
}

static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245U + 12345U;
    return *state >> 16;
}

static void lose(struct file *file, unsigned *state)
{
    for (struct pending *p = file->first; p && *state != 0; p = p->next) {
        unsigned choice = next_random(state) % 4;
        if (choice == 0) {
            continue; /* lost, while later ones may have reached the platter */
        }
        if (p->data.at) {
            apply(&file->synced, p->offset, p->data.at,
                  choice == 1 ? next_random(state) % (p->data.size + 1) : p->data.size);
        } else {
            resize(&file->synced, p->offset);
        }
    }
    forget_pending(file);
    resize(&file->now, 0);
    apply(&file->now, 0, file->synced.at, file->synced.size);
}

void disk_crash(unsigned seed)
{
    unsigned state = seed;
    disk_mend();
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (disk.files[i].exists) {
            lose(&disk.files[i], &state);
        }
    }
}

/* ---- what SQLite calls ---- */

static struct file *of(sqlite3_file *base)
{
    return ((struct handle *)base)->file;
}

static int file_close(sqlite3_file *base)
{
    (void)base;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *to, int size, sqlite3_int64 offset)
{
    const struct bytes *now = &of(base)->now;
    enum disk_fault fault = meet(false);
    if (fault != DISK_SOUND) {
        return SQLITE_IOERR_READ;
    }
    size_t from = (size_t)offset, wanted = (size_t)size;
    size_t there = from >= now->size ? 0 : now->size - from;
    memset(to, 0, wanted);
    memcpy(to, now->at + (there ? from : 0), there < wanted ? there : wanted);
    return there < wanted ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static void write_now(struct file *file, const void *from, size_t size, size_t offset)
{
    apply(&file->now, offset, from, size);
    remember(file, offset, from, size);
}

static int file_write(sqlite3_file *base, const void *from, int size, sqlite3_int64 offset)
{
    enum disk_fault fault = meet(true);
    if (fault == DISK_SHORT) {
        write_now(of(base), from, (size_t)size / 2, (size_t)offset);
    }
    if (fault != DISK_SOUND) {
        return fault == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    write_now(of(base), from, (size_t)size, (size_t)offset);
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    if (meet(true) != DISK_SOUND) {
        return SQLITE_IOERR_TRUNCATE;
    }
    resize(&of(base)->now, (size_t)size);
    remember(of(base), (size_t)size, NULL, 0);
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags)
{
    struct file *file = of(base);
    (void)flags;
    if (meet(true) != DISK_SOUND) {
        return SQLITE_IOERR_FSYNC;
    }
    resize(&file->synced, 0);
    apply(&file->synced, 0, file->now.at, file->now.size);
    forget_pending(file);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)of(base)->now.size;
    return meet(false) == DISK_SOUND ? SQLITE_OK : SQLITE_IOERR_FSTAT;
}

static int file_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int file_reserved(sqlite3_file *base, int *held)
{
    (void)base;
    *held = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *base)
{
    (void)base;
    return 512;
}

static int file_characteristics(sqlite3_file *base)
{
    (void)base;
    return 0; /* nothing is atomic, nothing is in order */
}

/* Version 1: no shared memory, as the store never shares its file. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
};

static struct file *find(const char *name)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (disk.files[i].exists && strcmp(disk.files[i].name, name) == 0) {
            return &disk.files[i];
        }
    }
    return NULL;
}

static struct file *make(const char *name)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        struct file *file = &disk.files[i];
        if (file->exists) {
            continue;
        }
        file->exists = true;
        file->last = &file->first;
        resize(&file->now, 0);
        resize(&file->synced, 0);
        strncpy(file->name, name, sizeof(file->name) - 1);
        return file;
    }
    abort();
}

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out)
{
    struct handle *handle = (struct handle *)base;
    (void)vfs;
    handle->base.pMethods = NULL;
    if (meet(true) != DISK_SOUND) {
        return SQLITE_CANTOPEN;
    }
    handle->file = find(name);
    if (!handle->file) {
        handle->file = make(name);
    }
    handle->base.pMethods = &methods;
    if (out) {
        *out = flags;
    }
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    struct file *file = find(name);
    (void)vfs;
    (void)sync;
    if (meet(true) != DISK_SOUND) {
        return SQLITE_IOERR_DELETE;
    }
    if (!file) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    drop_file(file);
    return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *there)
{
    (void)vfs;
    (void)flags;
    *there = find(name) != NULL;
    return meet(false) == DISK_SOUND ? SQLITE_OK : SQLITE_IOERR_ACCESS;
}

static int disk_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    if ((size_t)size <= strlen(name)) {
        return SQLITE_CANTOPEN;
    }
    strcpy(out, name);
    return SQLITE_OK;
}

int disk_register(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    if (!disk.real) {
        return 1;
    }
    disk.vfs = *disk.real; /* time and randomness are the machine's */
    disk.vfs.szOsFile = sizeof(struct handle);
    disk.vfs.mxPathname = NAME_MAX_SIZE;
    disk.vfs.zName = "disk";
    disk.vfs.xOpen = disk_open;
    disk.vfs.xDelete = disk_delete;
    disk.vfs.xAccess = disk_access;
    disk.vfs.xFullPathname = disk_full_path;
    disk_clear();
    return sqlite3_vfs_register(&disk.vfs, 1);
}
