/* SPDX-License-Identifier: Apache-2.0 */
#include "console/workbench.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "console/people.h"
#include "editing/difference.h"

enum { WAITING_MAX = 64, TYPISTS_MAX = 32 };

/* Work on its way. */
struct job {
    struct console *console;
    uint64_t call;
    struct workbench_work work;
    struct reply reply;
    int status;
    struct typist *typist; /* of work that may be overtaken; NULL else */
};

/* One person's newest preview. The job that waits in the queue takes what stands here when its turn
 * comes. */
struct typist {
    int64_t person;    /* 0: free */
    struct job *waits; /* NULL: none waits */
};

struct workbench {
    struct console *console;
    struct zawgyi *zawgyi;
    struct bench *bench; /* the thread's */
    struct worker *thread;
    pthread_mutex_t lock; /* of `waits` of the typists */
    struct typist typists[TYPISTS_MAX];
};

static void job_free(struct job *j)
{
    if (j->reply.json.file)
        free(reply_take(&j->reply));
    j->work.free(j->work.arg);
    free(j);
}

static void run(void *arg)
{
    struct job *j = arg;
    reply_begin(&j->reply);
    j->status = j->work.run(j->console->workbench->bench, j->work.arg, &j->reply.json);
}

static void done(void *arg)
{
    struct job *j = arg;
    reply_send(&j->reply, j->console, j->call, j->status);
    j->reply.json.file = NULL;
    job_free(j);
}

static void drop(void *arg)
{
    job_free(arg);
}

static struct job *job_new(const struct call *call, const struct workbench_work *work)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j) {
        work->free(work->arg);
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
        return NULL;
    }
    j->console = call->console;
    j->call = call->id;
    j->work = *work;
    return j;
}

static void refuse_busy(struct job *j)
{
    console_fail(j->console, j->call, 503, "busy", NULL,
                 "Much is being checked just now. Try again in a moment.");
    job_free(j);
}

void workbench_post(const struct call *call, const struct workbench_work *work)
{
    struct job *j = job_new(call, work);
    if (!j)
        return;
    const struct worker_job job = {.arg = j, .run = run, .done = done, .drop = drop};
    if (worker_post(call->console->workbench->thread, &job) < 0)
        refuse_busy(j);
}

/* The person's entry, else a free one. NULL if so many people type that there is none. */
static struct typist *typist_of(struct workbench *w, int64_t person)
{
    struct typist *none = NULL;
    for (size_t i = 0; i < TYPISTS_MAX; i++) {
        struct typist *t = &w->typists[i];
        if (t->person == person)
            return t;
        if (!t->person && !none)
            none = t;
    }
    if (none)
        none->person = person;
    return none;
}

/* Put a job where the one that waits stands. Returns the one that it overtakes, or NULL. */
static struct job *overtake(struct workbench *w, struct typist *t, struct job *j)
{
    pthread_mutex_lock(&w->lock);
    struct job *old = t->waits;
    t->waits = j;
    pthread_mutex_unlock(&w->lock);
    return old;
}

/* A turn in the queue for whatever the person wants by then. */
struct turn_of_typist {
    struct workbench *bench;
    struct typist *typist;
    struct job *job; /* from its turn on */
};

static void run_newest(void *arg)
{
    struct turn_of_typist *t = arg;
    t->job = overtake(t->bench, t->typist, NULL);
    run(t->job);
}

static void done_newest(void *arg)
{
    struct turn_of_typist *t = arg;
    pthread_mutex_lock(&t->bench->lock);
    if (!t->typist->waits)
        t->typist->person = 0;
    pthread_mutex_unlock(&t->bench->lock);
    done(t->job);
    free(t);
}

static void drop_newest(void *arg)
{
    struct turn_of_typist *t = arg;
    struct job *j = t->job ? t->job : overtake(t->bench, t->typist, NULL);
    if (j)
        job_free(j);
    free(t);
}

static int queue_turn(struct workbench *w, struct typist *typist)
{
    struct turn_of_typist *t = calloc(1, sizeof *t);
    if (!t)
        return -1;
    t->bench = w;
    t->typist = typist;
    const struct worker_job job = {
        .arg = t, .run = run_newest, .done = done_newest, .drop = drop_newest};
    if (worker_post(w->thread, &job) == 0)
        return 0;
    free(t);
    return -1;
}

void workbench_post_newest(const struct call *call, const struct workbench_work *work)
{
    struct workbench *w = call->console->workbench;
    struct typist *t = typist_of(w, call->person->id);
    if (!t) {
        workbench_post(call, work);
        return;
    }
    struct job *j = job_new(call, work);
    struct job *old = j ? overtake(w, t, j) : NULL;
    if (!j)
        return;
    if (old) {
        console_fail(old->console, old->call, 409, "overtaken", NULL,
                     "You have typed on; a newer preview is on its way.");
        job_free(old);
    } else if (queue_turn(w, t) < 0) {
        overtake(w, t, NULL);
        refuse_busy(j);
    }
}

int workbench_fail(struct json_out *out, int status, const char *code, const char *field,
                   const char *message)
{
    json_out_open(out, "error", '{');
    json_out_text(out, "code", code);
    json_out_text(out, "field", field);
    json_out_text(out, "message", message);
    json_out_close(out, '{');
    return status;
}

struct comparing {
    struct files *before, *after;
    int32_t today;
};

static void put_counts(const struct bench_content *c, const char *key, struct json_out *out)
{
    json_out_open(out, key, '{');
    json_out_text(out, "version", files_version(c->files));
    json_out_number(out, "errors", findings_count(c->findings, FINDING_ERROR));
    json_out_number(out, "warnings", findings_count(c->findings, FINDING_WARNING));
    json_out_close(out, '{');
}

static int compare(struct bench *b, void *arg, struct json_out *out)
{
    const struct comparing *w = arg;
    const struct bench_content *x = bench_take(b, w->before, true, w->today);
    const struct bench_content *y = x ? bench_take(b, w->after, true, w->today) : NULL;
    if (!y)
        return workbench_fail(out, 503, "busy", NULL, "There is no memory left. Try again later.");
    put_counts(x, "before", out);
    put_counts(y, "after", out);
    if (!x->catalog || !y->catalog)
        return workbench_fail(out, 422, "refused", NULL,
                              "One of the versions has errors and cannot be drawn. Mend it.");
    const struct difference_side before = {x->catalog, bench_atlas(b, x)};
    const struct difference_side after = {y->catalog, bench_atlas(b, y)};
    if (difference_screens(bench_studio(b), &before, &after, out) == 0)
        return 200;
    return workbench_fail(out, 503, "busy", NULL, "There is no memory left. Try again later.");
}

static void free_comparing(void *arg)
{
    struct comparing *w = arg;
    files_unref(w->before);
    files_unref(w->after);
    free(w);
}

void workbench_difference(const struct call *call, struct files *before, struct files *after)
{
    struct comparing *w = calloc(1, sizeof *w);
    const struct workbench_work work = {.arg = w, .run = compare, .free = free_comparing};
    if (!w) {
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
        return;
    }
    w->before = files_ref(before);
    w->after = files_ref(after);
    w->today = clock_day(console_now(call->console));
    workbench_post(call, &work);
}

struct worker *workbench_thread(const struct console *c)
{
    return c->workbench->thread;
}

int workbench_open(struct console *c, char why[CONF_ERROR_MAX])
{
    char err[ZAWGYI_ERROR_MAX];
    struct workbench *w = calloc(1, sizeof *w);
    if (!w) {
        snprintf(why, CONF_ERROR_MAX, "no memory; end other programs");
        return -1;
    }
    w->console = c;
    c->workbench = w;
    pthread_mutex_init(&w->lock, NULL);
    if (setup_zawgyi(c->conf, &w->zawgyi, err) < 0) {
        snprintf(why, CONF_ERROR_MAX, "%s", err);
        return -1;
    }
    w->bench = bench_new(c->conf, c->handlers, w->zawgyi);
    w->thread = w->bench ? worker_new(c->loop, WAITING_MAX) : NULL;
    if (w->thread)
        return 0;
    snprintf(why, CONF_ERROR_MAX,
             "the carriers have too many different screen limits (use fewer), or there is no "
             "memory for the thread that compiles content");
    return -1;
}

void workbench_close(struct console *c)
{
    struct workbench *w = c->workbench;
    if (!w)
        return;
    worker_free(w->thread);
    bench_free(w->bench);
    zawgyi_free(w->zawgyi);
    pthread_mutex_destroy(&w->lock);
    free(w);
    c->workbench = NULL;
}
