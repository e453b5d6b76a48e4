/* SPDX-License-Identifier: Apache-2.0 */
/* The whole daemon, from its start over a reload to its end, with a real broker and a real Redis.
 * Allocations, calls of ours into the libraries, the load of the content and each publish fail in
 * turn: the daemon does not start, and its status says so; or it comes up, tells the broker, and
 * stops in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "catalog/catalog.h"
#include "daemon/daemon.h"
#include "daemon/published.h"
#include "handlers/table.h"
#include "io/mqtt.h"
#include "setup/setup.h"
#include "support/failing.h"
#include "support/request_example.h"
#include "support/server.h"
#include "support/small_content.h"

enum { SOME = 4, LOOK_MS = 5, LOOKS_MAX = 4000 };

/* Global, because the wrapped calls find it nowhere else. */
static struct {
    struct server broker, redis;
    char content[SERVER_PATH_MAX], conf[SERVER_PATH_MAX], journal[SERVER_PATH_MAX];
    struct small files;
    struct handler_table handlers;
    bool told_up; /* the last status on the broker: up, and with Redis */
    bool reloading, offered, reloaded;
    unsigned looks;
    pthread_t loop; /* the thread in which calls fail */
} world;

int __real_mqtt_publish(struct mqtt *m, const struct mqtt_out *out);
int __wrap_mqtt_publish(struct mqtt *m, const struct mqtt_out *out);
void __real_published_offer(struct published *p, struct published_job *job);
void __wrap_published_offer(struct published *p, struct published_job *job);
void __real_server_reloaded(void *arg, struct published_job *job);
void __wrap_server_reloaded(void *arg, struct published_job *job);
int __real_loop_run(struct loop *l);
int __wrap_loop_run(struct loop *l);
struct catalog *__real_setup_catalog(const struct conf *c, const struct setup_layouts *l,
                                     const struct handler_table *handlers, int32_t today,
                                     struct findings *findings);
struct catalog *__wrap_setup_catalog(const struct conf *c, const struct setup_layouts *l,
                                     const struct handler_table *handlers, int32_t today,
                                     struct findings *findings);

int __wrap_mqtt_publish(struct mqtt *m, const struct mqtt_out *out)
{
    int r = failing_hits() ? -1 : __real_mqtt_publish(m, out);
    if (r == 0 && out->retain)
        world.told_up = strstr(out->payload, "\"state\":\"up\"") && !strstr(out->payload, "redis");
    return r;
}

/* The points of its own allocations are those of nth/codec. */
struct catalog *__wrap_setup_catalog(const struct conf *c, const struct setup_layouts *l,
                                     const struct handler_table *handlers, int32_t today,
                                     struct findings *findings)
{
    if (!pthread_equal(pthread_self(), world.loop)) /* a reload */
        return __real_setup_catalog(c, l, handlers, today, findings);
    if (failing_hits())
        return NULL;
    failing_pause();
    struct catalog *catalog = __real_setup_catalog(c, l, handlers, today, findings);
    failing_resume();
    return catalog;
}

void __wrap_published_offer(struct published *p, struct published_job *job)
{
    world.offered = true;
    __real_published_offer(p, job);
}

void __wrap_server_reloaded(void *arg, struct published_job *job)
{
    __real_server_reloaded(arg, job);
    world.reloaded = true;
}

static struct loop_timer *timer;

/* The loop has seen the signal between two looks; a reload for which there is no memory is then
 * offered to no thread. */
static bool is_reload_over(void)
{
    return world.reloaded || (!world.offered && world.looks > 1);
}

/* Once it is up: reload, then stop. */
static void look(void *arg)
{
    (void)arg;
    bool over = world.reloading ? is_reload_over() : world.told_up;
    if (!over && ++world.looks < LOOKS_MAX) {
        loop_timer_set(timer, LOOK_MS);
        return;
    }
    kill(getpid(), world.reloading ? SIGTERM : SIGHUP);
    if (world.reloading)
        return;
    assert_in_range(world.looks, 0, LOOKS_MAX - 1); /* it came up */
    world.looks = 0;
    world.reloading = true;
    loop_timer_set(timer, LOOK_MS);
}

int __wrap_loop_run(struct loop *l)
{
    failing_pause();
    timer = loop_timer_new(l, look, NULL);
    assert_non_null(timer);
    loop_timer_set(timer, LOOK_MS);
    failing_resume();
    int r = __real_loop_run(l);
    loop_timer_free(timer);
    return r;
}

static void remove_journal(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[SERVER_PATH_MAX + 8];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", world.journal, ends[i]);
        unlink(path);
    }
}

static unsigned run(void *arg, const struct failing *plan)
{
    (void)arg;
    world.told_up = world.reloading = world.offered = world.reloaded = false;
    world.looks = 0;
    world.loop = pthread_self();
    failing_arm(plan, FAILING_HERE);
    int status = daemon_serve(world.conf, &world.handlers);
    unsigned failed = failing_disarm();
    assert_true(status == 0 || failed > 0);
    assert_true(world.reloaded || failed > 0);
    remove_journal();
    return failed;
}

static void daemon_without_memory(void **state)
{
    (void)state;
    failing_both("daemon, from start to end", SOME, run, NULL);
}

static void write_conf(void)
{
    char text[2048], secret[SERVER_PATH_MAX], public[SERVER_PATH_MAX], private[SERVER_PATH_MAX];
    char why[SEAL_ERROR_MAX];
    struct seal_secret key = example_key();
    const char *folder = world.broker.folder;
    server_file(&world.broker, "secret", "0123456789abcdef0123456789abcdef", secret);
    assert_int_equal(chmod(secret, 0600), 0);
    snprintf(private, sizeof private, "%s/private", folder);
    snprintf(public, sizeof public, "%s/public", folder);
    snprintf(world.journal, sizeof world.journal, "%s/journal", folder);
    assert_int_equal(seal_write(&key, private, public, why), 0);
    snprintf(text, sizeof text,
             "[gateway]\ncontent = %s\nsecret_file = %s\nlog_level = error\nserve_drafts = yes\n"
             "[mqtt]\nhost = %s\nport = 0\nretry_min_ms = 10\nretry_max_ms = 100\n"
             "[redis]\nhost = %s\nport = 0\nretry_min_ms = 10\nretry_max_ms = 100\n"
             "[request]\njournal = %s\npublic_key_file = %s\n[http]\nlisten = %s/http\n",
             world.content, secret, world.broker.socket, world.redis.socket, world.journal, public,
             folder);
    server_file(&world.broker, "conf", text, world.conf);
}

static int open_world(void **state)
{
    (void)state;
    world.handlers = handlers_all();
    server_init(&world.broker);
    server_start_mosquitto(&world.broker, "allow_anonymous true\n");
    server_init(&world.redis);
    server_start_redis(&world.redis, "");
    strcpy(world.content, "/tmp/nth-serve-XXXXXX");
    assert_non_null(mkdtemp(world.content));
    small_init(&world.files);
    small_write(&world.files, world.content);
    write_conf();
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    small_erase(&world.files, world.content);
    small_free(&world.files);
    server_end(&world.redis);
    server_end(&world.broker);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(daemon_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/serve", tests, open_world, close_world);
}
