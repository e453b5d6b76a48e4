/* SPDX-License-Identifier: Apache-2.0 */
/* What a service manager hears, on its own kind of socket. */
#include "io/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct manager {
    int fd;
    char folder[32];
    struct loop *loop;
    char heard[8][64];
    size_t count, wanted;
};

static void on_word(void *arg)
{
    struct manager *m = arg;
    ssize_t n = recv(m->fd, m->heard[m->count], sizeof m->heard[0] - 1, 0);
    assert_true(n > 0);
    if (++m->count == m->wanted)
        loop_stop(m->loop);
}

static void manager_open(struct manager *m)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    *m = (struct manager){.folder = "/tmp/ml-notify-XXXXXX", .loop = loop_new()};
    assert_non_null(mkdtemp(m->folder));
    snprintf(a.sun_path, sizeof a.sun_path, "%s/s", m->folder);
    m->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(m->fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(setenv("NOTIFY_SOCKET", a.sun_path, 1), 0);
    assert_int_equal(loop_on_readable(m->loop, m->fd, on_word, m), 0);
}

static void manager_close(struct manager *m)
{
    unlink(getenv("NOTIFY_SOCKET"));
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    loop_free(m->loop);
    close(m->fd);
    rmdir(m->folder);
}

static void test_up_and_stopping(void **state)
{
    (void)state;
    struct manager m;
    manager_open(&m);
    struct notify *n = notify_new(m.loop);
    m.wanted = 1;
    assert_int_equal(loop_run(m.loop), 0);
    assert_string_equal(m.heard[0], "READY=1");
    notify_stopping(n);
    m.wanted = 2;
    assert_int_equal(loop_run(m.loop), 0);
    assert_string_equal(m.heard[1], "STOPPING=1");
    notify_free(n);
    manager_close(&m);
}

static void test_the_watchdog_is_fed_while_the_loop_turns(void **state)
{
    (void)state;
    struct manager m;
    manager_open(&m);
    assert_int_equal(setenv("WATCHDOG_USEC", "20000", 1), 0);
    struct notify *n = notify_new(m.loop);
    m.wanted = 4;
    assert_int_equal(loop_run(m.loop), 0);
    assert_string_equal(m.heard[0], "READY=1");
    for (size_t i = 1; i < 4; i++)
        assert_string_equal(m.heard[i], "WATCHDOG=1");
    notify_free(n);
    manager_close(&m);
}

static void test_by_hand_nothing_happens(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct notify *n = notify_new(loop);
    assert_non_null(n);
    notify_stopping(n);
    notify_free(n);
    notify_stopping(NULL);
    notify_free(NULL);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_up_and_stopping),
        cmocka_unit_test(test_the_watchdog_is_fed_while_the_loop_turns),
        cmocka_unit_test(test_by_hand_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
