/* A disk made of memory, which SQLite writes to in place of the real one, and which can fail.
 *
 * It remembers what was written since the last sync of each file: a crash keeps what was synced,
 * and of the rest whatever the random numbers say, the last write perhaps in part. */
#ifndef MAKESHIFT_TESTS_FAULT_DISK_H
#define MAKESHIFT_TESTS_FAULT_DISK_H

enum disk_fault {
    DISK_SOUND,
    DISK_EIO,   /* one call fails; the next is well again */
    DISK_FULL,  /* writes fail from there on until disk_mend */
    DISK_SHORT, /* one write or read does half of its work and fails */
    DISK_DEAD,  /* the machine stops: every call fails */
};

/* Registers the disk as SQLite's default. Once per program, before the first db_open. */
int disk_register(void);

/* Forgets all files. */
void disk_clear(void);

/* The `nth` call from now (1 is the next) meets the fault. */
void disk_break(enum disk_fault fault, unsigned nth);
void disk_mend(void);

/* Whether the fault has been met since disk_break. */
int disk_broke(void);

/* The power goes: unsynced writes are lost, kept or torn, as `seed` decides. 0 loses all. */
void disk_crash(unsigned seed);

#endif
