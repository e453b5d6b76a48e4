/* SPDX-License-Identifier: Apache-2.0 */
/* Published content without memory: its codec, the job that checks it, the thread, the store. What
 * the compiler of content allocates are the points of nth/codec. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/published.h"
#include "handlers/table.h"
#include "support/failing.h"
#include "support/small_content.h"

enum { SOME = 3, PAYLOAD_MAX = 1 << 20 };

/* Global, because the wrapped call finds it nowhere else. */
static struct {
    struct handler_table handlers;
    char *payload;
    size_t len;
    char folder[32];
    struct published_job *done;
    struct loop *loop;
} world;

struct catalog *__real_setup_bundle(const struct setup_load *l, const struct content_bundle *b,
                                    struct findings *findings);
struct catalog *__wrap_setup_bundle(const struct setup_load *l, const struct content_bundle *b,
                                    struct findings *findings);

struct catalog *__wrap_setup_bundle(const struct setup_load *l, const struct content_bundle *b,
                                    struct findings *findings)
{
    if (failing_hits())
        return NULL;
    failing_pause();
    struct catalog *c = __real_setup_bundle(l, b, findings);
    failing_resume();
    return c;
}

int __real_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *arg);
int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *arg);

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *arg)
{
    return failing_hits() ? EAGAIN : __real_pthread_create(t, a, fn, arg);
}

static unsigned read_bundle(void *arg, const struct failing *plan)
{
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    int r = content_codec_read(world.payload, world.len, &b, why);
    unsigned failed = failing_disarm();
    assert_true((r == 0) == (failed == 0));
    if (r < 0)
        assert_non_null(strstr(why, "no memory"));
    else
        content_bundle_free(&b);
    return failed;
}

static void prepare(struct published_job *job)
{
    conf_defaults(&job->conf);
    snprintf(job->conf.gateway_content_store, sizeof job->conf.gateway_content_store, "%s",
             world.folder);
    assert_int_equal(setup_layouts(&job->conf, &job->layouts), 0);
    job->handlers = &world.handlers;
    job->today = 20605;
}

static unsigned run_job(void *arg, const struct failing *plan)
{
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    struct published_job *job = published_job_new(world.payload, world.len);
    if (job) {
        prepare(job);
        published_job_compile(job);
    }
    unsigned failed = failing_disarm();
    assert_true((job && job->result == PUBLISHED_TAKEN) == (failed == 0));
    assert_true((job && job->catalog) == (failed == 0));
    published_job_free(job);
    return failed;
}

static void on_done(void *arg, struct published_job *job)
{
    (void)arg;
    world.done = job;
    loop_stop(world.loop);
}

static unsigned start_thread(void *arg, const struct failing *plan)
{
    (void)arg;
    world.loop = loop_new();
    assert_non_null(world.loop);
    failing_arm(plan, FAILING_HERE);
    struct published *p = published_new(world.loop, on_done, NULL);
    unsigned failed = failing_disarm();
    assert_true((p != NULL) == (failed == 0));
    published_free(p);
    loop_free(world.loop);
    return failed;
}

/* The thread has no memory: it refuses, or keeps no copy, and gives the job back all the same. */
static unsigned run_thread(void *arg, const struct failing *plan)
{
    (void)arg;
    world.loop = loop_new();
    assert_non_null(world.loop);
    struct published *p = published_new(world.loop, on_done, NULL);
    struct published_job *job = published_job_new(world.payload, world.len);
    assert_true(p && job);
    prepare(job);
    failing_arm(plan, FAILING_ELSEWHERE);
    published_offer(p, job);
    assert_int_equal(loop_run(world.loop), 0);
    unsigned failed = failing_disarm();
    assert_ptr_equal(world.done, job);
    if (failed == 0)
        assert_int_equal(job->result, PUBLISHED_TAKEN);
    assert_true((job->result == PUBLISHED_TAKEN) == (job->catalog != NULL));
    published_job_free(job);
    published_free(p);
    loop_free(world.loop);
    return failed;
}

/* The loop has no memory to hand a job over: it is refused at once, and given back. */
static unsigned hand_over(void *arg, const struct failing *plan)
{
    (void)arg;
    world.loop = loop_new();
    assert_non_null(world.loop);
    struct published *p = published_new(world.loop, on_done, NULL);
    struct published_job *job = published_job_new(world.payload, world.len);
    assert_true(p && job);
    prepare(job);
    world.done = NULL;
    failing_arm(plan, FAILING_HERE);
    published_offer(p, job);
    unsigned failed = failing_disarm();
    assert_true((world.done == job) == (failed > 0));
    if (!world.done)
        assert_int_equal(loop_run(world.loop), 0);
    assert_int_equal(job->result, failed > 0 ? PUBLISHED_REFUSED : PUBLISHED_TAKEN);
    published_job_free(job);
    published_free(p);
    loop_free(world.loop);
    return failed;
}

static unsigned load_stored(void *arg, const struct failing *plan)
{
    struct conf *c = arg;
    char why[128];
    size_t len = 0;
    failing_arm(plan, FAILING_HERE);
    char *text = published_load(c, &len, why);
    unsigned failed = failing_disarm();
    assert_true((text != NULL) == (failed == 0));
    assert_true((why[0] == '\0') == (failed == 0));
    free(text);
    return failed;
}

static void published_without_memory(void **state)
{
    static struct conf c;
    (void)state;
    failing_both("published: codec", SOME, read_bundle, NULL);
    failing_both("published: job", SOME, run_job, NULL);
    failing_both("published: start", SOME, start_thread, NULL);
    failing_both("published: thread", SOME, run_thread, NULL);
    failing_both("published: hand over", SOME, hand_over, NULL);
    conf_defaults(&c);
    snprintf(c.gateway_content_store, sizeof c.gateway_content_store, "%s", world.folder);
    assert_int_equal(file_replace(world.folder, "gateway-1.json", world.payload, world.len), 0);
    failing_both("published: stored", SOME, load_stored, &c);
}

static int open_world(void **state)
{
    struct small small;
    struct content_file files[SMALL_FILES];
    char why[CONTENT_WHY_MAX], version[CONTENT_VERSION_HEX + 1];
    struct buf out;
    (void)state;
    small_init(&small);
    struct content_bundle b = {.author = "Noy",
                               .reviewer = "Bounmy",
                               .note = "n",
                               .previous = "",
                               .at = 1,
                               .files = files,
                               .count = small.count};
    for (size_t i = 0; i < b.count; i++)
        files[i] =
            (struct content_file){small.files[i].name, small.files[i].text, small.files[i].len};
    world.handlers = handlers_all();
    world.payload = malloc(PAYLOAD_MAX);
    assert_non_null(world.payload);
    buf_init(&out, world.payload, PAYLOAD_MAX);
    assert_int_equal(content_codec_write(&b, &out, version, why), 0);
    world.len = out.len;
    small_free(&small);
    strcpy(world.folder, "/tmp/nth-published-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    return 0;
}

static int close_world(void **state)
{
    char path[64];
    (void)state;
    free(world.payload);
    snprintf(path, sizeof path, "%s/gateway-1.json", world.folder);
    unlink(path);
    return rmdir(world.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(published_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/published", tests, open_world, close_world);
}
