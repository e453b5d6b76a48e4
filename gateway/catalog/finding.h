/* SPDX-License-Identifier: Apache-2.0 */
/* What the content check finds: file, line, text, language, screen, and what to do. */
#ifndef ML_CATALOG_FINDING_H
#define ML_CATALOG_FINDING_H

#include <stddef.h>
#include <stdio.h>

enum finding_level { FINDING_ERROR, FINDING_WARNING };

struct finding {
    enum finding_level level;
    char code[32];    /* stable, such as "missing-text" */
    char file[160];   /* relative to the content folder; "" if none */
    unsigned line;    /* from 1; 0 if none */
    char id[96];      /* text, node or entry; "" if none */
    char language[8]; /* "" if none */
    char detail[256]; /* what is wrong and how to mend it */
};

struct findings; /* a growing list */

struct findings *findings_new(void);
void findings_free(struct findings *f); /* NULL is fine */

/* Add a copy. f may be NULL (nothing is kept). If memory runs out the count goes up all the same.
 */
void findings_add(struct findings *f, const struct finding *one);

size_t findings_count(const struct findings *f, enum finding_level level);
size_t findings_total(const struct findings *f);
const struct finding *findings_at(const struct findings *f, size_t i);

/* One line each: `FILE:LINE: error: ID [lo]: detail (code)`. */
void findings_print(const struct findings *f, FILE *out);

/* A JSON object {"errors":n,"warnings":n,"findings":[…]}. */
void findings_print_json(const struct findings *f, FILE *out);

#endif
