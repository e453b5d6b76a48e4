/* SPDX-License-Identifier: Apache-2.0 */
/* The linker gives us the calls of malloc and its like, because what fails must be a call of ours
 * and no other; and a table of what is allocated, because memory that a library has made may be
 * freed by us. The state is global, as the calls are. */
#include "support/failing.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SLOTS = 1 << 16, POINTS_MAX = 100000 };

static struct {
    pthread_mutex_t mutex; /* guards all */
    uintptr_t table[SLOTS];
    size_t live;
    struct failing plan;
    pthread_t thread;
    enum failing_thread where;
    bool armed, paused;
    const char *scenario; /* under way, or NULL */
    unsigned n, most;
} all = {.mutex = PTHREAD_MUTEX_INITIALIZER};

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *s);
FILE *__real_open_memstream(char **text, size_t *len);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *s);
int __wrap_asprintf(char **out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
FILE *__wrap_open_memstream(char **text, size_t *len);
void __wrap_free(void *p);

static size_t slot_of(uintptr_t p)
{
    return (size_t)((p >> 4) * 0x9E3779B97F4A7C15u >> 32) % SLOTS;
}

/* The slot that holds p, or the free one where it belongs. */
static size_t find(uintptr_t p)
{
    size_t i = slot_of(p);
    while (all.table[i] != 0 && all.table[i] != p)
        i = (i + 1) % SLOTS;
    return i;
}

static void note(uintptr_t p)
{
    size_t i = find(p);
    if (p == 0 || all.table[i] == p)
        return;
    if (++all.live > SLOTS / 2)
        abort(); /* a test that needs more needs a larger table */
    all.table[i] = p;
}

/* What stands behind the slot that becomes free may belong before it. */
static void close_gap(size_t gap)
{
    for (size_t i = (gap + 1) % SLOTS; all.table[i] != 0; i = (i + 1) % SLOTS) {
        size_t home = slot_of(all.table[i]);
        if ((i - home + SLOTS) % SLOTS < (i - gap + SLOTS) % SLOTS)
            continue;
        all.table[gap] = all.table[i];
        gap = i;
    }
    all.table[gap] = 0;
}

static void forget(uintptr_t p)
{
    size_t i = find(p);
    if (p == 0 || all.table[i] != p)
        return; /* a library's */
    all.live--;
    close_gap(i);
}

static void *made(void *p)
{
    pthread_mutex_lock(&all.mutex);
    note((uintptr_t)p);
    pthread_mutex_unlock(&all.mutex);
    return p;
}

bool failing_now(struct failing *f)
{
    f->calls++;
    if (f->first == 0 || f->calls < f->first || f->calls - f->first >= f->most)
        return false;
    f->failed++;
    return true;
}

bool failing_hits(void)
{
    pthread_mutex_lock(&all.mutex);
    bool here = pthread_equal(all.thread, pthread_self());
    bool counts = all.armed && !all.paused && here == (all.where == FAILING_HERE);
    bool now = counts && failing_now(&all.plan);
    pthread_mutex_unlock(&all.mutex);
    if (now)
        errno = ENOMEM;
    return now;
}

void *__wrap_malloc(size_t size)
{
    return failing_hits() ? NULL : made(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return failing_hits() ? NULL : made(__real_calloc(count, size));
}

void *__wrap_realloc(void *p, size_t size)
{
    if (failing_hits())
        return NULL;
    pthread_mutex_lock(&all.mutex);
    forget((uintptr_t)p);
    pthread_mutex_unlock(&all.mutex);
    return made(__real_realloc(p, size));
}

char *__wrap_strdup(const char *s)
{
    return failing_hits() ? NULL : made(__real_strdup(s));
}

int __wrap_asprintf(char **out, const char *fmt, ...)
{
    va_list args;
    if (failing_hits())
        return -1;
    va_start(args, fmt);
    int n = vasprintf(out, fmt, args);
    va_end(args);
    if (n >= 0)
        made(*out);
    return n;
}

FILE *__wrap_open_memstream(char **text, size_t *len)
{
    return failing_hits() ? NULL : __real_open_memstream(text, len);
}

void __wrap_free(void *p)
{
    pthread_mutex_lock(&all.mutex);
    forget((uintptr_t)p);
    pthread_mutex_unlock(&all.mutex);
    __real_free(p);
}

void failing_arm(const struct failing *plan, enum failing_thread where)
{
    pthread_mutex_lock(&all.mutex);
    all.plan = *plan;
    all.thread = pthread_self();
    all.where = where;
    all.armed = true;
    all.paused = false;
    pthread_mutex_unlock(&all.mutex);
}

unsigned failing_disarm(void)
{
    pthread_mutex_lock(&all.mutex);
    all.armed = false;
    unsigned failed = all.plan.failed;
    pthread_mutex_unlock(&all.mutex);
    return failed;
}

static void set_paused(bool paused)
{
    pthread_mutex_lock(&all.mutex);
    all.paused = paused;
    pthread_mutex_unlock(&all.mutex);
}

void failing_pause(void)
{
    set_paused(true);
}

void failing_resume(void)
{
    set_paused(false);
}

size_t failing_live(void)
{
    pthread_mutex_lock(&all.mutex);
    size_t live = all.live;
    pthread_mutex_unlock(&all.mutex);
    return live;
}

void failing_each(const char *scenario, unsigned most, failing_body body, void *arg)
{
    all.scenario = scenario;
    all.most = most;
    for (all.n = 1; all.n < POINTS_MAX; all.n++) {
        struct failing plan = {.first = all.n, .most = most};
        size_t before = failing_live();
        unsigned failed = body(arg, &plan);
        assert_int_equal(failing_live(), before);
        if (failed == 0)
            break;
    }
    assert_in_range(all.n, 2, POINTS_MAX - 1); /* one point at least */
    printf("%s: %u points, %u in a row fail\n", scenario, all.n - 1, most);
    all.scenario = NULL;
}

void failing_both(const char *scenario, unsigned most, failing_body body, void *arg)
{
    failing_each(scenario, 1, body, arg);
    failing_each(scenario, most, body, arg);
}

int failing_tell(void **state)
{
    (void)state;
    failing_disarm();
    if (all.scenario)
        fprintf(stderr, "%s: at n = %u, %u in a row fail\n", all.scenario, all.n, all.most);
    all.scenario = NULL;
    return 0;
}
