/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that checks, compiles and keeps published content, with a real loop and a real folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/published.h"
#include "handlers/table.h"
#include "support/small_content.h"

enum { PATIENCE_MS = 60000, PATH_OCTETS = 128 };

struct desk {
    struct loop *loop;
    struct loop_timer *patience;
    struct published *published;
    struct handler_table handlers;
    struct small content;
    char folder[32];
    struct published_job *done; /* the last that was done */
    unsigned count, awaited;    /* jobs done */
};

static void on_done(void *arg, struct published_job *job)
{
    struct desk *d = arg;
    published_job_free(d->done);
    d->done = job;
    if (++d->count == d->awaited)
        loop_stop(d->loop);
}

static void on_patience(void *arg)
{
    (void)arg;
    fail_msg("the thread gives nothing back");
}

static void wait_for(struct desk *d, unsigned count)
{
    d->awaited = count;
    loop_timer_set(d->patience, PATIENCE_MS);
    if (d->count < count)
        assert_int_equal(loop_run(d->loop), 0);
    loop_timer_stop(d->patience);
}

static int open_desk(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    assert_non_null(d);
    strcpy(d->folder, "/tmp/ml-published-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    d->handlers = handlers_all();
    d->loop = loop_new();
    d->patience = loop_timer_new(d->loop, on_patience, d);
    d->published = published_new(d->loop, on_done, d);
    assert_non_null(d->published);
    small_init(&d->content);
    *state = d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    char path[PATH_OCTETS];
    published_free(d->published);
    published_job_free(d->done);
    loop_timer_free(d->patience);
    loop_free(d->loop);
    small_free(&d->content);
    snprintf(path, sizeof path, "%s/gateway-1.json", d->folder);
    unlink(path);
    assert_int_equal(rmdir(d->folder), 0); /* nothing else is left in it */
    free(d);
    return 0;
}

/* The content of the desk as a job. */
static struct published_job *make_job(struct desk *d)
{
    static const size_t cap = 1 << 20;
    struct content_file files[SMALL_FILES];
    char why[CONTENT_WHY_MAX], version[CONTENT_VERSION_HEX + 1];
    char *mem = malloc(cap);
    struct buf out;
    struct content_bundle b = {.author = "Noy",
                               .reviewer = "Bounmy",
                               .note = "n",
                               .previous = "",
                               .at = 1,
                               .files = files,
                               .count = d->content.count};
    assert_non_null(mem);
    for (size_t i = 0; i < b.count; i++) {
        const struct catalog_file *f = &d->content.files[i];
        files[i] = (struct content_file){f->name, f->text, f->len};
    }
    buf_init(&out, mem, cap);
    assert_int_equal(content_codec_write(&b, &out, version, why), 0);
    struct published_job *job = published_job_new(mem, out.len);
    assert_non_null(job);
    free(mem);
    conf_defaults(&job->conf);
    snprintf(job->conf.gateway_content_store, sizeof job->conf.gateway_content_store, "%s",
             d->folder);
    assert_int_equal(setup_layouts(&job->conf, &job->layouts), 0);
    job->handlers = &d->handlers;
    job->today = 20605;
    return job;
}

static void offer(struct desk *d, struct published_job *job)
{
    published_offer(d->published, job);
}

/* What is stored is the payload of the last job. */
static void is_stored(const struct desk *d)
{
    char why[128];
    size_t len = 0;
    char *text = published_load(&d->done->conf, &len, why);
    assert_non_null(text);
    assert_int_equal(len, d->done->len);
    assert_memory_equal(text, d->done->payload, len);
    free(text);
}

static void good_content_is_taken_and_stored(void **state)
{
    struct desk *d = *state;
    offer(d, make_job(d));
    wait_for(d, 1);
    small_tell_errors(d->done->findings);
    assert_int_equal(d->done->result, PUBLISHED_TAKEN);
    assert_non_null(catalog_start(d->done->catalog));
    assert_string_equal(d->done->store_why, "");
    is_stored(d);
}

static void the_version_in_force_changes_nothing(void **state)
{
    struct desk *d = *state;
    offer(d, make_job(d));
    wait_for(d, 1);
    struct published_job *again = make_job(d);
    memcpy(again->in_force, catalog_version(d->done->catalog), sizeof again->in_force);
    offer(d, again);
    wait_for(d, 2);
    assert_int_equal(d->done->result, PUBLISHED_SAME);
    assert_null(d->done->catalog);
    is_stored(d);
}

static void bad_content_is_refused_and_not_stored(void **state)
{
    struct desk *d = *state;
    char why[128];
    size_t len;
    small_set(&d->content, "menu.json", "{\"start\":\"nowhere\",\"nodes\":{}}");
    offer(d, make_job(d));
    wait_for(d, 1);
    assert_int_equal(d->done->result, PUBLISHED_REFUSED);
    assert_true(findings_count(d->done->findings, FINDING_ERROR) > 0);
    assert_null(published_load(&d->done->conf, &len, why));
    assert_string_equal(why, "");
}

static void what_is_no_bundle_is_refused(void **state)
{
    struct desk *d = *state;
    struct published_job *job = make_job(d);
    job->payload[job->len - 1] = ' ';
    offer(d, job);
    wait_for(d, 1);
    assert_int_equal(d->done->result, PUBLISHED_REFUSED);
    assert_string_equal(findings_at(d->done->findings, 0)->code, "bad-bundle");
}

static void a_place_that_cannot_be_written_is_told(void **state)
{
    struct desk *d = *state;
    struct published_job *job = make_job(d);
    snprintf(job->conf.gateway_content_store, sizeof job->conf.gateway_content_store,
             "%s/gateway-1.json/x", d->folder);
    offer(d, job);
    wait_for(d, 1);
    assert_int_equal(d->done->result, PUBLISHED_TAKEN);
    assert_string_not_equal(d->done->store_why, "");
}

/* Of many that come at once the first, or so, and the last are done. */
static void the_newest_takes_the_place_of_the_one_that_waits(void **state)
{
    struct desk *d = *state;
    struct published_job *last = NULL;
    for (int i = 0; i < 20; i++) {
        last = make_job(d);
        last->generation = (unsigned)i;
        offer(d, last);
    }
    do
        wait_for(d, d->count + 1);
    while (d->done->generation != 19);
    assert_in_range(d->count, 1, 3);
    assert_ptr_equal(d->done, last);
}

static void a_job_can_be_done_again(void **state)
{
    struct desk *d = *state;
    offer(d, make_job(d));
    wait_for(d, 1);
    struct published_job *job = d->done;
    d->done = NULL;
    published_repeat(d->published, job);
    wait_for(d, 2);
    assert_ptr_equal(d->done, job);
    assert_int_equal(d->done->result, PUBLISHED_TAKEN);
    assert_non_null(d->done->catalog);
}

/* What is in force is compiled again all the same, as the configuration may have other limits. */
static void a_reload_compiles_what_is_in_force_and_stores_nothing(void **state)
{
    struct desk *d = *state;
    char why[128];
    size_t len;
    offer(d, make_job(d));
    wait_for(d, 1);
    struct published_job *again = make_job(d);
    memcpy(again->in_force, catalog_version(d->done->catalog), sizeof again->in_force);
    again->reload = true;
    snprintf(again->conf.gateway_instance, sizeof again->conf.gateway_instance, "other");
    offer(d, again);
    wait_for(d, 2);
    assert_int_equal(d->done->result, PUBLISHED_TAKEN);
    assert_non_null(d->done->catalog);
    assert_null(published_load(&d->done->conf, &len, why));
}

static struct published_job *make_folder_job(struct desk *d, const char *folder)
{
    struct published_job *job = published_job_new(NULL, 0);
    assert_non_null(job);
    conf_defaults(&job->conf);
    snprintf(job->conf.gateway_content, sizeof job->conf.gateway_content, "%s", folder);
    assert_int_equal(setup_layouts(&job->conf, &job->layouts), 0);
    job->handlers = &d->handlers;
    job->today = 20605;
    job->reload = true;
    return job;
}

static void a_reload_without_a_payload_compiles_the_folder(void **state)
{
    struct desk *d = *state;
    char folder[] = "/tmp/ml-folder-XXXXXX";
    assert_non_null(mkdtemp(folder));
    small_write(&d->content, folder);
    offer(d, make_folder_job(d, folder));
    wait_for(d, 1);
    assert_int_equal(d->done->result, PUBLISHED_TAKEN);
    assert_non_null(catalog_start(d->done->catalog));
    small_erase(&d->content, folder);
    offer(d, make_folder_job(d, folder));
    wait_for(d, 2);
    assert_int_equal(d->done->result, PUBLISHED_REFUSED);
    assert_true(findings_count(d->done->findings, FINDING_ERROR) > 0);
}

/* Whatever the thread has in hand, the end frees it. */
static void the_end_waits_for_nobody(void **state)
{
    struct desk *d = *state;
    offer(d, make_job(d));
    offer(d, make_job(d));
}

static void it_is_idle_when_nothing_is_at_work_or_waits(void **state)
{
    struct desk *d = *state;
    assert_true(published_is_idle(d->published));
    offer(d, make_job(d));
    assert_false(published_is_idle(d->published));
    offer(d, make_job(d));
    wait_for(d, 1);
    assert_false(published_is_idle(d->published)); /* the second took its place */
    wait_for(d, 2);
    assert_true(published_is_idle(d->published));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(good_content_is_taken_and_stored, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_version_in_force_changes_nothing, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(bad_content_is_refused_and_not_stored, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(what_is_no_bundle_is_refused, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_place_that_cannot_be_written_is_told, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(the_newest_takes_the_place_of_the_one_that_waits, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(a_job_can_be_done_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_reload_compiles_what_is_in_force_and_stores_nothing,
                                        open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_reload_without_a_payload_compiles_the_folder, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(it_is_idle_when_nothing_is_at_work_or_waits, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(the_end_waits_for_nobody, open_desk, close_desk),
    };
    return cmocka_run_group_tests_name("published", tests, NULL, NULL);
}
