/* SPDX-License-Identifier: Apache-2.0 */
/* The masking of digit runs, piece by piece (log_mask.c), for the writer of lines (log.c). */
#ifndef ML_BASE_LOG_INTERNAL_H
#define ML_BASE_LOG_INTERNAL_H

#include <stddef.h>

enum {
    LOG_PIECE = 8
}; /* the longest piece: '#' and two digits of at most three octets, rounded up */

/* Take the next piece of in (len octets, at least 1): one character, one octet that is not UTF-8,
 * or a whole run of six or more digits, which is written as '#' and its last two digits. Writes it
 * to out, its octets to *n (1-7). Returns the octets of in that it stands for. */
size_t log_mask_piece(const char *in, size_t len, char out[LOG_PIECE], size_t *n);

#endif
