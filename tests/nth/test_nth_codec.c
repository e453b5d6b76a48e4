/* SPDX-License-Identifier: Apache-2.0 */
/* What reads and writes texts: messages, requests, sealed boxes, configuration, content. Each
 * allocation fails in turn: nothing is given, nothing is left, and the next try works.
 *
 * cJSON takes our malloc by its hook. ICU and libsodium have their own. Of the content's arenas,
 * which take memory by the 64 KiB, each piece counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "base/conf.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/tree.h"
#include "catalog/arena.h"
#include "catalog/catalog.h"
#include "catalog/lists.h"
#include "message/codec.h"
#include "message/request_codec.h"
#include "support/failing.h"
#include "support/request_example.h"
#include "support/small_content.h"
#include "text/zawgyi.h"

enum { SOME = 3 };

void *__real_arena_alloc(struct arena *a, size_t n);
void *__real_arena_array(struct arena *a, size_t count, size_t size);
char *__real_arena_copy(struct arena *a, const char *s, size_t n);
void *__wrap_arena_alloc(struct arena *a, size_t n);
void *__wrap_arena_array(struct arena *a, size_t count, size_t size);
char *__wrap_arena_copy(struct arena *a, const char *s, size_t n);

void *__wrap_arena_alloc(struct arena *a, size_t n)
{
    return failing_hits() ? NULL : __real_arena_alloc(a, n);
}

void *__wrap_arena_array(struct arena *a, size_t count, size_t size)
{
    return failing_hits() ? NULL : __real_arena_array(a, count, size);
}

char *__wrap_arena_copy(struct arena *a, const char *s, size_t n)
{
    return failing_hits() ? NULL : __real_arena_copy(a, s, n);
}

/* An MO with as many members of the future as it takes to need memory. */
static unsigned run_mo(void *arg, const struct failing *plan)
{
    char payload[MESSAGE_PAYLOAD_MAX + 1], scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct buf b;
    struct mo mo;
    struct refusal why = {.detail = ""};
    (void)arg;
    buf_init(&b, payload, sizeof payload);
    buf_puts(&b, "{\"v\":1,\"kind\":\"sms\",\"id\":\"a1\",\"msisdn\":\"8562055512345\","
                 "\"to\":\"1234\",\"text\":\"HELP\",\"at\":1795456789000");
    for (int i = 0; i < 200; i++)
        buf_printf(&b, ",\"x%d\":%d", i, i);
    buf_puts(&b, "}");
    assert_false(b.full);
    failing_arm(plan, FAILING_HERE);
    int r = codec_read_mo(b.data, b.len, scratch, &mo, &why);
    unsigned failed = failing_disarm();
    assert_int_equal(r, failed > 0 ? -1 : 0);
    if (failed > 0) {
        assert_int_equal(why.code, REFUSE_OVERLOAD); /* for it can be sent again */
        assert_true(why.retry_ms > 0);
        assert_int_equal(codec_read_mo(b.data, b.len, scratch, &mo, &why), 0);
    }
    assert_string_equal(mo.text, "HELP");
    return failed;
}

static struct request example(void)
{
    return (struct request){.id = "46faf04d3d248c00",
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
                            .msisdn = EXAMPLE_MSISDN,
                            .text = EXAMPLE_TEXT,
                            .text_len = strlen(EXAMPLE_TEXT)};
}

/* Written, read and opened again. */
static unsigned run_request(void *arg, const struct failing *plan)
{
    static char payload[REQUEST_PAYLOAD_MAX + 1], scratch[REQUEST_PAYLOAD_MAX + 1],
        open[REQUEST_PAYLOAD_MAX + 1];
    struct seal_secret key = example_key();
    struct request r = example();
    struct request_read read;
    const char *msisdn = NULL, *text = NULL;
    char why[REQUEST_WHY_MAX];
    struct buf b;
    unsigned tries = 0, failed = 0;
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    do {
        buf_init(&b, payload, sizeof payload);
        assert_in_range(++tries, 1, SOME + 1);
    } while (request_codec_write(&r, &key.public, &b) < 0 && b.len == 0);
    assert_true(b.len > 0);
    while (request_codec_read(b.data, b.len, scratch, &read, why) < 0 ||
           request_codec_open(&read, &key, open, &msisdn, &text) < 0)
        assert_in_range(++tries, 1, SOME + 2);
    failed = failing_disarm();
    assert_int_equal(tries, failed + 1);
    assert_string_equal(msisdn, EXAMPLE_MSISDN);
    assert_string_equal(text, EXAMPLE_TEXT);
    return failed;
}

static unsigned run_seal(void *arg, const struct failing *plan)
{
    static const char plain[] = "Two months of pay.";
    struct seal_secret key = example_key();
    char box[1024];
    uint8_t open[1024];
    size_t len = 0;
    unsigned faults = 0;
    (void)arg;
    assert_in_range(seal_size(sizeof plain), 1, sizeof box);
    failing_arm(plan, FAILING_HERE);
    while (seal_close(&key.public, plain, sizeof plain, box) < 0)
        faults++;
    while (seal_open(&key, box, strlen(box), open, &len) < 0)
        faults++;
    unsigned failed = failing_disarm();
    assert_int_equal(faults, failed);
    assert_int_equal(len, sizeof plain);
    assert_memory_equal(open, plain, len);
    return failed;
}

static void messages_without_memory(void **state)
{
    (void)state;
    failing_both("MO", SOME, run_mo, NULL);
    failing_both("request", SOME, run_request, NULL);
    failing_both("sealed box", SOME, run_seal, NULL);
}

static unsigned run_conf(void *arg, const struct failing *plan)
{
    static struct conf c, calm;
    char why[CONF_ERROR_MAX];
    (void)arg;
    why[0] = '\0';
    assert_int_equal(conf_load(CONF_FILE, &calm, why), 0);
    failing_arm(plan, FAILING_HERE);
    int r = conf_load(CONF_FILE, &c, why);
    unsigned failed = failing_disarm();
    assert_int_equal(r, failed > 0 ? -1 : 0);
    if (failed > 0) {
        assert_non_null(strstr(why, "memory"));
        assert_int_equal(conf_load(CONF_FILE, &c, why), 0);
    }
    assert_memory_equal(&c, &calm, sizeof c);
    return failed;
}

static unsigned run_tree(void *arg, const struct failing *plan)
{
    char text[8192];
    struct buf b;
    struct json_error err = {.fault = JSON_OK};
    (void)arg;
    buf_init(&b, text, sizeof text);
    buf_puts(&b, "{\"list\":[");
    for (int i = 0; i < 300; i++)
        buf_printf(&b, "%s{\"n\":%d}", i > 0 ? "," : "", i);
    buf_puts(&b, "],\"text\":\"x\"}");
    failing_arm(plan, FAILING_HERE);
    struct tree *t = tree_parse(b.data, b.len, &err);
    unsigned failed = failing_disarm();
    assert_true(failed > 0 ? !t && err.fault == JSON_NO_MEMORY : t != NULL);
    tree_free(t);
    return failed;
}

/* All that a catalog shows, as one hash. */
static uint64_t hash_of(const struct catalog *c)
{
    uint64_t h = 0;
    for (size_t i = 0; i < catalog_text_count(c); i++)
        for (size_t lang = 0; lang < catalog_drawn_count(c); lang++) {
            const struct wording *w = catalog_wording(c, catalog_text_at(c, i), lang);
            h = h * 31 + digest_fnv(w->utf8, w->len);
        }
    for (size_t i = 0; i < catalog_node_count(c); i++)
        for (size_t lang = 0; lang < catalog_drawn_count(c); lang++)
            for (size_t layout = 0; layout < 3; layout++) {
                const struct page *p = catalog_page(c, catalog_node_at(c, i), lang, layout, 0);
                h = h * 31 + (p ? digest_fnv(p->json, p->json_len) : 1);
            }
    return h;
}

struct shelf {
    struct small files;
    struct catalog_counts counts;
    uint64_t hash;
    size_t findings;
};

static unsigned run_catalog(void *arg, const struct failing *plan)
{
    struct shelf *s = arg;
    struct catalog_counts counts;
    failing_arm(plan, FAILING_HERE);
    struct findings *f = findings_new();
    struct catalog *c = small_load(&s->files, f);
    unsigned failed = failing_disarm();
    /* What is loaded is whole; what is not says why, if there was memory to say so. */
    if (c) {
        catalog_count(c, &counts);
        assert_memory_equal(&counts, &s->counts, sizeof counts);
        assert_true(hash_of(c) == s->hash);
    } else if (f) {
        assert_true(findings_count(f, FINDING_ERROR) > 0);
    }
    assert_true(failed > 0 || (c && f));
    if (failed == 0)
        assert_int_equal(findings_total(f), s->findings);
    catalog_unref(c);
    findings_free(f);
    return failed;
}

/* Every thirteenth place will do for many failures in a row. */
static unsigned run_catalog_long(void *arg, const struct failing *plan)
{
    struct failing far = {.first = plan->first * 13, .most = plan->most};
    return run_catalog(arg, &far);
}

/* Texts with marks, for the form without them. */
static const char marked[] =
    "{ \"texts\": {\n"
    "\"fees.label\": { \"text\": \"Ph\u00ed\", \"status\": \"draft\", "
    "\"from\": \"6d80486c\" },\n"
    "\"main.title\": { \"text\": \"\u0110\u01b0\u1eddng d\u00e2y\", \"status\": \"draft\", "
    "\"from\": \"f1a249ce\" },\n"
    "\"papers.label\": { \"text\": \"Gi\u1ea5y t\u1edd\", \"status\": \"draft\", "
    "\"from\": \"0a8b0800\" } } }\n";

static void content_without_memory(void **state)
{
    struct shelf s = {.hash = 0};
    (void)state;
    small_init(&s.files);
    small_replace(&s.files, "languages.json", "\"latin\": \"Lao\",",
                  "\"latin\": \"Lao\", \"unmarked\": true,");
    small_set(&s.files, "texts/lo/all.json", marked);
    struct findings *f = findings_new();
    struct catalog *c = small_load(&s.files, f);
    small_tell_errors(f);
    assert_non_null(c);
    catalog_count(c, &s.counts);
    s.hash = hash_of(c);
    s.findings = findings_total(f);
    catalog_unref(c);
    findings_free(f);
    failing_each("small content", 1, run_catalog, &s);
    failing_each("small content, each 13th point", 40, run_catalog_long, &s);
    small_free(&s.files);
}

static void files_without_memory(void **state)
{
    (void)state;
    failing_both("configuration", SOME, run_conf, NULL);
    failing_both("tree", SOME, run_tree, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(messages_without_memory, failing_tell),
        cmocka_unit_test_teardown(files_without_memory, failing_tell),
        cmocka_unit_test_teardown(content_without_memory, failing_tell),
    };
    cJSON_Hooks hooks = {.malloc_fn = malloc, .free_fn = free};
    cJSON_InitHooks(&hooks);
    return cmocka_run_group_tests_name("nth/codec", tests, NULL, NULL);
}
