/* What starting took and serving does not need goes back to the system. */
#ifndef MAKESHIFT_PROCESS_TRIM_H
#define MAKESHIFT_PROCESS_TRIM_H

/* Gives back the free heap, and drops the program's and its libraries' code and constants from
 * memory: the kernel brings in again, from its cache, the pages that serving touches. Four fifths
 * of what is resident after a start is code that ran once. Changes nothing that can be seen but the
 * size. Leaves a process that is being debugged as it is. */
void trim_after_start(void);

#endif
