/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles, addresses and data_coding: what the words of the configuration mean, and octets against
 * the tables of SMPP v3.4, 5.2.19, and TS 23.038, sections 4 to 6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "smpp/address.h"
#include "smpp/dcs.h"
#include "support/profiles.h"

static struct profiles ps;
static struct profile p;

static void take(const char *text, const char *name)
{
    int r = profiles_take(&ps, text, name, &p);
    if (r != 0)
        print_message("%s\n", ps.why);
    assert_int_equal(r, 0);
}

/* A profile `t` of these options. */
static void options(const char *lines)
{
    char text[600];
    snprintf(text, sizeof text, "[profile t]\n%s", lines);
    take(text, "t");
}

static void refuses(const char *lines, const char *option)
{
    char text[600];
    snprintf(text, sizeof text, "[profile t]\n%s", lines);
    assert_int_equal(profiles_take(&ps, text, "t", &p), -1);
    if (!strstr(ps.why, option))
        print_message("%s\n", ps.why);
    assert_non_null(strstr(ps.why, option));
}

static void both_profiles_are_built_in(void **state)
{
    (void)state;
    take("", "standard");
    assert_true(profile_has(&p.ussd_begin, 1));
    assert_true(profile_has(&p.ussd_continue, 18));
    assert_int_equal(p.ussd_user.count, 0);
    assert_true(profile_has(&p.errors_throttled, 0x58));
    assert_true(profile_has(&p.errors_temporary, 0xfe));
    assert_false(profile_has(&p.errors_temporary, 0x58));
    assert_int_equal(p.sms_long, LONG_UDH8);
    assert_false(p.code_in_destination);
    take("", "sixdee");
    assert_true(profile_has(&p.ussd_user, 0x81));
    assert_int_equal(p.conf->ussd_end, 0x17);
    assert_int_equal(p.conf->session_mask, 0xfffe);
}

static void words_become_numbers(void **state)
{
    (void)state;
    options("ussd_begin = 1  0x20 3 \nerrors_temporary = 0x400\nsms_long = payload\n"
            "code_in = destination\ndcs_0 = latin1\nmo_id = user_message_reference\n");
    assert_int_equal(p.ussd_begin.count, 3);
    assert_int_equal(p.ussd_begin.code[1], 0x20);
    assert_true(profile_has(&p.errors_temporary, 0x400));
    assert_int_equal(p.sms_long, LONG_PAYLOAD);
    assert_int_equal(p.mo_id, MO_ID_REFERENCE);
    assert_true(p.code_in_destination && p.dcs_0_is_latin1);
    options("ussd_user =\nsms_long = sar\nmo_id = receipted_message_id\n");
    assert_int_equal(p.ussd_user.count, 0);
    assert_int_equal(p.sms_long, LONG_SAR);
    assert_int_equal(p.mo_id, MO_ID_RECEIPTED);
}

static void wrong_words_are_refused(void **state)
{
    (void)state;
    refuses("ussd_begin = one\n", "ussd_begin");
    refuses("ussd_begin = 256\n", "ussd_begin");
    refuses("ussd_begin = 1,18\n", "ussd_begin");
    refuses("ussd_begin = -1\n", "ussd_begin");
    refuses("ussd_begin = 0x\n", "ussd_begin");
    refuses("ussd_begin = 0x-1\n", "ussd_begin");
    refuses("ussd_user = 2 3 4 5 6 7 8 9 2 3 4 5 6 7 8 9 2\n", "16 codes");
    refuses("ussd_user = 18\n", "ussd_continue and ussd_user both have 18");
    refuses("errors_throttled = 0x100000000\n", "errors_throttled");
    refuses("session_mask = 0\n", "session_mask");
    refuses("session_mask = 0xffff\n", "bit in common");
    refuses("sequence_mask = 1\n", "bit in common");
    refuses("sms_dcs_gsm7 = 8\n", "sms_dcs_gsm7");
    refuses("ussd_dcs_ucs2 = 15\n", "ussd_dcs_gsm7");
    refuses("ussd_dcs_ucs2 = 0x11\n", "0x48");
    options("session_tlv = 0\nsession_mask = 0\n");
}

static void check_msisdn(uint8_t ton, const char *digits, const char *wanted)
{
    struct pdu_address a = {.ton = ton, .npi = 1};
    char out[MSISDN_MAX + 1], originator[sizeof a.digits];
    strcpy(a.digits, digits);
    assert_int_equal(address_msisdn(&a, out), wanted != NULL);
    if (wanted)
        assert_string_equal(out, wanted);
    address_originator(&a, originator);
    assert_string_equal(originator, wanted ? wanted : digits);
}

static void sources_become_digits(void **state)
{
    (void)state;
    check_msisdn(1, "8562055512345", "8562055512345");
    check_msisdn(0, "8562055512345", "8562055512345");
    check_msisdn(1, "+8562055512345", "8562055512345");
    check_msisdn(0, "+8562055512345", "8562055512345");
    check_msisdn(2, "2055512345", NULL);
    check_msisdn(1, "02055512345", NULL);
    check_msisdn(5, "123456", NULL);
    check_msisdn(5, "LaoTelecom", NULL);
    check_msisdn(0, "1234", NULL);
    check_msisdn(1, "1234567890123456", NULL);
    check_msisdn(1, "85620+5551", NULL);
    check_msisdn(1, "+", NULL);
    check_msisdn(1, "", NULL);
}

static void check_ours(const char *name, int ton, int npi, const char *digits)
{
    struct pdu_address a;
    assert_int_equal(address_ours(&p, name, &a), 0);
    assert_int_equal(a.ton, ton);
    assert_int_equal(a.npi, npi);
    assert_string_equal(a.digits, digits);
}

static void our_addresses_have_their_type(void **state)
{
    struct pdu_address a;
    (void)state;
    options("source_ton = 3\nsource_npi = 9\n");
    check_ours("1234", 3, 9, "1234");
    check_ours("MekongLine", 5, 0, "MekongLine");
    check_ours("+8562055512345", 1, 1, "8562055512345");
    check_ours("12 34", 5, 0, "12 34");
    assert_int_equal(address_ours(&p, "", &a), -1);
    assert_int_equal(address_ours(&p, "123456789012345678901", &a), -1);
    assert_int_equal(address_subscriber(&p, "8562055512345", &a), 0);
    assert_int_equal(a.ton, 1);
    assert_int_equal(a.npi, 1);
}

/* An alphabet for each data_coding from first to last. */
static void all(bool ussd, unsigned first, unsigned last, enum dcs_alphabet wanted)
{
    for (unsigned dc = first; dc <= last; dc++)
        if (dcs_alphabet(&p, (uint8_t)dc, ussd) != wanted)
            fail_msg("0x%02x, USSD %d: %d", dc, ussd, dcs_alphabet(&p, (uint8_t)dc, ussd));
}

static void alphabets_of_sms(void **state)
{
    (void)state;
    take("", "standard");
    all(false, 0x00, 0x00, DCS_GSM7);
    all(false, 0x01, 0x01, DCS_LATIN1);
    all(false, 0x02, 0x02, DCS_8BIT);
    all(false, 0x03, 0x03, DCS_LATIN1);
    all(false, 0x04, 0x07, DCS_8BIT);
    all(false, 0x08, 0x08, DCS_UCS2);
    all(false, 0x09, 0x0f, DCS_8BIT);
    for (unsigned group = 0x00; group <= 0x40; group += 0x40) {
        all(false, group + 0x10, group + 0x13, DCS_GSM7);
        all(false, group + 0x14, group + 0x17, DCS_8BIT);
        all(false, group + 0x18, group + 0x1b, DCS_UCS2);
        all(false, group + 0x1c, group + 0x1f, DCS_GSM7);
        all(false, group + 0x20, group + 0x3f, DCS_COMPRESSED);
    }
    all(false, 0x80, 0xdf, DCS_GSM7);
    all(false, 0xe0, 0xef, DCS_UCS2);
    all(false, 0xf0, 0xf3, DCS_GSM7);
    all(false, 0xf4, 0xf7, DCS_8BIT);
}

static void alphabets_of_ussd(void **state)
{
    (void)state;
    take("", "standard");
    all(true, 0x00, 0x07, DCS_GSM7);
    all(true, 0x08, 0x08, DCS_UCS2);
    all(true, 0x09, 0x10, DCS_GSM7);
    all(true, 0x11, 0x11, DCS_UCS2);
    all(true, 0x12, 0x43, DCS_GSM7);
    all(true, 0x44, 0x47, DCS_8BIT);
    all(true, 0x48, 0x4b, DCS_UCS2);
    all(true, 0x4c, 0x53, DCS_GSM7);
    all(true, 0x58, 0x5b, DCS_UCS2);
    all(true, 0x60, 0x7f, DCS_COMPRESSED);
    all(true, 0x80, 0x93, DCS_GSM7);
    all(true, 0x94, 0x97, DCS_8BIT);
    all(true, 0x98, 0x9b, DCS_UCS2);
    all(true, 0xa0, 0xcf, DCS_GSM7);
    all(true, 0xd0, 0xef, DCS_8BIT);
    all(true, 0xf0, 0xf3, DCS_GSM7);
    all(true, 0xf4, 0xf7, DCS_8BIT);
}

static void the_profile_wins(void **state)
{
    (void)state;
    options("dcs_0 = latin1\nsms_dcs_gsm7 = 0xf4\nussd_dcs_ucs2 = 0x44\n");
    all(false, 0x00, 0x00, DCS_LATIN1);
    all(true, 0x00, 0x00, DCS_LATIN1);
    all(false, 0xf4, 0xf4, DCS_GSM7);
    all(true, 0x44, 0x44, DCS_UCS2);
    all(true, 0xf4, 0xf4, DCS_8BIT);
}

/* Octets (a literal) read as that text; NULL: refused. */
#define READS(dc, ussd, octets, wanted) reads(dc, ussd, octets, sizeof(octets) - 1, wanted)

static void reads(unsigned dc, bool ussd, const char *octets, size_t len, const char *wanted)
{
    char out[1024];
    struct dcs_octets in = {(const uint8_t *)octets, len, (uint8_t)dc, ussd};
    int n = dcs_read(&p, &in, out, sizeof out);
    if (!wanted) {
        assert_int_equal(n, -1);
        return;
    }
    assert_string_equal(out, wanted);
    assert_int_equal(n, strlen(wanted));
    assert_int_equal(dcs_read(&p, &in, out, (size_t)n + 2), n); /* and a NUL to drop */
    assert_int_equal(dcs_read(&p, &in, out, (size_t)n), -1);
}

static void octets_become_text(void **state)
{
    (void)state;
    take("", "standard");
    READS(0, false, "Hi\x02\x00\x1b\x65", "Hi$@€");
    READS(3, false, "caf\xe9", "café");
    READS(3, false, "caf\xe9\0", "café");
    READS(8, false, "\x0e\x81\x00\x31", "ກ1");
    READS(8, false, "\xd8\x3d\xde\x00\0\0", "😀");
    READS(8, false, "", "");
    READS(0, false, "", "");
    READS(8, false, "\x0e\x81\x00", NULL);
    READS(0, false, "a\x80", NULL);
    READS(4, false, "data", NULL);
    READS(4, false, "", NULL);
    READS(0x20, false, "data", NULL);
    READS(0x0f, true, "1", "1");
    READS(0x48, true, "\x0e\x81", "ກ");
    READS(0x44, true, "data", NULL);
    READS(0x10, true, "la\r2", "2");
    READS(0x10, true, "21", "21");
    READS(0x10, true, "1234", "1234");
    READS(0x11, true, "la\x0e\x81", "ກ");
    READS(0x11, true, "\xec\x30\x0e\x81", "ກ");
    READS(0x11, true, "l", NULL);
    READS(0x11, true, "la\x0e", NULL);
}

/* TS 23.038, 6.1.2.3.1: 7, 8 and 15 characters; "hellohello" is the packing example that every
 * implementation shows. */
static void packed_ussd_is_unpacked(void **state)
{
    (void)state;
    options("ussd_packed = yes\n");
    READS(0x0f, true, "\xe8\x32\x9b\xfd\x46\x97\xd9\xec\x37", "hellohello");
    READS(0x0f, true, "\x31\xd9\x8c\x56\xb3\xdd\x1a", "1234567");
    READS(0x0f, true, "\x31\xd9\x8c\x56\xb3\xdd\x70", "12345678");
    READS(0x0f, true, "\x31\xd9\x8c\x56\xb3\xdd\x1a\x0d", "1234567\r\r");
    READS(0, false, "1234567", "1234567");
    READS(0x48, true, "\x0e\x81", "ກ");
    /* la CR 2 */
    READS(0x10, true, "\xec\x70\x43\x06", "2");
    READS(0x0f, true, "", "");
}

#define WRITES(text, coding, ussd, dc, wanted)                                                     \
    writes(text, coding, ussd, dc, wanted, sizeof(wanted) - 1)

static void writes(const char *text, enum coding coding, bool ussd, int dc, const char *wanted,
                   size_t len)
{
    uint8_t out[400], data_coding = 0xff;
    struct dcs_text in = {text, strlen(text), coding, ussd};
    assert_int_equal(dcs_write(&p, &in, out, sizeof out, &data_coding), len);
    assert_memory_equal(out, wanted, len);
    assert_int_equal(data_coding, dc);
    if (len > 0)
        assert_int_equal(dcs_write(&p, &in, out, len - 1, &data_coding), -1);
}

static void no_writing(const char *text, enum coding coding, bool ussd)
{
    uint8_t out[400], dc;
    struct dcs_text in = {text, strlen(text), coding, ussd};
    assert_int_equal(dcs_write(&p, &in, out, sizeof out, &dc), -1);
}

static void text_becomes_octets(void **state)
{
    (void)state;
    take("", "standard");
    WRITES("Hi$@€", CODING_GSM7, false, 0, "Hi\x02\x00\x1b\x65");
    WRITES("ກ1", CODING_UCS2, false, 8, "\x0e\x81\x00\x31");
    WRITES("1 Fees", CODING_GSM7, true, 15, "1 Fees");
    WRITES("", CODING_GSM7, true, 15, "");
    no_writing("ກ", CODING_GSM7, false);
    options("ussd_packed = yes\nussd_dcs_ucs2 = 0x48\nsms_dcs_ucs2 = 24\n");
    WRITES("hellohello", CODING_GSM7, true, 15, "\xe8\x32\x9b\xfd\x46\x97\xd9\xec\x37");
    WRITES("1234567", CODING_GSM7, true, 15, "\x31\xd9\x8c\x56\xb3\xdd\x1a");
    WRITES("1234567\r", CODING_GSM7, true, 15, "\x31\xd9\x8c\x56\xb3\xdd\x1a\x0d");
    WRITES("12345678", CODING_GSM7, true, 15, "\x31\xd9\x8c\x56\xb3\xdd\x70");
    WRITES("hello", CODING_GSM7, false, 0, "hello");
    WRITES("ກ", CODING_UCS2, true, 0x48, "\x0e\x81");
    WRITES("ກ", CODING_UCS2, false, 24, "\x0e\x81");
    options("dcs_0 = latin1\n");
    WRITES("caf\xc3\xa9 [$]", CODING_GSM7, false, 0, "caf\xe9 [$]");
    WRITES("caf\xc3\xa9", CODING_GSM7, true, 15, "caf\x05");
    no_writing("Δ", CODING_GSM7, false);
    no_writing("€", CODING_GSM7, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_profiles_are_built_in),
        cmocka_unit_test(words_become_numbers),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(sources_become_digits),
        cmocka_unit_test(our_addresses_have_their_type),
        cmocka_unit_test(alphabets_of_sms),
        cmocka_unit_test(alphabets_of_ussd),
        cmocka_unit_test(the_profile_wins),
        cmocka_unit_test(octets_become_text),
        cmocka_unit_test(packed_ussd_is_unpacked),
        cmocka_unit_test(text_becomes_octets),
    };
    return cmocka_run_group_tests_name("unit/smpp_dcs", tests, NULL, NULL);
}
