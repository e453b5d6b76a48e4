/* SPDX-License-Identifier: Apache-2.0 */
/* What a bridge says for a phone, as the contract's JSON. */
#ifndef ML_BENCH_MESSAGE_H
#define ML_BENCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct message {
    const char *id;
    uint32_t subscriber; /* its MSISDN is 85620 and this, its session s and this */
    const char *code;    /* that is dialled, or a USSD session was begun with; NULL for an SMS */
    bool begin;          /* dials */
    const char *text;
    int64_t at_ms; /* since 1970 */
};

/* Write it, NUL-terminated. Returns its octets; above size if it did not fit. */
int message_print(const struct message *m, char *out, size_t size);

#endif
