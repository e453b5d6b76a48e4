/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "message/request_codec.h"
#include "support/request_example.h"

#define MSISDN EXAMPLE_MSISDN

/* What one test works with: a pair of keys, payloads, what came out. */
struct desk {
    struct seal_secret key;
    char json[REQUEST_PAYLOAD_MAX + 512];
    struct buf out;
    char scratch[REQUEST_PAYLOAD_MAX + 1];
    struct request_read read;
    char why[REQUEST_WHY_MAX];
    char open[REQUEST_PAYLOAD_MAX + 1];
    const char *msisdn, *text;
    char text_in[2 * MESSAGE_TEXT_MAX];
};

static int set_desk(void **state)
{
    struct desk *d = test_calloc(1, sizeof *d);
    d->key = example_key();
    *state = d;
    return 0;
}

static int clear_desk(void **state)
{
    test_free(*state);
    return 0;
}

/* The request of the example. */
static struct request example(void)
{
    return (struct request){
        .id = "46faf04d3d248c00",
        .case_no = "299392469",
        .proof = "70af76589b547c29",
        .subject = "61c555535379633798f01e7bb64f8a71",
        .at = 1795456789000,
        .bridge = "laotel",
        .kind = "unpaid",
        .country = "TH",
        .wish = WISH_QUIET,
        .safe = SAFE_EVENING,
        .lang = "lo",
        .msisdn = MSISDN,
        .text = EXAMPLE_TEXT,
        .text_len = strlen(EXAMPLE_TEXT),
    };
}

/* Write into memory of exactly the promised size. */
static int write_request(struct desk *d, const struct request *r)
{
    buf_init(&d->out, d->json, REQUEST_PAYLOAD_MAX + 1);
    return request_codec_write(r, &d->key.public, &d->out);
}

static int read_json(struct desk *d, const char *json)
{
    memset(d->why, 0x5A, sizeof d->why);
    return request_codec_read(json, strlen(json), d->scratch, &d->read, d->why);
}

static int open_read(struct desk *d, const struct seal_secret *key)
{
    return request_codec_open(&d->read, key, d->open, &d->msisdn, &d->text);
}

static void same(const struct request *a, const struct request *b)
{
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->case_no, b->case_no);
    assert_string_equal(a->proof, b->proof);
    assert_string_equal(a->subject, b->subject);
    assert_true(a->at == b->at);
    assert_string_equal(a->bridge, b->bridge);
    assert_int_equal(a->sms, b->sms);
    assert_string_equal(a->kind, b->kind);
    assert_string_equal(a->country, b->country);
    assert_int_equal(a->wish, b->wish);
    assert_int_equal(a->safe, b->safe);
    assert_string_equal(a->lang, b->lang);
}

/* Written, read and opened, a request is what it was. */
static void comes_back(struct desk *d, const struct request *r)
{
    assert_int_equal(write_request(d, r), 0);
    assert_false(d->out.full);
    if (read_json(d, d->json))
        fail_msg("refused: %s\n%s", d->why, d->json);
    assert_string_equal(d->why, "");
    assert_false(d->read.is_forget);
    same(r, &d->read.request);
    assert_string_equal(d->read.request.msisdn, "");
    assert_string_equal(d->read.request.text, "");
    assert_int_equal(d->read.request.text_len, 0);
    assert_int_equal(open_read(d, &d->key), 0);
    assert_string_equal(d->msisdn, r->msisdn);
    assert_int_equal(strlen(d->text), r->text_len);
    assert_memory_equal(d->text, r->text, r->text_len);
}

static void each_member_comes_back(void **state)
{
    struct desk *d = *state;
    static const char *const langs[] = {"lo", "th", "km", "my", "vi", "zh", "en", "zh-Hant"};
    struct request r = example();
    comes_back(d, &r);
    r.at = 1;
    strcpy(r.bridge, "abcdefghijklmnopqrstuvwxyz-01234");
    strcpy(r.kind, "abcdefghijklmnopqrstuvw-");
    r.sms = true;
    comes_back(d, &r);
    r.at = 9007199254740991;
    r.kind[0] = r.country[0] = '\0';
    comes_back(d, &r);
    for (r.wish = WISH_CALL; r.wish < WISH_COUNT; r.wish++) {
        for (r.safe = SAFE_ANY; r.safe < SAFE_COUNT; r.safe++)
            comes_back(d, &r);
    }
    r.wish = WISH_CALL;
    r.safe = SAFE_ANY;
    for (size_t i = 0; i < sizeof langs / sizeof langs[0]; i++) {
        strcpy(r.lang, langs[i]);
        comes_back(d, &r);
    }
}

/* What stands in PROTOCOL.md is what is written, but for the box, which is never the same. */
static void the_contract_s_example_is_written(void **state)
{
    struct desk *d = *state;
    struct request r = example();
    comes_back(d, &r);
    assert_memory_equal(d->json, EXAMPLE_HEAD ",\"sealed\":\"", strlen(EXAMPLE_HEAD) + 11);
    assert_int_equal(strlen(d->json), strlen(EXAMPLE_REQUEST));
    assert_string_not_equal(d->json, EXAMPLE_REQUEST);
}

static void the_contract_s_example_is_read_and_opened(void **state)
{
    struct desk *d = *state;
    struct request r = example();
    assert_int_equal(read_json(d, EXAMPLE_REQUEST), 0);
    same(&r, &d->read.request);
    assert_string_equal(d->read.sealed, EXAMPLE_SEALED);
    assert_int_equal(d->read.sealed_len, strlen(EXAMPLE_SEALED));
    assert_int_equal(open_read(d, &d->key), 0);
    assert_string_equal(d->msisdn, MSISDN);
    assert_string_equal(d->text, EXAMPLE_TEXT);
}

static void number_and_text_stand_only_in_the_box(void **state)
{
    struct desk *d = *state;
    struct request r = example();
    comes_back(d, &r);
    assert_null(strstr(d->json, MSISDN));
    assert_null(strstr(d->json, "passport"));
    assert_null(strstr(d->json, "msisdn"));
    assert_null(strstr(d->json, "text"));
}

static void an_anonymous_request_has_no_box(void **state)
{
    struct desk *d = *state;
    struct request r = example();
    r.subject[0] = '\0';
    r.msisdn = r.text = "";
    r.text_len = 0;
    r.wish = WISH_NONE;
    comes_back(d, &r);
    assert_null(strstr(d->json, "sealed"));
    assert_non_null(strstr(d->json, "\"subject\":\"\""));
    assert_string_equal(d->read.sealed, "");
    assert_int_equal(d->read.sealed_len, 0);
}

static void number_or_text_alone_is_sealed(void **state)
{
    struct desk *d = *state;
    struct request r = example();
    r.msisdn = "";
    comes_back(d, &r);
    assert_true(d->read.sealed_len > 0);
    r.msisdn = MSISDN;
    r.text = "";
    r.text_len = 0;
    comes_back(d, &r);
    assert_true(d->read.sealed_len > 0);
}

/* A text of n octets made of one character. */
static void text_of(struct desk *d, struct request *r, const char *character, size_t n)
{
    size_t len = strlen(character);
    for (size_t i = 0; i < n; i += len)
        memcpy(d->text_in + i, character, len);
    d->text_in[n] = '\0';
    r->text = d->text_in;
    r->text_len = n;
}

static void the_longest_text_fits_whatever_it_is(void **state)
{
    struct desk *d = *state;
    static const char *const characters[] = {"x", "\"", "\\", "\n", "\t", "ກ", "👍", "é"};
    struct request r = example();
    strcpy(r.bridge, "abcdefghijklmnopqrstuvwxyz-01234");
    strcpy(r.kind, "abcdefghijklmnopqrstuvw-");
    strcpy(r.lang, "zh-Hant");
    r.safe = SAFE_AFTERNOON;
    r.at = 9007199254740991;
    r.msisdn = "123456789012345";
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        size_t len = strlen(characters[i]);
        text_of(d, &r, characters[i], MESSAGE_TEXT_MAX / len * len);
        comes_back(d, &r);
    }
    text_of(d, &r, "\x01", MESSAGE_TEXT_CHARS); /* six octets each in JSON */
    comes_back(d, &r);
}

static void what_does_not_fit_is_told(void **state)
{
    struct desk *d = *state;
    struct request r = example();
    assert_int_equal(write_request(d, &r), 0);
    size_t len = d->out.len;
    buf_init(&d->out, d->json, len + 1);
    assert_int_equal(request_codec_write(&r, &d->key.public, &d->out), 0);
    assert_false(d->out.full);
    buf_init(&d->out, d->json, len);
    assert_int_equal(request_codec_write(&r, &d->key.public, &d->out), 0);
    assert_true(d->out.full);
}

static void not_written(struct desk *d, const struct request *r)
{
    assert_int_equal(write_request(d, r), -1);
    assert_int_equal(d->out.len, 0);
}

#define NOT_WRITTEN(field, value)                                                                  \
    do {                                                                                           \
        struct request bad_ = example();                                                           \
        snprintf(bad_.field, sizeof bad_.field, "%s", value);                                      \
        not_written(d, &bad_);                                                                     \
    } while (0)

static void what_nobody_could_read_is_not_written(void **state)
{
    struct desk *d = *state;
    NOT_WRITTEN(id, "");
    NOT_WRITTEN(id, "46FAF04D3D248C00");
    NOT_WRITTEN(case_no, "299392468");
    NOT_WRITTEN(case_no, "");
    NOT_WRITTEN(proof, "70af76589b547c2");
    NOT_WRITTEN(subject, "61c5");
    NOT_WRITTEN(bridge, "");
    NOT_WRITTEN(bridge, "Laotel");
    NOT_WRITTEN(kind, "un paid");
    NOT_WRITTEN(country, "T");
    NOT_WRITTEN(country, "th");
    NOT_WRITTEN(lang, "");
    NOT_WRITTEN(lang, "l\n");
    struct request r = example();
    memset(r.kind, 'a', sizeof r.kind); /* no NUL */
    not_written(d, &r);
}

static void no_number_text_time_or_wish_that_is_none_is_written(void **state)
{
    struct desk *d = *state;
    struct request r = example();
    r.at = 0;
    not_written(d, &r);
    r.at = 9007199254740992;
    not_written(d, &r);
    r = example();
    r.wish = WISH_COUNT;
    not_written(d, &r);
    r = example();
    r.safe = SAFE_COUNT;
    not_written(d, &r);
    r = example();
    r.msisdn = "+8562055512345";
    not_written(d, &r);
    r = example();
    text_of(d, &r, "x", MESSAGE_TEXT_MAX + 1);
    not_written(d, &r);
    text_of(d, &r, "\x01", MESSAGE_TEXT_MAX);
    not_written(d, &r);
    text_of(d, &r, "\xC3", 1);
    not_written(d, &r);
    r.text = "a\0b";
    r.text_len = 3;
    not_written(d, &r);
}

static void nothing_is_written_for_a_key_that_seals_nothing(void **state)
{
    struct desk *d = *state;
    struct request r = example();
    memset(&d->key.public, 0, sizeof d->key.public);
    not_written(d, &r);
}

/* The example with its first `from` replaced. */
static const char *with(struct desk *d, const char *from, const char *to)
{
    const char *at = strstr(EXAMPLE_REQUEST, from);
    if (!at)
        fail_msg("no %s in the example", from);
    buf_init(&d->out, d->json, sizeof d->json);
    buf_put(&d->out, EXAMPLE_REQUEST, (size_t)(at - EXAMPLE_REQUEST));
    buf_puts(&d->out, to);
    buf_puts(&d->out, at + strlen(from));
    assert_false(d->out.full);
    return d->json;
}

static void refused(struct desk *d, const char *json, const char *why)
{
    if (!read_json(d, json))
        fail_msg("taken: %s", json);
    if (!strstr(d->why, why))
        fail_msg("%s\n%s", d->why, json);
}

struct row {
    const char *from, *to, *why;
};

static void refused_rows(struct desk *d, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        refused(d, with(d, rows[i].from, rows[i].to), rows[i].why);
}

#define REFUSED(d, rows) refused_rows(d, rows, sizeof(rows) / sizeof(rows)[0])

static void each_member_is_required(void **state)
{
    static const struct row rows[] = {
        {"\"v\"", "\"_\"", "v must be 1"},
        {"\"type\"", "\"_\"", "type must be"},
        {"\"id\"", "\"_\"", "id is missing"},
        {"\"case\"", "\"_\"", "case is missing"},
        {"\"proof\"", "\"_\"", "proof is missing"},
        {"\"subject\"", "\"_\"", "subject is missing"},
        {"\"at\"", "\"_\"", "at is missing"},
        {"\"bridge\"", "\"_\"", "bridge is missing"},
        {"\"channel\"", "\"_\"", "channel must be"},
        {"\"kind\"", "\"_\"", "kind is missing"},
        {"\"country\"", "\"_\"", "country is missing"},
        {"\"wish\"", "\"_\"", "wish must be"},
        {"\"safe\"", "\"_\"", "safe must be"},
        {"\"lang\"", "\"_\"", "lang is missing"},
    };
    REFUSED(*state, rows);
}

static void bad_names_are_refused(void **state)
{
    static const struct row rows[] = {
        {"\"v\":1", "\"v\":2", "v must be 1"},
        {"\"v\":1", "\"v\":\"1\"", "v must be 1"},
        {"\"v\":1", "\"v\":1.0", "v must be 1"},
        {"\"request\"", "\"requests\"", "type must be request or forget"},
        {"\"request\"", "7", "type must be request or forget"},
        {"\"46faf04d3d248c00\"", "\"46faf04d3d248c0\"", "id must be 16"},
        {"\"46faf04d3d248c00\"", "\"46faf04d3d248c000\"", "id must be 16"},
        {"\"46faf04d3d248c00\"", "\"46FAF04d3d248c00\"", "id must be 16"},
        {"\"46faf04d3d248c00\"", "\"46faf04d3d248c0g\"", "id must be 16"},
        {"\"46faf04d3d248c00\"", "null", "id must be 16"},
        {"\"299392469\"", "\"299392468\"", "case must be 9 digits"},
        {"\"299392469\"", "\"299932469\"", "case must be 9 digits"},
        {"\"299392469\"", "\"29939246\"", "case must be 9 digits"},
        {"\"299392469\"", "\"2993924699\"", "case must be 9 digits"},
        {"\"299392469\"", "\"\"", "case must be 9 digits"},
        {"\"299392469\"", "299392469", "case must be 9 digits"},
        {"\"70af76589b547c29\"", "\"70af76589b547c2\"", "proof must be 16"},
        {"\"70af76589b547c29\"", "\"70af76589b547c2.\"", "proof must be 16"},
        {"\"70af76589b547c29\"", "[]", "proof must be 16"},
        {"\"61c5", "\"61c", "subject must be 32"},
        {"\"61c5", "\"61c50", "subject must be 32"},
        {"\"61c5", "\"61C5", "subject must be 32"},
        {"\"61c555535379633798f01e7bb64f8a71\"", "null", "subject must be 32"},
    };
    REFUSED(*state, rows);
}

#define LETTERS_25 "abcdefghijklmnopqrstuvwxy"

static void bad_circumstances_are_refused(void **state)
{
    static const struct row rows[] = {
        {"1795456789000", "0", "at must be an integer"},
        {"1795456789000", "-1", "at must be an integer"},
        {"1795456789000", "1.5", "at must be an integer"},
        {"1795456789000", "\"1\"", "at must be an integer"},
        {"1795456789000", "9007199254740992", "at must be an integer"},
        {"1795456789000", "1e12", "at must be an integer"},
        {"\"laotel\"", "\"\"", "bridge must be 1-32"},
        {"\"laotel\"", "\"lao tel\"", "bridge must be 1-32"},
        {"\"laotel\"", "\"" LETTERS_25 "01234567\"", "bridge must be 1-32"},
        {"\"laotel\"", "{}", "bridge must be 1-32"},
        {"\"ussd\"", "\"email\"", "channel must be ussd or sms"},
        {"\"ussd\"", "true", "channel must be ussd or sms"},
        {"\"unpaid\"", "\"Unpaid\"", "kind must be 0-24"},
        {"\"unpaid\"", "\"" LETTERS_25 "\"", "kind must be 0-24"},
        {"\"unpaid\"", "3", "kind must be 0-24"},
        {"\"TH\"", "\"T\"", "country must be two"},
        {"\"TH\"", "\"THA\"", "country must be two"},
        {"\"TH\"", "\"th\"", "country must be two"},
        {"\"TH\"", "false", "country must be two"},
        {"\"quiet\"", "\"loud\"", "wish must be call, quiet or none"},
        {"\"quiet\"", "\"\"", "wish must be call, quiet or none"},
        {"\"quiet\"", "1", "wish must be call, quiet or none"},
        {"\"evening\"", "\"night\"", "safe must be any, morning"},
        {"\"evening\"", "null", "safe must be any, morning"},
        {"\"lo\"", "\"\"", "lang must be 2-7"},
        {"\"lo\"", "\"lo_LA\"", "lang must be 2-7"},
        {"\"lo\"", "\"abcdefgh\"", "lang must be 2-7"},
        {"\"lo\"", "[\"lo\"]", "lang must be 2-7"},
        {"\"" EXAMPLE_SEALED "\"", "\"\"", "sealed must be base64"},
        {"\"" EXAMPLE_SEALED "\"", "\"AAA\"", "sealed must be base64"},
        {"\"" EXAMPLE_SEALED "\"", "\"AAA-\"", "sealed must be base64"},
        {"\"" EXAMPLE_SEALED "\"", "\"A===\"", "sealed must be base64"},
        {"\"" EXAMPLE_SEALED "\"", "\"AA=A\"", "sealed must be base64"},
        {"\"" EXAMPLE_SEALED "\"", "null", "sealed must be base64"},
    };
    REFUSED(*state, rows);
}

static void what_is_no_json_object_is_refused(void **state)
{
    struct desk *d = *state;
    refused(d, "", "octet 0");
    refused(d, "[]", "octet");
    refused(d, EXAMPLE_HEAD, "octet");
    refused(d, EXAMPLE_REQUEST "x", "octet");
    refused(d, with(d, "\"laotel\"", "\"lao\xC3\""), "octet");
    refused(d, with(d, "\"laotel\"", "\"lao\\u0000\""), "octet");
    refused(d, with(d, "\"v\":1", "\"v\":1,\"v\":1"), "a key occurs twice");
}

/* A key may hold a number; the sentence may not. */
static void a_refusal_never_repeats_what_it_read(void **state)
{
    struct desk *d = *state;
    refused(d, with(d, "\"v\":1", "\"v\":1,\"" MSISDN "\":1,\"" MSISDN "\":2"), "occurs twice");
    assert_null(strstr(d->why, MSISDN));
    refused(d, with(d, "\"laotel\"", "\"Phone " MSISDN "\""), "bridge must");
    assert_null(strstr(d->why, MSISDN));
    refused(d, with(d, "\"request\"", "\"" MSISDN "\""), "type must");
    assert_null(strstr(d->why, MSISDN));
}

static void members_that_nobody_knows_are_ignored(void **state)
{
    struct desk *d = *state;
    const char *json = with(d, "\"v\":1",
                            "\"v\":1,\"msisdn\":7,\"text\":null,\"a\":{\"id\":1},\"b\":"
                            "[1,2],\"\":true");
    assert_int_equal(read_json(d, json), 0);
    assert_string_equal(d->read.request.id, "46faf04d3d248c00");
    assert_string_equal(d->read.request.msisdn, "");
    refused(d, with(d, "\"v\":1", "\"v\":1,\"a\":{\"b\":{}}"), "octet"); /* three levels */
}

/* The example, made as long as asked by an unknown member. */
static const char *of_length(struct desk *d, size_t len)
{
    with(d, "\"v\":1", "\"v\":1,\"more\":\"\"");
    char *at = strstr(d->json, "\"more\":\"") + strlen("\"more\":\"");
    size_t pad = len - d->out.len;
    memmove(at + pad, at, d->out.len - (size_t)(at - d->json) + 1);
    memset(at, '.', pad);
    assert_int_equal(strlen(d->json), len);
    return d->json;
}

static void a_payload_has_20480_octets_at_most(void **state)
{
    struct desk *d = *state;
    assert_int_equal(read_json(d, of_length(d, REQUEST_PAYLOAD_MAX)), 0);
    refused(d, of_length(d, REQUEST_PAYLOAD_MAX + 1), "the payload is longer than 20480 octets");
}

static void another_key_opens_nothing(void **state)
{
    struct desk *d = *state;
    struct seal_secret other;
    struct request r = example();
    seal_make(&other);
    comes_back(d, &r);
    assert_int_equal(open_read(d, &other), -1);
    assert_string_equal(d->msisdn, "");
    assert_string_equal(d->text, "");
}

static void a_damaged_box_is_not_opened(void **state)
{
    struct desk *d = *state;
    assert_int_equal(read_json(d, EXAMPLE_REQUEST), 0);
    char *sealed = d->scratch + (d->read.sealed - d->scratch);
    for (size_t i = 0; i < d->read.sealed_len; i += 7) {
        char right = sealed[i];
        sealed[i] = right == 'A' ? 'B' : 'A';
        assert_int_equal(open_read(d, &d->key), -1);
        sealed[i] = right;
    }
    assert_int_equal(open_read(d, &d->key), 0);
    d->read.sealed_len = REQUEST_PAYLOAD_MAX + 4; /* more than a payload can hold */
    assert_int_equal(open_read(d, &d->key), -1);
}

static void a_box_opens_in_its_own_request_alone(void **state)
{
    struct desk *d = *state;
    assert_int_equal(read_json(d, with(d, "46faf04d3d248c00", "46faf04d3d248d00")), 0);
    assert_int_equal(open_read(d, &d->key), -1);
    assert_string_equal(d->msisdn, "");
    assert_string_equal(d->text, "");
    assert_int_equal(read_json(d, EXAMPLE_REQUEST), 0);
    assert_int_equal(open_read(d, &d->key), 0);
}

/* Seal any text for the example's id and try to open it. */
static int open_plain(struct desk *d, const char *plain)
{
    assert_int_equal(read_json(d, EXAMPLE_REQUEST), 0);
    assert_int_equal(seal_close(&d->key.public, plain, strlen(plain), d->json), 0);
    d->read.sealed = d->json;
    d->read.sealed_len = strlen(d->json);
    return open_read(d, &d->key);
}

#define ID "\"id\":\"46faf04d3d248c00\""

static void what_was_sealed_is_checked_too(void **state)
{
    struct desk *d = *state;
    static const char *const bad[] = {
        "",
        "text",
        "{}",
        "{" ID "}",
        "{" ID ",\"msisdn\":\"\"}",
        "{" ID ",\"text\":\"\"}",
        "{\"msisdn\":\"\",\"text\":\"\"}",
        "{\"id\":\"46faf04d3d248c01\",\"msisdn\":\"\",\"text\":\"\"}",
        "{\"id\":\"\",\"msisdn\":\"\",\"text\":\"\"}",
        "{" ID ",\"msisdn\":8562055512345,\"text\":\"\"}",
        "{" ID ",\"msisdn\":\"+8562055512345\",\"text\":\"\"}",
        "{" ID ",\"msisdn\":\"12345\",\"text\":\"\"}",
        "{" ID ",\"msisdn\":null,\"text\":\"\"}",
        "{" ID ",\"msisdn\":\"\",\"text\":7}",
        "{" ID ",\"msisdn\":\"\",\"text\":\"\\u0000\"}",
        "{" ID ",\"msisdn\":\"\",\"text\":\"\"}}",
    };
    assert_int_equal(open_plain(d, "{" ID ",\"msisdn\":\"\",\"text\":\"a\\nb\",\"more\":[]}"), 0);
    assert_string_equal(d->text, "a\nb");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (open_plain(d, bad[i]) == 0)
            fail_msg("opened: %s", bad[i]);
        assert_string_equal(d->msisdn, "");
        assert_string_equal(d->text, "");
    }
}

static void an_order_to_forget_comes_back(void **state)
{
    struct desk *d = *state;
    buf_init(&d->out, d->json, sizeof d->json);
    request_codec_write_forget("0011223344556677", "61c555535379633798f01e7bb64f8a71", &d->out);
    assert_string_equal(d->json, "{\"v\":1,\"type\":\"forget\",\"id\":\"0011223344556677\","
                                 "\"subject\":\"61c555535379633798f01e7bb64f8a71\"}");
    assert_int_equal(read_json(d, d->json), 0);
    assert_true(d->read.is_forget);
    assert_string_equal(d->read.request.id, "0011223344556677");
    assert_string_equal(d->read.request.subject, "61c555535379633798f01e7bb64f8a71");
    assert_string_equal(d->read.request.case_no, "");
    assert_string_equal(d->read.sealed, "");
    assert_string_equal(d->read.request.msisdn, "");
    assert_string_equal(d->read.request.text, "");
}

/* "" is the subject of all who did not give a number: nobody may be taken for all. */
static void an_order_to_forget_names_somebody(void **state)
{
    struct desk *d = *state;
    refused(d, "{\"v\":1,\"type\":\"forget\",\"id\":\"0011223344556677\",\"subject\":\"\"}",
            "subject must not be empty");
    refused(d, "{\"v\":1,\"type\":\"forget\",\"id\":\"0011223344556677\",\"subject\":\"ab\"}",
            "subject must be 32");
    refused(d, "{\"v\":1,\"type\":\"forget\",\"id\":\"0011223344556677\"}", "subject is missing");
    refused(d, "{\"v\":1,\"type\":\"forget\",\"subject\":\"61c555535379633798f01e7bb64f8a71\"}",
            "id is missing");
}

static void an_acknowledgement_comes_back(void **state)
{
    struct desk *d = *state;
    char id[REQUEST_ID_MAX + 1];
    buf_init(&d->out, d->json, sizeof d->json);
    request_codec_write_ack("46faf04d3d248c00", &d->out);
    assert_string_equal(d->json, "{\"v\":1,\"id\":\"46faf04d3d248c00\"}");
    assert_int_equal(request_codec_read_ack(d->json, d->out.len, id), 0);
    assert_string_equal(id, "46faf04d3d248c00");
}

static void bad_acknowledgements_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{}",
        "{\"v\":1}",
        "{\"id\":\"46faf04d3d248c00\"}",
        "{\"v\":2,\"id\":\"46faf04d3d248c00\"}",
        "{\"v\":1,\"id\":\"46faf04d3d248c0\"}",
        "{\"v\":1,\"id\":\"46faf04d3d248c001\"}",
        "{\"v\":1,\"id\":\"46faf04d3d248c0G\"}",
        "{\"v\":1,\"id\":46}",
        "{\"v\":1,\"id\":\"46faf04d3d248c00\"",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char id[REQUEST_ID_MAX + 1] = "kept";
        if (request_codec_read_ack(bad[i], strlen(bad[i]), id) != -1)
            fail_msg("taken: %s", bad[i]);
        assert_string_equal(id, "kept");
    }
}

#define ASK_48 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl0123._:-89"

static void a_question_comes_back(void **state)
{
    struct desk *d = *state;
    const struct case_ask ask = {.case_no = "299392469", .proof = "70af76589b547c29"};
    struct case_ask read;
    char ask_id[REQUEST_ASK_ID_MAX + 1];
    buf_init(&d->out, d->json, sizeof d->json);
    request_codec_write_ask(ASK_48, &ask, &d->out);
    assert_string_equal(d->json, "{\"v\":1,\"id\":\"" ASK_48 "\",\"case\":\"299392469\","
                                 "\"proof\":\"70af76589b547c29\"}");
    assert_int_equal(request_codec_read_ask(d->json, d->out.len, ask_id, &read), 0);
    assert_string_equal(ask_id, ASK_48);
    assert_string_equal(read.case_no, ask.case_no);
    assert_string_equal(read.proof, ask.proof);
}

static void bad_questions_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{\"v\":1,\"id\":\"q\",\"case\":\"299392469\"}",
        "{\"v\":1,\"id\":\"q\",\"proof\":\"70af76589b547c29\"}",
        "{\"v\":1,\"case\":\"299392469\",\"proof\":\"70af76589b547c29\"}",
        "{\"id\":\"q\",\"case\":\"299392469\",\"proof\":\"70af76589b547c29\"}",
        "{\"v\":1,\"id\":\"\",\"case\":\"299392469\",\"proof\":\"70af76589b547c29\"}",
        "{\"v\":1,\"id\":\"q/\",\"case\":\"299392469\",\"proof\":\"70af76589b547c29\"}",
        "{\"v\":1,\"id\":\"" ASK_48 "0\",\"case\":\"299392469\",\"proof\":\"70af76589b547c29\"}",
        "{\"v\":1,\"id\":\"q\",\"case\":\"299392460\",\"proof\":\"70af76589b547c29\"}",
        "{\"v\":1,\"id\":\"q\",\"case\":\"299392469\",\"proof\":\"1284\"}",
        "{\"v\":1,\"id\":\"q\",\"case\":299392469,\"proof\":\"70af76589b547c29\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char ask_id[REQUEST_ASK_ID_MAX + 1] = "kept";
        struct case_ask ask = {.case_no = "kept", .proof = "kept"};
        if (request_codec_read_ask(bad[i], strlen(bad[i]), ask_id, &ask) != -1)
            fail_msg("taken: %s", bad[i]);
        assert_string_equal(ask_id, "kept");
        assert_string_equal(ask.case_no, "kept");
        assert_string_equal(ask.proof, "kept");
    }
}

static void each_state_comes_back(void **state)
{
    struct desk *d = *state;
    for (enum case_state s = CASE_UNKNOWN; s < CASE_STATES; s++) {
        char ask_id[REQUEST_ASK_ID_MAX + 1];
        enum case_state read = CASE_STATES;
        buf_init(&d->out, d->json, sizeof d->json);
        request_codec_write_state(ASK_48, s, &d->out);
        assert_int_equal(request_codec_read_state(d->json, d->out.len, ask_id, &read), 0);
        assert_string_equal(ask_id, ASK_48);
        assert_int_equal(read, s);
        assert_int_equal(request_codec_state_of(request_codec_state_name(s)), s);
    }
    assert_string_equal(d->json, "{\"v\":1,\"re\":\"" ASK_48 "\",\"state\":\"unreachable\"}");
}

static void bad_states_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{\"v\":1,\"re\":\"q\"}",
        "{\"v\":1,\"state\":\"new\"}",
        "{\"re\":\"q\",\"state\":\"new\"}",
        "{\"v\":1,\"re\":\"q\",\"state\":\"\"}",
        "{\"v\":1,\"re\":\"q\",\"state\":\"open\"}",
        "{\"v\":1,\"re\":\"q\",\"state\":\"a very long name of a state\"}",
        "{\"v\":1,\"re\":\"q\",\"state\":2}",
        "{\"v\":1,\"re\":\"\",\"state\":\"new\"}",
        "{\"v\":1,\"re\":null,\"state\":\"new\"}",
        "{\"v\":1,\"re\":\"" ASK_48 "0\",\"state\":\"new\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char ask_id[REQUEST_ASK_ID_MAX + 1] = "kept";
        enum case_state read = CASE_STATES;
        if (request_codec_read_state(bad[i], strlen(bad[i]), ask_id, &read) != -1)
            fail_msg("taken: %s", bad[i]);
        assert_string_equal(ask_id, "kept");
        assert_int_equal(read, CASE_STATES);
    }
}

#define KEY_32         "0123456789abcdef0123456789abcdef"
#define DROP_WITH(key) "{\"v\":1,\"key\":\"" key "\",\"subject\":\"" KEY_32 "\"}"

static void an_order_to_drop_comes_back(void **state)
{
    struct desk *d = *state;
    static const char *const bad[] = {
        "{\"v\":1}",
        "{\"v\":1,\"key\":\"{" KEY_32 "}\"}",
        "{\"v\":1,\"subject\":\"" KEY_32 "\"}",
        DROP_WITH(""),
        DROP_WITH(KEY_32),
        DROP_WITH("{" KEY_32 "0}"),
        DROP_WITH("{" KEY_32),
        DROP_WITH("[" KEY_32 "]"),
        DROP_WITH("{0123456789ABCDEF0123456789abcdef}"),
        "{\"v\":1,\"key\":{},\"subject\":\"" KEY_32 "\"}",
        "{\"v\":1,\"key\":\"{" KEY_32 "}\",\"subject\":\"\"}",
        "{\"key\":\"{" KEY_32 "}\",\"subject\":\"" KEY_32 "\"}",
    };
    struct request_drop drop = {.key = "{" KEY_32 "}", .subject = KEY_32}, back;
    buf_init(&d->out, d->json, sizeof d->json);
    request_codec_write_drop(&drop, &d->out);
    assert_string_equal(d->json, DROP_WITH("{" KEY_32 "}"));
    assert_int_equal(request_codec_read_drop(d->json, d->out.len, &back), 0);
    assert_string_equal(back.key, drop.key);
    assert_string_equal(back.subject, drop.subject);
    strcpy(back.key, "kept");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (request_codec_read_drop(bad[i], strlen(bad[i]), &back) != -1)
            fail_msg("taken: %s", bad[i]);
        assert_string_equal(back.key, "kept");
    }
}

static void names_are_those_of_the_contract(void **state)
{
    (void)state;
    assert_string_equal(request_codec_wish_name(WISH_CALL), "call");
    assert_string_equal(request_codec_wish_name(WISH_QUIET), "quiet");
    assert_string_equal(request_codec_wish_name(WISH_NONE), "none");
    assert_string_equal(request_codec_safe_name(SAFE_ANY), "any");
    assert_string_equal(request_codec_safe_name(SAFE_MORNING), "morning");
    assert_string_equal(request_codec_safe_name(SAFE_AFTERNOON), "afternoon");
    assert_string_equal(request_codec_safe_name(SAFE_EVENING), "evening");
    assert_int_equal(request_codec_state_of("unknown"), CASE_UNKNOWN);
    assert_int_equal(request_codec_state_of("stored"), CASE_STORED);
    assert_int_equal(request_codec_state_of("new"), CASE_NEW);
    assert_int_equal(request_codec_state_of("taken"), CASE_TAKEN);
    assert_int_equal(request_codec_state_of("waiting"), CASE_WAITING);
    assert_int_equal(request_codec_state_of("closed"), CASE_CLOSED);
    assert_int_equal(request_codec_state_of("unreachable"), CASE_UNREACHABLE);
    assert_int_equal(request_codec_state_of(""), -1);
    assert_int_equal(request_codec_state_of("New"), -1);
}

#define DESK(t) cmocka_unit_test_setup_teardown(t, set_desk, clear_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(each_member_comes_back),
        DESK(the_contract_s_example_is_written),
        DESK(the_contract_s_example_is_read_and_opened),
        DESK(number_and_text_stand_only_in_the_box),
        DESK(an_anonymous_request_has_no_box),
        DESK(number_or_text_alone_is_sealed),
        DESK(the_longest_text_fits_whatever_it_is),
        DESK(what_does_not_fit_is_told),
        DESK(what_nobody_could_read_is_not_written),
        DESK(no_number_text_time_or_wish_that_is_none_is_written),
        DESK(nothing_is_written_for_a_key_that_seals_nothing),
        DESK(each_member_is_required),
        DESK(bad_names_are_refused),
        DESK(bad_circumstances_are_refused),
        DESK(what_is_no_json_object_is_refused),
        DESK(a_refusal_never_repeats_what_it_read),
        DESK(members_that_nobody_knows_are_ignored),
        DESK(a_payload_has_20480_octets_at_most),
        DESK(another_key_opens_nothing),
        DESK(a_damaged_box_is_not_opened),
        DESK(a_box_opens_in_its_own_request_alone),
        DESK(what_was_sealed_is_checked_too),
        DESK(an_order_to_forget_comes_back),
        DESK(an_order_to_forget_names_somebody),
        DESK(an_acknowledgement_comes_back),
        DESK(bad_acknowledgements_are_refused),
        DESK(a_question_comes_back),
        DESK(bad_questions_are_refused),
        DESK(each_state_comes_back),
        DESK(bad_states_are_refused),
        DESK(an_order_to_drop_comes_back),
        DESK(names_are_those_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
