/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that wait for their answer, by sequence number: bounded, in the order they came. */
#ifndef ML_SMPP_WINDOW_H
#define ML_SMPP_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window_entry {
    uint32_t sequence;
    uint64_t token;
    int64_t at; /* when it was added */
};

struct window;

struct window *window_new(size_t most); /* NULL without memory */
void window_free(struct window *w);     /* NULL is fine */

/* Returns 0, or -1 if it is full or has that sequence number already. */
int window_add(struct window *w, const struct window_entry *e);

/* Take out the one with that number, or the oldest. Returns 0, or -1 if there is none; out may be
 * NULL. */
int window_take(struct window *w, uint32_t sequence, struct window_entry *out);
int window_take_oldest(struct window *w, struct window_entry *out);

bool window_has(const struct window *w, uint32_t sequence);
const struct window_entry *window_oldest(const struct window *w); /* NULL if it is empty */
size_t window_count(const struct window *w);
bool window_full(const struct window *w);

#endif
