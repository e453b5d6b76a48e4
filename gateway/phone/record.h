/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a transcript anew: what it expects is replaced by what the phone received. For those who
 * changed a text on purpose, and who read the difference before they keep it. */
#ifndef ML_PHONE_RECORD_H
#define ML_PHONE_RECORD_H

#include <stdio.h>

struct record;

struct record *record_new(void); /* NULL without memory */
void record_free(struct record *r);

/* After line `after` comes `text`, each line of it behind `mark` ('|' or '<'); the lines after+1 to
 * after+drop go. Returns 0, or -1 without memory. */
int record_put(struct record *r, unsigned after, unsigned drop, char mark, const char *text);

/* Write the transcript of that file with all that was put. Returns 0, or -1 with errno set. */
int record_write(const struct record *r, const char *path, FILE *out);

#endif
