/* SPDX-License-Identifier: Apache-2.0 */
/* The words of PROTOCOL.md in the order of their enums, for the codecs of both sides. */
#ifndef ML_MESSAGE_CODEC_NAMES_H
#define ML_MESSAGE_CODEC_NAMES_H

#include <stddef.h>

struct codec_names {
    const char *const *name; /* name[i] stands for the value i; NULL where the value has no word */
    size_t count;
};

extern const struct codec_names codec_causes;    /* enum mo_cause */
extern const struct codec_names codec_statuses;  /* enum mo_status */
extern const struct codec_names codec_mt_kinds;  /* enum mt_kind */
extern const struct codec_names codec_codings;   /* enum coding */
extern const struct codec_names codec_mo_events; /* enum mo_kind, the USSD ones: their event */
extern const struct codec_names codec_mt_events; /* bool end */
extern const struct codec_names codec_refusals;  /* enum refusal_code */

/* The value that a word stands for, or -1. */
int codec_names_find(const struct codec_names *names, const char *word);

/* The word of a value, or "" if it has none. */
const char *codec_names_word(const struct codec_names *names, unsigned value);

#endif
