/* SPDX-License-Identifier: Apache-2.0 */
/* SMS out in each of the four ways, and in. TS 23.040, 9.2.3.24.1 and 9.2.3.24.8; SMPP v3.4,
 * 5.3.2.22 to 5.3.2.24 and 5.3.2.32. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "smpp/parts.h"
#include "smpp/sms.h"
#include "support/deliver.h"
#include "support/profiles.h"

enum { TEXT_MAX = 5000 };

static struct profiles ps;
static struct profile p;
static struct sms_part parts[SMS_PARTS_MAX];
static struct pdu out;
static uint8_t memory[PDU_MAX];
static char text[TEXT_MAX];

static void options(const char *lines)
{
    char conf[600];
    snprintf(conf, sizeof conf, "[profile t]\n%s", lines);
    int r = profiles_take(&ps, conf, "t", &p);
    if (r != 0)
        print_message("%s\n", ps.why);
    assert_int_equal(r, 0);
}

/* n times the same piece. */
static struct sms_text many(const char *piece, size_t n, enum coding coding)
{
    size_t len = strlen(piece);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * len, piece, len);
    return (struct sms_text){"1234", "8562055512345", text, n * len, coding, 0xabcd};
}

static void cuts(struct words *w, const struct sms_text *t, int wanted)
{
    assert_int_equal(sms_cut(&p, w, t, parts, SMS_PARTS_MAX), wanted);
}

static void writes(const struct sms_text *t, int i)
{
    memset(memory, 0xee, sizeof memory);
    assert_int_equal(sms_write(&p, t, &parts[i], memory, sizeof memory, &out), 0);
    assert_int_equal(out.command, PDU_SUBMIT_SM);
    assert_string_equal(out.source.digits, t->from);
    assert_string_equal(out.dest.digits, t->msisdn);
}

static void starts(const char *octets, size_t len)
{
    assert_true(out.message_len >= len);
    assert_memory_equal(out.message, octets, len);
}
#define STARTS(octets) starts(octets, sizeof(octets) - 1)

static void one_sms_has_nothing_around_it(void **state)
{
    static const char *const ways[] = {"udh8", "udh16", "sar", "payload"};
    for (size_t i = 0; i < 4; i++) {
        char line[40];
        snprintf(line, sizeof line, "sms_long = %s\n", ways[i]);
        options(line);
        struct sms_text t = many("a", 160, CODING_GSM7);
        cuts(*state, &t, 1);
        writes(&t, 0);
        assert_int_equal(out.message_len, 160);
        assert_int_equal(out.esm_class, 0);
        assert_int_equal(out.data_coding, 0);
        assert_int_equal(out.tlv_count, 0);
        assert_false(out.in_payload);
        assert_int_equal(out.registered_delivery, 1);
        t = many("ກ", 70, CODING_UCS2);
        cuts(*state, &t, 1);
        writes(&t, 0);
        assert_int_equal(out.message_len, 140);
        assert_int_equal(out.data_coding, 8);
        t = many("", 0, CODING_GSM7);
        cuts(*state, &t, 1);
        writes(&t, 0);
        assert_int_equal(out.message_len, 0);
    }
}

static void parts_with_an_8_bit_reference(void **state)
{
    options("");
    struct sms_text t = many("a", 307, CODING_GSM7);
    cuts(*state, &t, 3);
    writes(&t, 0);
    STARTS("\x05\x00\x03\xcd\x03\x01"
           "aaa");
    assert_int_equal(out.message_len, 6 + 153);
    assert_int_equal(out.esm_class, 0x40);
    assert_int_equal(out.tlv_count, 0);
    writes(&t, 2);
    assert_int_equal(out.message_len, 7);
    STARTS("\x05\x00\x03\xcd\x03\x03"
           "a");
    t = many("ກ", 134, CODING_UCS2);
    cuts(*state, &t, 2);
    writes(&t, 1);
    STARTS("\x05\x00\x03\xcd\x02\x02\x0e\x81");
    assert_int_equal(out.message_len, 140);
    assert_int_equal(out.data_coding, 8);
}

static void parts_with_a_16_bit_reference(void **state)
{
    options("sms_long = udh16\nsms_dcs_gsm7 = 0x11\nreceipts = no\n");
    struct sms_text t = many("a", 305, CODING_GSM7);
    cuts(*state, &t, 3);
    writes(&t, 1);
    STARTS("\x06\x08\x04\xab\xcd\x03\x02"
           "aaa");
    assert_int_equal(out.message_len, 7 + 152);
    assert_int_equal(out.esm_class, 0x40);
    assert_int_equal(out.data_coding, 0x11);
    assert_int_equal(out.registered_delivery, 0);
    t = many("ກ", 132, CODING_UCS2);
    cuts(*state, &t, 2);
    writes(&t, 0);
    assert_int_equal(out.message_len, 7 + 132);
}

static void parts_with_parameters(void **state)
{
    options("sms_long = sar\n");
    struct sms_text t = many("a", 304, CODING_GSM7);
    cuts(*state, &t, 2);
    writes(&t, 1);
    STARTS("aaa");
    assert_int_equal(out.message_len, 152);
    assert_int_equal(out.esm_class, 0);
    assert_int_equal(pdu_tlv_number(&out, TAG_SAR_REFERENCE), 0xabcd);
    assert_int_equal(pdu_tlv_number(&out, TAG_SAR_TOTAL), 2);
    assert_int_equal(pdu_tlv_number(&out, TAG_SAR_SEQUENCE), 2);
}

static void the_whole_in_a_payload(void **state)
{
    options("sms_long = payload\n");
    struct sms_text t = many("a", 161, CODING_GSM7);
    cuts(*state, &t, 1);
    writes(&t, 0);
    assert_true(out.in_payload);
    assert_int_equal(out.message_len, 161);
    assert_int_equal(out.esm_class, 0);
    t = many("ກ", 1600, CODING_UCS2);
    cuts(*state, &t, 1);
    writes(&t, 0);
    assert_int_equal(out.message_len, 3200);
    assert_int_equal(out.data_coding, 8);
    assert_int_equal(sms_write(&p, &t, parts, memory, 3199, &out), -1);
}

/* What goes out comes together again, through the octets of each PDU. */
static void round_trip(struct words *w, const struct sms_text *t, int count)
{
    struct parts_options o = {.messages = 1, .wait_ms = 1, .remember_ms = 1};
    struct parts *table = parts_new(&o);
    struct parts_whole whole;
    static uint8_t octets[PDU_MAX];
    char back[TEXT_MAX], why[128];
    uint64_t older;
    assert_non_null(table);
    cuts(w, t, count);
    for (int i = count - 1; i >= 0; i--) {
        struct pdu seen;
        struct part part;
        writes(t, i);
        long n = pdu_write(&out, octets, sizeof octets);
        assert_true(n > 0);
        assert_int_equal(pdu_read(octets, (size_t)n, &seen), PDU_OK);
        assert_int_equal(part_of(&seen, &part), PDU_OK);
        assert_int_equal(parts_add(table, &seen, &part, 1, 0, &whole, &older),
                         i == 0 ? PARTS_WHOLE : PARTS_WAIT);
    }
    struct dcs_octets in = {whole.octets, whole.len, out.data_coding, false};
    assert_int_equal(sms_read(&p, &in, back, sizeof back, why), (int)t->len);
    assert_memory_equal(back, t->text, t->len);
    parts_free(table);
}

static void what_goes_out_comes_back(void **state)
{
    static const char *const ways[] = {"udh8", "udh16", "sar"};
    for (size_t i = 0; i < 3; i++) {
        char line[40];
        snprintf(line, sizeof line, "sms_long = %s\n", ways[i]);
        options(line);
        struct sms_text t = many("Fees: 30 € [each]. ", 30, CODING_GSM7);
        round_trip(*state, &t, 5);
        t = many("ຄ່າ 30 😀 ", 30, CODING_UCS2);
        round_trip(*state, &t, 5);
    }
    options("sms_long = payload\n");
    struct sms_text t = many("ຄ່າ 30 😀 ", 30, CODING_UCS2);
    round_trip(*state, &t, 1);
}

static void senders_have_their_type(void **state)
{
    options("source_ton = 3\nsource_npi = 1\n");
    struct sms_text t = many("a", 1, CODING_GSM7);
    cuts(*state, &t, 1);
    writes(&t, 0);
    assert_int_equal(out.source.ton, 3);
    assert_int_equal(out.source.npi, 1);
    assert_int_equal(out.dest.ton, 1);
    t.from = "MekongLine";
    writes(&t, 0);
    assert_int_equal(out.source.ton, 5);
    assert_int_equal(out.source.npi, 0);
    t.from = "A name that is too long";
    assert_int_equal(sms_write(&p, &t, parts, memory, sizeof memory, &out), -1);
    t.from = "1234";
    t.msisdn = "";
    assert_int_equal(sms_write(&p, &t, parts, memory, sizeof memory, &out), -1);
    t.msisdn = "8562055512345";
    assert_int_equal(sms_write(&p, &t, parts, memory, SMS_PART_MEMORY, &out), 0);
    assert_int_equal(sms_write(&p, &t, parts, memory, SMS_PART_MEMORY - 1, &out), -1);
}

static void what_cannot_be_cut(void **state)
{
    options("");
    struct sms_text t = many("ກ", 5, CODING_GSM7);
    cuts(*state, &t, -1);
    t = many("\xff", 5, CODING_GSM7);
    cuts(*state, &t, -1);
    t = many("a", 153 * SMS_PARTS_MAX + 1, CODING_GSM7);
    cuts(*state, &t, -1);
    t = many("a", 153 * SMS_PARTS_MAX, CODING_GSM7);
    cuts(*state, &t, SMS_PARTS_MAX);
    assert_int_equal(sms_cut(&p, *state, &t, parts, SMS_PARTS_MAX - 1), -1);
    options("dcs_0 = latin1\n");
    t = many("Δ", 3, CODING_GSM7);
    cuts(*state, &t, -1);
}

/* A text that comes in, or why it is none. */
static void arrives(unsigned dc, size_t len, int wanted, const char *reason)
{
    static uint8_t octets[TEXT_MAX];
    static char back[MESSAGE_TEXT_MAX + 1];
    char why[128];
    struct dcs_octets in = {octets, len, (uint8_t)dc, false};
    memset(octets, 'a', sizeof octets);
    assert_int_equal(sms_read(&p, &in, back, sizeof back, why), wanted);
    if (!strstr(why, reason))
        print_message("%s\n", why);
    assert_non_null(strstr(why, reason));
}

static void what_arrives_is_text_or_refused(void **state)
{
    (void)state;
    options("");
    arrives(0, 10, 10, "");
    arrives(3, 10, 10, "");
    arrives(8, 10, 15, "");
    arrives(0, 0, 0, "");
    arrives(0, MESSAGE_TEXT_CHARS, MESSAGE_TEXT_CHARS, "");
    arrives(0, MESSAGE_TEXT_CHARS + 1, -1, "1600 characters");
    arrives(8, 2 * MESSAGE_TEXT_CHARS, 3 * MESSAGE_TEXT_CHARS, "");
    arrives(8, 2 * MESSAGE_TEXT_CHARS + 2, -1, "1600 characters");
    arrives(8, 3, -1, "0x08");
    arrives(4, 10, -1, "0x04 is 8-bit data");
    arrives(2, 0, -1, "8-bit data");
    arrives(0x30, 10, -1, "compressed");
}

static int open_words(void **state)
{
    *state = words_open();
    return *state ? 0 : -1;
}

static int close_words(void **state)
{
    words_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_sms_has_nothing_around_it),
        cmocka_unit_test(parts_with_an_8_bit_reference),
        cmocka_unit_test(parts_with_a_16_bit_reference),
        cmocka_unit_test(parts_with_parameters),
        cmocka_unit_test(the_whole_in_a_payload),
        cmocka_unit_test(what_goes_out_comes_back),
        cmocka_unit_test(senders_have_their_type),
        cmocka_unit_test(what_cannot_be_cut),
        cmocka_unit_test(what_arrives_is_text_or_refused),
    };
    return cmocka_run_group_tests_name("unit/smpp_sms", tests, open_words, close_words);
}
