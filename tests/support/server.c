/* SPDX-License-Identifier: Apache-2.0 */
#include "support/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/await.h"

enum { READY_TRIES = 5000 };

void server_init(struct server *s)
{
    memset(s, 0, sizeof *s);
    strcpy(s->folder, "/tmp/ml-test-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->socket, sizeof s->socket, "%s/socket", s->folder);
}

void server_file(const struct server *s, const char *name, const char *text,
                 char out[SERVER_PATH_MAX])
{
    snprintf(out, SERVER_PATH_MAX, "%s/%s", s->folder, name);
    FILE *f = fopen(out, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static bool accepts(const char *path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    strcpy(addr.sun_path, path);
    bool yes = connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0;
    close(fd);
    return yes;
}

/* In the child: become the program, and die with the test. */
static void become(const struct server *s, const char *const argv[])
{
    char log[SERVER_PATH_MAX];
    snprintf(log, sizeof log, "%s/log", s->folder);
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd >= 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("PATH", "/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin:/bin", 1);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

void server_start(struct server *s, const char *const argv[])
{
    unlink(s->socket);
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid == 0)
        become(s, argv);
    for (int i = 0; i < READY_TRIES && !accepts(s->socket); i++) {
        if (waitpid(s->pid, NULL, WNOHANG) == s->pid) {
            s->pid = 0;
            fail_msg("%s does not start", argv[0]);
        }
        poll(NULL, 0, 2);
    }
    assert_true(accepts(s->socket));
}

void server_signal(struct server *s, int signal_number)
{
    assert_true(s->pid > 0);
    kill(s->pid, signal_number);
    if (signal_number != SIGKILL && signal_number != SIGTERM)
        return;
    waitpid(s->pid, NULL, 0);
    s->pid = 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void server_end(struct server *s)
{
    if (s->pid > 0)
        server_signal(s, SIGKILL);
    nftw(s->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int server_free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    close(fd);
    return ntohs(a.sin_port);
}

void server_start_sentinel(struct server *s, int master_port, const char *lines)
{
    char text[768], path[SERVER_PATH_MAX];
    snprintf(text, sizeof text,
             "port 0\nunixsocket %s\ndir %s\nsentinel monitor mekongline 127.0.0.1 %d 1\n"
             "sentinel auth-pass mekongline hush\n%s",
             s->socket, s->folder, master_port, lines);
    server_file(s, "sentinel.conf", text, path);
    const char *argv[] = {"redis-server", path, "--sentinel", NULL};
    server_start(s, argv);
}

void server_start_redis(struct server *s, const char *password)
{
    char port[8];
    snprintf(port, sizeof port, "%d", s->port);
    const char *argv[] = {"redis-server", "--port",        port,      "--bind",
                          "127.0.0.1",    "--unixsocket",  s->socket, "--dir",
                          s->folder,      "--save",        "",        "--appendonly",
                          "no",           "--requirepass", password,  NULL};
    server_start(s, argv);
}

void server_start_node(struct server *s)
{
    char text[512], path[SERVER_PATH_MAX];
    snprintf(text, sizeof text,
             "bind 127.0.0.1\nport %d\ncluster-port %d\nunixsocket %s\ndir %s\nsave \"\"\n"
             "requirepass hush\nmasterauth hush\ncluster-enabled yes\n"
             "cluster-require-full-coverage no\ncluster-node-timeout 5000\n"
             "cluster-allow-replica-migration no\n",
             s->port, s->bus, s->socket, s->folder);
    server_file(s, "node.conf", text, path);
    const char *argv[] = {"redis-server", path, NULL};
    server_start(s, argv);
}

void server_start_mosquitto(struct server *s, const char *lines)
{
    char text[512], path[SERVER_PATH_MAX];
    /* As root it would else become another user, who has no right to the folder. */
    snprintf(text, sizeof text, "user root\nlistener 0 %s\n%s", s->socket, lines);
    server_file(s, "mosquitto.conf", text, path);
    const char *argv[] = {"mosquitto", "-c", path, NULL};
    server_start(s, argv);
}

void server_await(struct loop *l, bool (*done)(void *arg), void *arg)
{
    struct await a;
    await_open(&a, l);
    await_until(&a, done, arg);
    await_close(&a);
}

void server_run_for(struct loop *l, int ms)
{
    struct await a;
    await_open(&a, l);
    await_pass(&a, ms);
    await_close(&a);
}
