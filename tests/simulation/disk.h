/* SPDX-License-Identifier: Apache-2.0 */
/* The journal of a gateway: what is written is there after the next commit. */
#ifndef ML_SIMULATION_DISK_H
#define ML_SIMULATION_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/forward.h"
#include "message/request.h"

struct sim;
struct gateway;

/* A request as it stands in a journal or with the case work. */
struct paper {
    struct request request; /* msisdn and text point at the next two */
    char msisdn[20];
    char text[512];
};

struct disk_entry {
    struct paper paper;
    bool acked;
    unsigned sent; /* since the start of the gateway */
};

/* Asked for and not yet on disk: a filing, or an acknowledgement to be noted. */
struct disk_write {
    bool is_filing;
    uint64_t txn;
    char id[REQUEST_ID_MAX + 1];
    struct paper paper;
};

struct disk {
    struct disk_entry *entry; /* seq is the place, from 1 */
    size_t count, cap;
    struct disk_write *write;
    size_t writes, write_cap;
    bool committing;
    unsigned untold; /* filings on disk whose answer is under way */
    bool is_full, is_failing;
};

void disk_fini(struct disk *d);

/* Copy with its strings. */
void paper_copy(struct paper *to, const struct request *r);

/* The ports. */
void disk_file(struct gateway *g, uint64_t txn, const struct request *r);
void disk_fetch(struct gateway *g, int64_t after, size_t most);
void disk_settle(struct gateway *g, const char *id);

/* What was not committed is gone, or by chance kept. */
void disk_crash(struct gateway *g);

/* The entry with that case number; NULL if there is none. */
const struct paper *disk_case(const struct disk *d, const char *case_no);
struct disk_entry *disk_find(const struct disk *d, const char *id);

/* How many entries are not acknowledged. */
size_t disk_waiting(const struct disk *d);

#endif
