/* SPDX-License-Identifier: Apache-2.0 */
/* Where the pages of this console come from, as browsers say it (RFC 6454): console.public_url, or
 * the loopback address that it listens at. */
#ifndef ML_CONSOLE_ORIGIN_H
#define ML_CONSOLE_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

struct console;

/* Is it the value of a header Origin of our pages? NULL is not. */
bool origin_is_ours(const struct console *c, const char *origin);

/* The address to open, for messages and links: without a slash at its end. */
void origin_write(const struct console *c, char *out, size_t cap);

/* May this be console.public_url? "", https://HOST[:PORT], or plain HTTP on loopback: browsers keep
 * the console's cookie for nothing else. */
bool origin_is_public(const char *url);

#endif
