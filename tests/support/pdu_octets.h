/* SPDX-License-Identifier: Apache-2.0 */
/* SMPP PDUs put together octet by octet, and read at their exact size. For cmocka tests. */
#ifndef ML_TESTS_SUPPORT_PDU_OCTETS_H
#define ML_TESTS_SUPPORT_PDU_OCTETS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smpp/pdu.h"

/* Read from memory that ends where the octets end, so that the sanitizer sees one octet too far.
 * What out borrows is gone afterwards, unless *kept takes it. */
static inline uint32_t read_exactly(const uint8_t *octets, size_t len, struct pdu *out,
                                    uint8_t **kept)
{
    uint8_t *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, octets, len);
    uint32_t status = pdu_read(copy, len, out);
    if (kept)
        *kept = copy;
    else
        free(copy);
    return status;
}

/* A PDU in the making: header, then what is appended. */
struct octets {
    uint8_t at[PDU_MAX + 16];
    size_t len;
};

static inline void append(struct octets *o, const void *octets, size_t len)
{
    assert_true(len <= sizeof o->at - o->len);
    memcpy(o->at + o->len, octets, len);
    o->len += len;
}

#define APPEND(o, literal) append(o, literal, sizeof(literal) - 1)

static inline void append_number(struct octets *o, uint32_t n, unsigned octets)
{
    while (octets-- > 0) {
        uint8_t octet = (uint8_t)(n >> 8 * octets);
        append(o, &octet, 1);
    }
}

static inline void set_length(struct octets *o)
{
    size_t len = o->len;
    o->len = 0;
    append_number(o, (uint32_t)len, 4);
    o->len = len;
}

static inline struct octets *begin(uint32_t command, uint32_t status)
{
    struct octets *o = calloc(1, sizeof *o);
    assert_non_null(o);
    append_number(o, 0, 4);
    append_number(o, command, 4);
    append_number(o, status, 4);
    append_number(o, 0x01020304, 4);
    set_length(o);
    return o;
}

/* All of a deliver_sm before sm_length. */
static inline struct octets *deliver_sm(void)
{
    struct octets *o = begin(PDU_DELIVER_SM, 0);
    APPEND(o, "USSD\0"
              "\x01\x01"
              "85620555\0"
              "\x00\x01"
              "1234\0"
              "\x40\x00\x01"
              "\0\0"
              "\x01\x00\x0f\x00");
    return o;
}

static inline uint32_t read_and_free(struct octets *o, struct pdu *out)
{
    set_length(o);
    uint32_t status = read_exactly(o->at, o->len, out, NULL);
    free(o);
    return status;
}

#endif
