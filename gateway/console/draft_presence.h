/* SPDX-License-Identifier: Apache-2.0 */
/* Who has which text open just now. Kept in memory alone: a browser says so again and again, and
 * whoever has said nothing for a while has gone. */
#ifndef ML_CONSOLE_DRAFT_PRESENCE_H
#define ML_CONSOLE_DRAFT_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

enum { PRESENCE_MS = 30000, PRESENCE_ID_MAX = 96, PRESENCE_MAX = 128 };

struct presence;
struct draft;

struct presence *presence_new(void);
void presence_free(struct presence *p); /* NULL is fine */

/* A person has a text open, or none (id ""). With a full table the one that was silent longest is
 * forgotten. */
void presence_set(struct presence *p, int64_t person, const char *id, bool typing, int64_t now_ms);

/* That of a working copy, which owns it. */
struct presence *draft_present(const struct draft *d);

/* All others who have it open. */
typedef void (*presence_fn)(void *arg, int64_t person, bool typing);
void presence_list(const struct presence *p, const char *id, int64_t but, int64_t now_ms,
                   presence_fn fn, void *arg);

#endif
