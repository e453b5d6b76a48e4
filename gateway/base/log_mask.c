/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <string.h>

#include "base/buf.h"
#include "base/log_internal.h"
#include "base/utf8.h"

enum { RUN_MIN = 6 }; /* a shorter run is a choice, a date or a price */

/* The first digits of the scripts that subscribers write; each is followed by its nine others
 * (Unicode 15, category Nd). */
static const uint32_t zeros[] = {
    '0',    /* ASCII */
    0x0E50, /* Thai */
    0x0ED0, /* Lao */
    0x1040, /* Myanmar */
    0x1090, /* Myanmar, Shan */
    0x17E0, /* Khmer */
};

static bool is_digit(uint32_t cp)
{
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        if (cp >= zeros[i] && cp < zeros[i] + 10)
            return true;
    }
    return false;
}

/* Measure the run of digits at the start of in: returns their number, *octets its length, *tail
 * where its last two begin. */
static size_t digit_run(const char *in, size_t len, size_t *octets, size_t *tail)
{
    size_t count = 0;
    size_t last = 0;
    *octets = 0;
    *tail = 0;
    for (;;) {
        uint32_t cp;
        int n = utf8_next(in + *octets, len - *octets, &cp);
        if (n <= 0 || !is_digit(cp))
            return count;
        *tail = last;
        last = *octets;
        *octets += (size_t)n;
        count++;
    }
}

size_t log_mask_piece(const char *in, size_t len, char out[LOG_PIECE], size_t *n)
{
    size_t run, tail;
    if (digit_run(in, len, &run, &tail) >= RUN_MIN) {
        out[0] = '#';
        memcpy(out + 1, in + tail, run - tail);
        *n = 1 + run - tail;
        return run;
    }
    uint32_t cp;
    int taken = utf8_next(in, len, &cp);
    *n = taken > 0 ? (size_t)taken : 1;
    memcpy(out, in, *n);
    return *n;
}

void log_mask(const char *in, char *out, size_t cap)
{
    struct buf b;
    buf_init(&b, out, cap);
    size_t len = strlen(in);
    for (size_t at = 0; at < len && !b.full;) {
        char piece[LOG_PIECE];
        size_t n;
        at += log_mask_piece(in + at, len - at, piece, &n);
        buf_put(&b, piece, n);
    }
}
