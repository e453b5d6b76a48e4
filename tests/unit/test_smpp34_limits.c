/* SPDX-License-Identifier: Apache-2.0 */
/* Why the codec is our own: what libsmpp34 cannot do, or does not see, one test each. Should one of
 * them fail some day, the library has grown. Octets are by our codec, which reads them all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <smpp34.h>
#include <smpp34_heap.h>
#include <smpp34_structs.h>

/* Names the structs above. */
#include <smpp34_params.h>

#include "smpp/pdu.h"

/* What the library has allocated, so that the test can give back what it forgets. */
static void *memory[16];

static void *remember(void *p)
{
    size_t i = 0, most = sizeof memory / sizeof *memory;
    while (i < most && memory[i])
        i++;
    assert_true(i < most);
    memory[i] = p;
    return p;
}

static void *their_malloc(size_t size)
{
    return remember(malloc(size));
}

static void their_free(void *p)
{
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++)
        if (memory[i] == p)
            memory[i] = NULL;
    free(p);
}

static int hook(void **state)
{
    static const struct smpp34_memory_functions functions = {
        .malloc_fun = their_malloc, .realloc_fun = realloc, .free_fun = their_free};
    (void)state;
    smpp34_set_memory_functions(&functions);
    return 0;
}

/* Returns how much was left. */
static size_t give_back(void)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) {
        n += memory[i] != NULL;
        free(memory[i]);
        memory[i] = NULL;
    }
    return n;
}

static struct pdu deliver_sm(void)
{
    struct pdu p = {.command = PDU_DELIVER_SM, .sequence = 7, .service_type = "USSD"};
    p.source.ton = 1;
    strcpy(p.source.digits, "85620555123");
    strcpy(p.dest.digits, "1234");
    p.message = (const uint8_t *)"*1234#";
    p.message_len = 6;
    return p;
}

/* What libsmpp34 says to these octets, in memory of their size. */
static int theirs(const uint8_t *octets, size_t len, deliver_sm_t *out)
{
    uint8_t *copy = malloc(len);
    assert_non_null(copy);
    memcpy(copy, octets, len);
    memset(out, 0, sizeof *out);
    int result = smpp34_unpack2(out, copy, (int)len);
    free(copy);
    return result;
}

static int theirs_of(const struct pdu *p, deliver_sm_t *out)
{
    uint8_t *octets = malloc(PDU_MAX);
    struct pdu again;
    assert_non_null(octets);
    long len = pdu_write(p, octets, PDU_MAX);
    assert_true(len > 0);
    assert_int_equal(pdu_read(octets, (size_t)len, &again), PDU_OK);
    int result = theirs(octets, (size_t)len, out);
    free(octets);
    return result;
}

static void drop(deliver_sm_t *d)
{
    if (d->tlv)
        destroy_tlv(d->tlv);
    d->tlv = NULL;
}

/* A message with a payload of 1,025 octets is refused as a whole, and the memory of its parameter
 * is not given back: a peer can have all memory. */
static void payloads_end_at_1024_octets(void **state)
{
    static const uint8_t payload[PDU_PAYLOAD_MAX];
    (void)state;
    for (size_t len = 1023; len <= 1026; len++) {
        struct pdu p = deliver_sm();
        deliver_sm_t d;
        p.in_payload = true;
        p.message = payload;
        p.message_len = len;
        assert_int_equal(theirs_of(&p, &d), len <= 1024 ? 0 : -1);
        drop(&d);
        assert_int_equal(give_back(), len <= 1024 ? 0 : 1);
    }
}

/* The standard has 254 octets of short_message; it reads them, and packs 253. */
static void it_packs_no_254_octets(void **state)
{
    uint8_t octets[512];
    submit_sm_t s;
    int len = 0;
    (void)state;
    for (uint8_t n = 253; n <= 254; n++) {
        memset(&s, 0, sizeof s);
        s.command_id = SUBMIT_SM;
        s.sequence_number = 1;
        s.sm_length = n;
        assert_int_equal(smpp34_pack2(octets, sizeof octets, &len, &s), n == 253 ? 0 : -1);
    }
}

static void parameters_come_back_in_reverse(void **state)
{
    static const uint8_t two[2] = {0, 1};
    struct pdu p = deliver_sm();
    deliver_sm_t d;
    (void)state;
    pdu_tlv_add(&p, TAG_USER_MESSAGE_REFERENCE, two, 2);
    pdu_tlv_add(&p, TAG_SAR_REFERENCE, two, 2);
    assert_int_equal(theirs_of(&p, &d), 0);
    assert_int_equal(d.tlv->tag, TAG_SAR_REFERENCE);
    assert_int_equal(d.tlv->next->tag, TAG_USER_MESSAGE_REFERENCE);
    drop(&d);
}

/* In deliver_sm, ussd_service_op is unknown and its octets are kept, however many; its_session_info
 * is a number of the host's, so that its first octet is not the session number any more. */
static void ussd_parameters_are_raw(void **state)
{
    static const uint8_t op[3] = {1, 2, 3}, info[2] = {0x2a, 0x01};
    uint8_t octets[128];
    struct pdu p = deliver_sm();
    deliver_sm_t d;
    (void)state;
    pdu_tlv_add(&p, TAG_ITS_SESSION_INFO, info, 2);
    assert_int_equal(theirs_of(&p, &d), 0);
    assert_int_equal(d.tlv->value.val16, 0x2a01);
    drop(&d);
    p.tlv_count = 0;
    pdu_tlv_add(&p, 0x0502, op, 3); /* an unknown one, whose tag is then changed */
    long len = pdu_write(&p, octets, sizeof octets);
    octets[len - 6] = 0x01;
    assert_int_equal(pdu_read(octets, (size_t)len, &p), PDU_BAD_PARAMETER_LENGTH);
    assert_int_equal(theirs(octets, (size_t)len, &d), 0);
    assert_int_equal(d.tlv->tag, TAG_USSD_SERVICE_OP);
    assert_int_equal(d.tlv->length, 3);
    assert_memory_equal(d.tlv->value.octet, op, 3);
    drop(&d);
}

/* A parameter that runs over the end of the PDU is taken, with a length that is not there. */
static void a_parameter_may_run_over_the_end(void **state)
{
    static const uint8_t message_state = 2;
    uint8_t octets[128];
    struct pdu p = deliver_sm();
    deliver_sm_t d;
    (void)state;
    pdu_tlv_add(&p, TAG_MESSAGE_STATE, &message_state, 1);
    long len = pdu_write(&p, octets, sizeof octets);
    octets[len - 2] = 9;
    assert_int_equal(pdu_read(octets, (size_t)len, &p), PDU_BAD_TLVS);
    assert_int_equal(theirs(octets, (size_t)len, &d), 0);
    assert_int_equal(d.tlv->length, 9);
    drop(&d);
}

static void a_message_may_be_there_twice(void **state)
{
    uint8_t octets[128];
    struct pdu p = deliver_sm();
    deliver_sm_t d;
    (void)state;
    pdu_tlv_add(&p, 0x0425 + 0x1000, (const uint8_t *)"ho", 2);
    long len = pdu_write(&p, octets, sizeof octets);
    octets[len - 6] = 0x04;
    octets[len - 5] = 0x24;
    assert_int_equal(pdu_read(octets, (size_t)len, &p), PDU_BAD_PARAMETER_VALUE);
    assert_int_equal(theirs(octets, (size_t)len, &d), 0);
    assert_int_equal(d.sm_length, 6);
    assert_int_equal(d.tlv->tag, TAG_MESSAGE_PAYLOAD);
    drop(&d);
}

/* Each call writes a text of all values into one global array: two threads cannot read at once, and
 * the subscriber's number and words stay there. */
static void every_call_logs_into_a_global(void **state)
{
    struct pdu p = deliver_sm();
    deliver_sm_t d;
    (void)state;
    smpp34_strerror[0] = '\0';
    assert_int_equal(theirs_of(&p, &d), 0);
    assert_non_null(strstr(smpp34_strerror, "source_addr:85620555123"));
    drop(&d);
}

/* Values that it has no name for refuse the PDU: a status of the carrier's own, such as 0x400, so
 * that the submit_sm would have no answer; a type of number. */
static void values_must_be_in_its_tables(void **state)
{
    static const uint8_t answer[] = {0, 0, 0, 18, 0x80, 0, 0, 4, 0, 0, 4, 0, 0, 0, 0, 1, 'x', 0};
    uint8_t copy[sizeof answer];
    struct pdu p;
    submit_sm_resp_t resp;
    deliver_sm_t d;
    (void)state;
    memcpy(copy, answer, sizeof copy);
    memset(&resp, 0, sizeof resp);
    assert_int_equal(pdu_read(copy, sizeof copy, &p), PDU_OK);
    assert_int_equal(smpp34_unpack2(&resp, copy, sizeof copy), -1);
    p = deliver_sm();
    p.source.ton = 9;
    assert_int_equal(theirs_of(&p, &d), -1);
    drop(&d);
}

/* "If the command_status is non-zero the body is not returned" (SMPP v3.4, 4.1.2). The library
 * looks for it behind the end of the PDU: an octet stands there, so that it reads nobody else's. */
static void a_refused_bind_must_have_a_body(void **state)
{
    enum { PDU_LEN = 16 };
    static const uint8_t answer[PDU_LEN + 1] = {0, 0, 0, PDU_LEN, 0x80, 0, 0, 9,
                                                0, 0, 0, 0x0e,    0,    0, 0, 1};
    struct pdu p;
    bind_transceiver_resp_t resp;
    (void)state;
    memset(&resp, 0, sizeof resp);
    assert_int_equal(pdu_read(answer, PDU_LEN, &p), PDU_OK);
    assert_int_equal(smpp34_unpack2(&resp, answer, PDU_LEN), -1);
}

/* A deliver_sm with a time in it is refused. The standard has none there; carriers have. */
static void deliver_sm_may_have_no_times(void **state)
{
    struct pdu p = deliver_sm();
    deliver_sm_t d;
    (void)state;
    strcpy(p.validity, "000001000000000R");
    assert_int_equal(theirs_of(&p, &d), -1);
    drop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payloads_end_at_1024_octets),
        cmocka_unit_test(it_packs_no_254_octets),
        cmocka_unit_test(parameters_come_back_in_reverse),
        cmocka_unit_test(ussd_parameters_are_raw),
        cmocka_unit_test(a_parameter_may_run_over_the_end),
        cmocka_unit_test(a_message_may_be_there_twice),
        cmocka_unit_test(every_call_logs_into_a_global),
        cmocka_unit_test(values_must_be_in_its_tables),
        cmocka_unit_test(a_refused_bind_must_have_a_body),
        cmocka_unit_test(deliver_sm_may_have_no_times),
    };
    return cmocka_run_group_tests_name("unit/smpp34_limits", tests, hook, NULL);
}
