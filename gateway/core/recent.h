/* SPDX-License-Identifier: Apache-2.0 */
/* This process's own recent sessions, the least used leaving first. They save a read from the
 * store, and they carry the dialogues on while the store is down. */
#ifndef ML_CORE_RECENT_H
#define ML_CORE_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/session.h"

struct recent;

struct recent *recent_new(size_t capacity); /* NULL without memory */
void recent_free(struct recent *r);         /* NULL is fine */

/* Find a session by its key, as session_key gives it. *stored_tag is the tag of the record that the
 * store is believed to hold; it differs from s->tag if the session could not be saved. */
bool recent_get(struct recent *r, const char *key, struct session *s, uint64_t *stored_tag);

/* Keep a session. Without memory it is forgotten, never kept half. */
void recent_put(struct recent *r, const char *key, const struct session *s, uint64_t stored_tag);

/* Forget one. */
void recent_drop(struct recent *r, const char *key);

size_t recent_count(const struct recent *r);

#endif
