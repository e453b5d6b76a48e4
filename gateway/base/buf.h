/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded writer into memory of the caller. Nothing is allocated; what does not fit sets `full`
 * and is not written, so a caller may write a whole message and look at `full` once. */
#ifndef ML_BASE_BUF_H
#define ML_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* the caller's memory; kept NUL-terminated */
    size_t len; /* octets written, without the NUL */
    size_t cap; /* octets available, the NUL included; at least 1 */
    bool full;  /* something did not fit; len then stands where that piece began */
};

/* Begin to write into mem (cap octets, at least 1). */
void buf_init(struct buf *b, char *mem, size_t cap);

/* Append n octets, all or nothing. */
void buf_put(struct buf *b, const char *s, size_t n);

/* Append a NUL-terminated string. */
void buf_puts(struct buf *b, const char *s);

/* Append one octet. */
void buf_putc(struct buf *b, char c);

/* Append a decimal number. */
void buf_int(struct buf *b, int64_t n);

/* Append as printf does; all or nothing. */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Append s (valid UTF-8) as a JSON string with its quotes (RFC 8259): quote, backslash and control
 * characters escaped, all else as it is. */
void buf_json(struct buf *b, const char *s, size_t n);

#endif
