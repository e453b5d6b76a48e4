/* SPDX-License-Identifier: Apache-2.0 */
/* A small valid content in memory, in English and Lao, that a test changes in one place. Failures
 * are cmocka assertions. */
#ifndef ML_TEST_SMALL_CONTENT_H
#define ML_TEST_SMALL_CONTENT_H

#include "catalog/catalog.h"

enum { SMALL_FILES = 24 };

struct small {
    struct catalog_file files[SMALL_FILES];
    char *mem[SMALL_FILES]; /* what was allocated for each file's text */
    size_t count;
};

void small_init(struct small *s);
void small_free(struct small *s);

/* The text of a file. */
const char *small_text(const struct small *s, const char *name);

/* Add a file or replace its text. */
void small_set(struct small *s, const char *name, const char *text);
void small_remove(struct small *s, const char *name);

/* Replace the first `old` in a file, which must be there. Returns the line where it stood, from 1.
 */
unsigned small_replace(struct small *s, const char *name, const char *old, const char *new);

/* Write the files into a folder that exists. */
void small_write(const struct small *s, const char *folder);

/* Delete what small_write wrote, and the folder. */
void small_erase(const struct small *s, const char *folder);

/* Types menu, article, fees, help, stop; USSD layouts 0 (182 septets or 80 units) and 1 (100 or
 * 45), SMS layout 2; the day is 2026-06-01. */
struct catalog_options small_options(void);

struct catalog *small_load(const struct small *s, struct findings *findings);

/* The unchanged small content, loaded. */
struct catalog *small_loaded(void);

/* Show the errors among findings with the test's output. */
void small_tell_errors(const struct findings *f);

#endif
