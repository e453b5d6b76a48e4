/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that does work for the loop. */
#include "io/worker.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct world {
    struct loop *loop;
    struct worker *worker;
    pthread_mutex_t gate; /* held: the thread waits in its first job */
    int done, dropped, wanted;
    int order[8];
};

struct job {
    struct world *world;
    int number;
    pthread_t thread; /* that ran it */
};

static void run(void *arg)
{
    struct job *job = arg;
    pthread_mutex_lock(&job->world->gate);
    pthread_mutex_unlock(&job->world->gate);
    job->thread = pthread_self();
}

static void done(void *arg)
{
    struct job *job = arg;
    struct world *w = job->world;
    assert_false(pthread_equal(job->thread, pthread_self()));
    w->order[w->done++] = job->number;
    if (w->done == w->wanted)
        loop_stop(w->loop);
    free(job);
}

static void drop(void *arg)
{
    struct job *job = arg;
    job->world->dropped++;
    free(job);
}

static int post(struct world *w, int number)
{
    struct job *job = calloc(1, sizeof *job);
    job->world = w;
    job->number = number;
    int r = worker_post(w->worker, &(struct worker_job){job, run, done, drop});
    if (r < 0)
        free(job);
    return r;
}

static void open_world(struct world *w, size_t max)
{
    *w = (struct world){.loop = loop_new()};
    pthread_mutex_init(&w->gate, NULL);
    w->worker = worker_new(w->loop, max);
    assert_non_null(w->worker);
}

static void close_world(struct world *w)
{
    worker_free(w->worker);
    loop_free(w->loop);
    pthread_mutex_destroy(&w->gate);
}

static void test_jobs_are_done_in_order(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 8);
    w.wanted = 5;
    for (int i = 0; i < 5; i++)
        assert_int_equal(post(&w, i), 0);
    assert_int_equal(loop_run(w.loop), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(w.order[i], i);
    close_world(&w);
    assert_int_equal(w.dropped, 0);
}

static void test_a_full_queue_takes_no_more(void **state)
{
    (void)state;
    struct world w;
    int taken = 0;
    open_world(&w, 2);
    pthread_mutex_lock(&w.gate);
    for (int i = 0; i < 8; i++)
        taken += post(&w, i) == 0;
    assert_in_range(taken, 2, 3); /* the thread may have one in hand */
    w.wanted = taken;
    pthread_mutex_unlock(&w.gate);
    assert_int_equal(loop_run(w.loop), 0);
    close_world(&w);
    assert_int_equal(w.done, taken);
}

static void test_what_waits_at_the_end_is_dropped(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 8);
    for (int i = 0; i < 4; i++)
        assert_int_equal(post(&w, i), 0);
    close_world(&w); /* the loop never ran */
    assert_int_equal(w.done, 0);
    assert_int_equal(w.dropped, 4);
}

static void test_nothing_is_freed(void **state)
{
    (void)state;
    worker_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs_are_done_in_order),
        cmocka_unit_test(test_a_full_queue_takes_no_more),
        cmocka_unit_test(test_what_waits_at_the_end_is_dropped),
        cmocka_unit_test(test_nothing_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
