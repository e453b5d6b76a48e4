/* SPDX-License-Identifier: Apache-2.0 */
/* What the looks of doctor.c share. */
#ifndef ML_DOCTOR_FINDINGS_H
#define ML_DOCTOR_FINDINGS_H

#include "base/conf.h"
#include "core/handler.h"

struct doctor {
    const struct conf *conf;
    const struct handler_table *handlers;
    const char *look; /* the name of the one at work */
    int bad;          /* what has to be mended */
};

/* Print a line: all is well; worth knowing; to be mended, with what to do. */
void doctor_well(struct doctor *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void doctor_note(struct doctor *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void doctor_bad(struct doctor *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The words -c FILE and --help of a command. Returns -1 with the path, or the exit status after
 * usage was printed. */
int doctor_words(int argc, char **argv, const char *usage, const char **path);

/* The configuration at a path, the caller's to free. NULL with the exit status after what is wrong
 * was printed. */
struct conf *doctor_conf(const char *path, int *status);

/* All looks, one after the other. */
void doctor_look(struct doctor *d);

/* Files, disk, keys, clock, content: looks.c. Servers: servers.c. */
void doctor_secret(struct doctor *d);
void doctor_keys(struct doctor *d);
void doctor_journal(struct doctor *d);
void doctor_store(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_content(struct doctor *d);
void doctor_redis(struct doctor *d);
void doctor_broker(struct doctor *d);

#endif
