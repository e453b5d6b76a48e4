/* SPDX-License-Identifier: Apache-2.0 */
/* What a bridge says for a phone, as the contract's JSON; and what it looks for in an answer, of
 * which nothing is checked. */
#ifndef ML_BENCH_MESSAGE_H
#define ML_BENCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct message {
    const char *id;
    uint32_t subscriber; /* its MSISDN is 85620 and this */
    const char *session; /* of USSD; NULL: s and the subscriber */
    const char *code;    /* that is dialled, or a USSD session was begun with; NULL for an SMS */
    bool begin;          /* dials */
    const char *text;
    int64_t at_ms;       /* since 1970 */
    int64_t deadline_ms; /* likewise; 0: none */
};

/* Write it, NUL-terminated. Returns its octets; above size if it did not fit. */
int message_print(const struct message *m, char *out, size_t size);

/* The value of the member "re" of a payload, and its octets; NULL if there is none. */
const char *message_re(const char *payload, size_t len, size_t *n);

/* Does that piece stand in the payload? */
bool message_has(const char *payload, size_t len, const char *piece);

#endif
