/* SPDX-License-Identifier: Apache-2.0 */
/* Small files that are read whole: configuration, secrets, keys. */
#ifndef ML_BASE_FILE_H
#define ML_BASE_FILE_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Open a regular file for reading; a pipe or a device could keep us waiting. The caller closes it.
 * Returns the descriptor, or -1 with errno: EISDIR for a folder, EINVAL for anything else that is
 * no regular file. */
int file_open(const char *path, struct stat *st);

/* Read up to cap octets, less only at the end of the file. Returns how many, or -1 with errno. */
ssize_t file_read(int fd, char *out, size_t cap);

/* Put a file into a folder, which is made if it is not there: written beside its place under a
 * hidden name, synced, renamed, and the folder synced. A crash at any moment leaves the old file or
 * the new one. One writer of a name at a time. Returns 0, or -1 with errno; the old file then
 * stays. */
int file_replace(const char *folder, const char *name, const void *octets, size_t len);

#endif
