/* SPDX-License-Identifier: Apache-2.0 */
/* What translators made, taken into content files in memory: all of it, or nothing with every fault
 * told. */
#ifndef ML_DESK_IMPORT_H
#define ML_DESK_IMPORT_H

#include "base/conf.h"
#include "core/handler.h"
#include "desk/merge.h"

enum import_outcome {
    IMPORT_UNCHANGED,
    IMPORT_NEW,
    IMPORT_CHANGED,
    IMPORT_CONFIRMED, /* was stale; the same words for the new English */
    IMPORT_SIGNED,    /* was a draft; the same words, and a reviewer */
    IMPORT_SKIPPED,   /* empty, fuzzy, or left stale */
    IMPORT_OUTCOMES
};

/* All borrowed; the octets of the files until import_end, the rest for the call. */
struct import_wish {
    const struct bundle *files;
    const char *language; /* not English */
    enum exchange_format format;
    const char *text; /* of the translators' file */
    size_t len;
    const char *reviewer; /* who reviewed all of it; NULL: what is new is a draft */
    const struct conf *conf;
    const struct handler_table *handlers;
};

/* An import that was checked. */
struct import {
    const struct import_wish *wish; /* during import_texts */
    struct arena *arena;
    struct findings *faults; /* errors; warnings of the check on texts that are taken. A member
                                `file` that is "" is the translators' file */
    struct pairs pairs;
    struct exchange in;
    struct map *units;  /* of `in`, by id */
    struct merge merge; /* its `files` are those that change, its `taken` the texts by pair */
    enum import_outcome *outcomes; /* by pair; IMPORT_UNCHANGED if the file lacks it */
    size_t counts[IMPORT_OUTCOMES];
    char today[16]; /* YYYY-MM-DD */
};

/* Read, merge and check a file against the whole content. Returns 0 if it may be taken, -1 with an
 * error among the faults; import_end in either case. */
int import_texts(struct import *im, const struct import_wish *w);
void import_end(struct import *im);

#endif
