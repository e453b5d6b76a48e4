/* SPDX-License-Identifier: Apache-2.0 */
/* Burmese typed in Zawgyi, a font encoding that uses Unicode's code points with other meanings:
 * told from Unicode and converted to it.
 *
 * The shorter the text, the less sure: words of a few letters may be the same in both encodings, or
 * hold nothing that tells. Measured on the texts of myanmar-tools 1.2.0 that stand in both
 * encodings (UDHR and government news), cut at words; pieces that are alike in both are left out.
 * Of pieces of so many code points, percent taken wrongly at three thresholds:
 *
 *   code points  pieces | Zawgyi missed        | Unicode taken for Zawgyi
 *                       | 0.5   0.95   0.99    | 0.5   0.95   0.99
 *             3     647 | 1.4   4.0    7.6     | 0.2   0      0
 *             5    1091 | 1.6   4.1    5.8     | 2.1   0.4    0
 *             8    1051 | 2.3   4.0    5.1     | 1.1   0.6    0
 *            12     993 | 0.1   0.4    0.8     | 0.5   0      0
 *            20     938 | 0     0      0       | 0.1   0      0
 *        40, 80    1498 | 0     0      0       | 0     0      0
 *
 * So from 12 code points on fewer than 1 in 200 are taken wrongly. A short text is best used as it
 * was typed first, and converted only if that leads nowhere. */
#ifndef ML_TEXT_ZAWGYI_H
#define ML_TEXT_ZAWGYI_H

#include <stddef.h>
#include <stdint.h>

enum { ZAWGYI_ERROR_MAX = 256 };

#define ZAWGYI_THRESHOLD 2.9444 /* p = 0.95 */

struct zawgyi; /* model and converter */

/* Read the model from a file, and open the converter. NULL with err: a sentence with the remedy. */
struct zawgyi *zawgyi_open(const char *path, char err[ZAWGYI_ERROR_MAX]);

/* The same with the model from memory (len octets), which is not kept. */
struct zawgyi *zawgyi_parse(const uint8_t *model, size_t len, char err[ZAWGYI_ERROR_MAX]);

void zawgyi_free(struct zawgyi *z); /* NULL is fine */

/* How likely the text (UTF-8) is Zawgyi, given that it is Zawgyi or Unicode: the natural logarithm
 * of the odds, so p = 1 / (1 + exp(-odds)). Above 0 Zawgyi is the likelier one. -INFINITY if the
 * text has no Myanmar letter or is no valid UTF-8. */
double zawgyi_odds(const struct zawgyi *z, const char *text, size_t len);

/* Write the text (valid UTF-8) to out, NUL-terminated: converted if its odds are at least
 * ZAWGYI_THRESHOLD, else as it is. Returns octets written, or -1 if cap is too small, the text is
 * no valid UTF-8 or above 8,192 octets, or there is no memory. The result need not be in NFC. The
 * time of ICU's transform grows with the square of a run of U+1031: 0.05 s for 1,500 of them. */
int zawgyi_to_unicode(const struct zawgyi *z, const char *text, size_t len, char *out, size_t cap);

#endif
