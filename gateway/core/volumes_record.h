/* SPDX-License-Identifier: Apache-2.0 */
/* The record of an hour as text, read again. Its first line is "1 SEQUENCE"; then come, in any
 * order, with numbers as in the enums of core/volumes.h:
 *
 *   c CARRIER ussd|sms LANGUAGE COUNTRY sessions steps sms_in sms_out
 *   n NODE shown chosen back dropped
 *   v CONTENT-VERSION sessions
 *
 * Lines of other letters are passed over, so that a later version may add some. */
#ifndef ML_CORE_VOLUMES_RECORD_H
#define ML_CORE_VOLUMES_RECORD_H

#include "core/volumes.h"

enum volume_line_kind { VOLUME_LINE_CELL, VOLUME_LINE_NODE, VOLUME_LINE_VERSION };

enum { VOLUME_LABELS_MAX = 4, VOLUME_COUNTS_MAX = 4 };

struct volume_line {
    enum volume_line_kind kind;
    char label[VOLUME_LABELS_MAX][VOLUMES_LABEL_SIZE]; /* those not of this kind are "" */
    uint64_t count[VOLUME_COUNTS_MAX];
};

/* May this be a label? Letters and digits of ASCII, point, hyphen and underscore. */
bool volumes_is_label(const char *s, size_t len);

typedef void (*volume_line_fn)(void *arg, const struct volume_line *line);

/* Call fn for each line. Returns 0, or -1 if it is no record that this program knows; lines before
 * the fault were given. */
int volumes_read(const char *text, size_t len, volume_line_fn fn, void *arg);

#endif
