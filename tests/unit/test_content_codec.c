/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "message/content_codec.h"

/* The hash is from Python's hashlib, the payload from its json. */
#define GOLDEN_HASH "9b068f2e929ecfe7cbcaded1edf5aab0818a5af3b6a606ee9967fdf868cd253f"
#define GOLDEN_FILES                                                                               \
    "{\"menu.json\":\"{\\\"start\\\":\\\"main\\\"}\\n\",\"texts/en/"                               \
    "ui.json\":\"{\\\"texts\\\":{\\\"ui.back\\\":{\\\"text\\\":\\\"{back} back\\\"}}}\\n\"}"
#define WITH(files)                                                                                \
    "{\"v\":1,\"version\":\"9b068f2e929ecfe7\",\"sha256\":\"" GOLDEN_HASH                          \
    "\",\"author\":\"Noy\",\"reviewer\":\"Bounmy\",\"note\":\"The first.\",\"at\":1795456789000,"  \
    "\"previous\":\"\",\"files\":" files "}"

static const char golden[] = WITH(GOLDEN_FILES);

static char menu[] = "{\"start\":\"main\"}\n";
static char ui[] = "{\"texts\":{\"ui.back\":{\"text\":\"{back} back\"}}}\n";

static struct content_bundle example(struct content_file files[2])
{
    files[0] = (struct content_file){"texts/en/ui.json", ui, strlen(ui)};
    files[1] = (struct content_file){"menu.json", menu, strlen(menu)};
    return (struct content_bundle){.author = "Noy",
                                   .reviewer = "Bounmy",
                                   .note = "The first.",
                                   .at = 1795456789000,
                                   .previous = "",
                                   .files = files,
                                   .count = 2};
}

/* Read octets that end where the memory ends. */
static int read_octets(const char *payload, size_t len, struct content_bundle *b,
                       char why[CONTENT_WHY_MAX])
{
    char *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, payload, len);
    int r = content_codec_read(copy, len, b, why);
    free(copy);
    return r;
}

static void refuses(const char *payload, const char *says)
{
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    if (read_octets(payload, strlen(payload), &b, why) == 0)
        fail_msg("it was taken: %s", payload);
    if (!strstr(why, says))
        fail_msg("\"%s\" is not in: %s", says, why);
    assert_null(b.own);
}

/* The golden payload with one piece replaced. */
static void refuses_with(const char *old, const char *new, const char *says)
{
    char payload[4096];
    const char *at = strstr(golden, old);
    assert_non_null(at);
    snprintf(payload, sizeof payload, "%.*s%s%s", (int)(at - golden), golden, new,
             at + strlen(old));
    refuses(payload, says);
}

static void writes_the_golden_payload(void **state)
{
    (void)state;
    char mem[sizeof golden], version[CONTENT_VERSION_HEX + 1], why[CONTENT_WHY_MAX];
    struct content_file files[2];
    struct content_bundle b = example(files);
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    assert_int_equal(content_codec_write(&b, &out, version, why), 0);
    assert_string_equal(mem, golden);
    assert_string_equal(version, "9b068f2e929ecfe7");
    buf_init(&out, mem, sizeof mem - 1);
    assert_int_equal(content_codec_write(&b, &out, version, why), -1);
    assert_non_null(strstr(why, "too large"));
}

static void reads_the_golden_payload(void **state)
{
    (void)state;
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    assert_int_equal(read_octets(golden, strlen(golden), &b, why), 0);
    assert_string_equal(b.version, "9b068f2e929ecfe7");
    assert_string_equal(b.author, "Noy");
    assert_string_equal(b.reviewer, "Bounmy");
    assert_string_equal(b.note, "The first.");
    assert_string_equal(b.previous, "");
    assert_int_equal(b.at, 1795456789000);
    assert_int_equal(b.count, 2);
    assert_string_equal(b.files[0].name, "menu.json");
    assert_string_equal(b.files[0].text, menu);
    assert_int_equal(b.files[0].len, strlen(menu));
    assert_string_equal(b.files[1].name, "texts/en/ui.json");
    assert_string_equal(b.files[1].text, ui);
    content_bundle_free(&b);
    assert_null(b.own);
}

static void order_and_unknown_members_do_not_count(void **state)
{
    (void)state;
    static const char other[] =
        "{\"more\":{\"a\":[1,{\"files\":{}}]},\"files\":{"
        "\"texts/en/ui.json\":\"{\\\"texts\\\":{\\\"ui.back\\\":{\\\"text\\\":\\\"{back} "
        "back\\\"}}}\\n\",\"menu.json\":\"{\\u0022start\\\":\\\"main\\\"}\\u000a\"},"
        "\"previous\":\"8a4f03c2d1e05b76\",\"at\":1,\"note\":\"n\",\"reviewer\":\"\xE0\xBA\x9A\","
        "\"author\":\"N\",\"sha256\":\"" GOLDEN_HASH
        "\",\"version\":\"9b068f2e929ecfe7\",\"v\":1}\n";
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    assert_int_equal(read_octets(other, strlen(other), &b, why), 0);
    assert_string_equal(b.files[0].name, "menu.json");
    assert_string_equal(b.previous, "8a4f03c2d1e05b76");
    content_bundle_free(&b);
}

static void refuses_a_wrong_hash(void **state)
{
    (void)state;
    refuses_with(":\\\"main", ":\\\"mein", "sha256 is not that of the files");
    refuses_with("menu.json", "mena.json", "sha256 is not that of the files");
    refuses_with(GOLDEN_HASH, "9b06", "sha256 is not");
    refuses_with("\"version\":\"9b068f2e929ecfe7\"", "\"version\":\"9b068f2e929ecfe8\"",
                 "version must be the first 16");
    refuses_with("\"version\":\"9b068f2e929ecfe7\"", "\"version\":\"9b068f2e929ecfe\"",
                 "version must be the first 16");
    refuses_with("\"version\":\"9b068f2e929ecfe7\"", "\"version\":\"9b068f2e929ecfe7c\"",
                 "version must be the first 16");
}

static void refuses_wrong_members(void **state)
{
    (void)state;
    refuses_with("\"v\":1", "\"v\":2", "v must be 1");
    refuses_with("\"v\":1", "\"w\":1", "v must be 1");
    refuses_with("\"author\":\"Noy\"", "\"author\":7", "author must be a string");
    refuses_with("\"Noy\"", "\"\"", "author must be");
    refuses_with("\"Noy\"", "\" Noy\"", "author must be");
    refuses_with("\"Noy\"", "\"N\\u007fy\"", "author must be");
    refuses_with("\"Noy\"", "\"Bounmy\"", "another person");
    refuses_with("\"Bounmy\"", "\"Bounmy\\n\"", "reviewer must be");
    refuses_with("\"The first.\"", "\"\"", "note must have");
    refuses_with("\"at\":1795456789000", "\"at\":0", "at must be");
    refuses_with("\"at\":1795456789000", "\"at\":1.5", "at must be");
    refuses_with("\"at\":1795456789000", "\"at\":9007199254740992", "at must be");
    refuses_with("\"previous\":\"\"", "\"previous\":\"8A4f03c2d1e05b76\"", "previous must be");
    refuses_with("\"previous\":\"\"", "\"previous\":null", "previous must be");
    refuses_with("\"previous\":\"\"", "\"before\":\"\"", "previous must be");
    refuses_with("\"v\":1", "\"v\":1,\"v\":1", "a key occurs twice");
    refuses("", "octet 0");
    refuses("[]", "octet 0");
}

static void refuses_wrong_files(void **state)
{
    (void)state;
    refuses(WITH("{}"), "files must be 1-512");
    refuses(WITH("[]"), "files must be an object");
    refuses(WITH("\"x\""), "files must be an object");
    refuses(WITH("{\"menu.json\":{}}"), "files must be 1-512 strings");
    refuses(WITH("{\"menu.json\":\"a\",\"menu.json\":\"b\"}"), "a key occurs twice");
    refuses(WITH("{\"menu.json\":\"a\",\"menu\\u002ejson\":\"b\"}"), "a key occurs twice");
    refuses(WITH("{\"menu.json\":\"\\u0000\"}"), "octet");
    refuses(WITH("{\"menu.json\":\"\\ud800\"}"), "octet");
}

static void names_are_plain_relative_paths(void **state)
{
    (void)state;
    static const char *const good[] = {"menu.json", "texts/en/ui.json", "a.b-c_D9.json",
                                       "a/b.json"};
    static const char *const bad[] = {"",
                                      "x",
                                      ".json",
                                      "../x.json",
                                      "/x.json",
                                      "a//b.json",
                                      "a/../b.json",
                                      "./x.json",
                                      "a/.b.json",
                                      "a/b/c/d.json",
                                      "x.json/",
                                      "a b.json",
                                      "x.json\n",
                                      "a\\b.json",
                                      "x.JSON",
                                      "\xE0\xBA\x9A.json",
                                      "x.json/y",
                                      "a/.json"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(content_name_valid(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (content_name_valid(bad[i]))
            fail_msg("%s", bad[i]);
    char longest[CONTENT_NAME_MAX + 2];
    memset(longest, 'a', sizeof longest);
    memcpy(longest + CONTENT_NAME_MAX - 5, ".json", 6);
    assert_true(content_name_valid(longest));
    memcpy(longest + CONTENT_NAME_MAX - 4, ".json", 6);
    assert_false(content_name_valid(longest));
    refuses(WITH("{\"../x.json\":\"a\"}"), "files must have names");
}

static void whatever_is_cut_off_is_refused(void **state)
{
    (void)state;
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    for (size_t n = 0; n < strlen(golden); n++)
        assert_int_equal(read_octets(golden, n, &b, why), -1);
}

static void every_changed_octet_is_seen(void **state)
{
    (void)state;
    char copy[sizeof golden], why[CONTENT_WHY_MAX];
    struct content_bundle b;
    const char *files = strstr(golden, "\"files\"");
    for (size_t i = (size_t)(files - golden); i < strlen(golden); i++) {
        memcpy(copy, golden, sizeof copy);
        copy[i] = copy[i] == 'x' ? 'y' : 'x';
        assert_int_equal(read_octets(copy, strlen(copy), &b, why), -1);
    }
}

/* A writer takes nothing that a reader would refuse. */
static void refuses_write(struct content_bundle *b, const char *says)
{
    char mem[4096], version[CONTENT_VERSION_HEX + 1], why[CONTENT_WHY_MAX];
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    assert_int_equal(content_codec_write(b, &out, version, why), -1);
    if (!strstr(why, says))
        fail_msg("\"%s\" is not in: %s", says, why);
}

static void writes_nothing_wrong(void **state)
{
    (void)state;
    struct content_file files[2];
    struct content_bundle b = example(files);
    b.reviewer = "Noy";
    refuses_write(&b, "another person");
    b = example(files);
    b.count = 0;
    refuses_write(&b, "1-512");
    b = example(files);
    files[0].name = "../ui.json";
    refuses_write(&b, "names");
    b = example(files);
    files[0].name = "menu.json";
    refuses_write(&b, "different");
    b = example(files);
    files[0].text = "\xFF";
    files[0].len = 1;
    refuses_write(&b, "UTF-8");
    b = example(files);
    files[0].text = "a\0b";
    files[0].len = 3;
    refuses_write(&b, "NUL");
    b = example(files);
    files[0].text = NULL; /* not looked at: it is too long */
    files[0].len = CONTENT_FILE_MAX + 1;
    refuses_write(&b, "1 MiB");
}

/* A bundle of `count` files of `len` octets each, written into memory that the caller frees. */
static char *write_big(size_t count, size_t len, struct buf *out, char why[CONTENT_WHY_MAX])
{
    static char names[CONTENT_FILES_MAX + 1][32];
    char version[CONTENT_VERSION_HEX + 1];
    struct content_file *files = calloc(count, sizeof *files);
    char *text = malloc(len + 1), *mem = malloc(CONTENT_PAYLOAD_MAX + 1);
    assert_true(files && text && mem);
    memset(text, 'x', len);
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "f%zu.json", i);
        files[i] = (struct content_file){names[i], text, len};
    }
    struct content_file two[2];
    struct content_bundle b = example(two);
    b.files = files;
    b.count = count;
    buf_init(out, mem, CONTENT_PAYLOAD_MAX + 1);
    int r = content_codec_write(&b, out, version, why);
    free(files);
    free(text);
    if (r == 0)
        return mem;
    free(mem);
    return NULL;
}

static void bounds_hold(void **state)
{
    (void)state;
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    struct buf out;
    char *mem = write_big(CONTENT_FILES_MAX, 10, &out, why);
    assert_non_null(mem);
    assert_int_equal(read_octets(mem, out.len, &b, why), 0);
    assert_int_equal(b.count, CONTENT_FILES_MAX);
    content_bundle_free(&b);
    free(mem);
    assert_null(write_big(CONTENT_FILES_MAX + 1, 10, &out, why));
    mem = write_big(7, CONTENT_FILE_MAX, &out, why);
    assert_non_null(mem);
    assert_int_equal(read_octets(mem, out.len, &b, why), 0);
    content_bundle_free(&b);
    assert_int_equal(content_codec_read(mem, CONTENT_PAYLOAD_MAX + 1, &b, why), -1);
    assert_non_null(strstr(why, "longer than"));
    free(mem);
    assert_null(write_big(8, CONTENT_FILE_MAX, &out, why));
    assert_non_null(strstr(why, "too large"));
}

static void a_note_has_500_characters(void **state)
{
    (void)state;
    char note[CONTENT_NOTE_MAX * 3 + 4] = "", mem[8192], version[CONTENT_VERSION_HEX + 1];
    char why[CONTENT_WHY_MAX];
    struct content_file files[2];
    struct content_bundle b = example(files);
    struct buf out;
    for (int i = 0; i < CONTENT_NOTE_MAX; i++)
        strcat(note, "\xE0\xBA\x9A");
    b.note = note;
    buf_init(&out, mem, sizeof mem);
    assert_int_equal(content_codec_write(&b, &out, version, why), 0);
    strcat(note, "a");
    refuses_write(&b, "note");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_golden_payload),
        cmocka_unit_test(reads_the_golden_payload),
        cmocka_unit_test(order_and_unknown_members_do_not_count),
        cmocka_unit_test(refuses_a_wrong_hash),
        cmocka_unit_test(refuses_wrong_members),
        cmocka_unit_test(refuses_wrong_files),
        cmocka_unit_test(names_are_plain_relative_paths),
        cmocka_unit_test(whatever_is_cut_off_is_refused),
        cmocka_unit_test(every_changed_octet_is_seen),
        cmocka_unit_test(writes_nothing_wrong),
        cmocka_unit_test(bounds_hold),
        cmocka_unit_test(a_note_has_500_characters),
    };
    return cmocka_run_group_tests_name("content_codec", tests, NULL, NULL);
}
