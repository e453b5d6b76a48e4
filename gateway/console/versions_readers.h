/* SPDX-License-Identifier: Apache-2.0 */
/* Who has a version open for review just now, so that a second reviewer is told before both have
 * read it. In memory alone: it is a courtesy, no lock. */
#ifndef ML_CONSOLE_VERSIONS_READERS_H
#define ML_CONSOLE_VERSIONS_READERS_H

#include <stddef.h>
#include <stdint.h>

#include "console/people.h"

enum {
    VERSION_READERS_MAX = 32,
    VERSION_READING_MS = 30000 /* an open page tells every ten seconds */
};

struct version_reader {
    int64_t version, person, at_ms;
    char name[PERSON_NAME_SIZE];
};

struct version_readers {
    struct version_reader list[VERSION_READERS_MAX];
};

/* That person has it open; takes the place of the one who was heard of longest ago. */
void version_readers_note(struct version_readers *r, int64_t version, int64_t person,
                          const char *name, int64_t now_ms);

#endif
