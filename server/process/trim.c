#include "server/process/trim.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Segments that may not be written hold what is in the file, byte for byte, so nothing is lost.
 * (What the loader relocates lies in the writable ones, even where it protects it afterwards.) */
static int drop_constant_segments(struct dl_phdr_info *object, size_t size, void *context)
{
    (void)size;
    const uintptr_t page = *(const uintptr_t *)context;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) {
            continue;
        }
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        madvise((void *)start, end - start, MADV_DONTNEED); /* advice: failing costs memory alone */
    }
    return 0;
}

/* A debugger's breakpoints are written into those segments, and would be lost. */
static bool is_traced(void)
{
    static const char field[] = "TracerPid:";
    char line[256];
    long tracer = 0;
    FILE *status = fopen("/proc/self/status", "re");
    while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0) {
            tracer = strtol(line + strlen(field), NULL, 10);
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return tracer != 0;
}

void trim_after_start(void)
{
    if (is_traced()) {
        return;
    }
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    malloc_trim(0);
    dl_iterate_phdr(drop_constant_segments, &page);
}
