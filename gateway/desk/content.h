/* SPDX-License-Identifier: Apache-2.0 */
/* The two directions of `mekongline content`. */
#ifndef ML_DESK_CONTENT_H
#define ML_DESK_CONTENT_H

#include <stdbool.h>

#include "base/conf.h"
#include "core/handler.h"
#include "desk/exchange.h"

/* The words of the command line. */
struct content_wish {
    struct conf conf;     /* names the folder */
    const char *language; /* not English */
    const char *file;     /* to write, NULL for standard output; to read, never NULL */
    const char *reviewer; /* of what is read; NULL if nobody reviewed it */
    int format;           /* enum exchange_format */
    bool dry_run;         /* write nothing */
    const struct handler_table *handlers;
};

/* Write the texts of a language for translators. Returns an exit status. */
int content_export(const struct content_wish *w);

/* Take what translators made: all of it, or nothing with every fault told. Returns an exit status.
 */
int content_import(const struct content_wish *w);

#endif
