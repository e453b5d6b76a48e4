/* SPDX-License-Identifier: Apache-2.0 */
#include "asker.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { TURNS_MAX = 10000 };

enum { ANSWER_SIZE = 13 }; /* "HTTP/1.1 200" and a NUL; the version is the client's */

/* libFuzzer does not see into libevent: each status that was answered counts as code that was
 * reached, once for each magnitude of the input. */
enum { STATUSES = 600, MAGNITUDES = 16 };
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t seen[STATUSES * MAGNITUDES];

static struct {
    char folder[32];
    struct sockaddr_un address;
    struct loop *loop;
    void (*end)(void);
} world;

void asker_must(bool held)
{
    if (!held)
        abort();
}

static void close_world(void)
{
    world.end();
    loop_free(world.loop);
    rmdir(world.folder);
}

void asker_open(void (*end)(void))
{
    strcpy(world.folder, "/tmp/fuzz_http.XXXXXX");
    asker_must(mkdtemp(world.folder) != NULL);
    world.address.sun_family = AF_UNIX;
    snprintf(world.address.sun_path, sizeof world.address.sun_path, "%s/http", world.folder);
    world.loop = loop_new();
    asker_must(world.loop != NULL);
    world.end = end;
    atexit(close_world);
}

bool asker_is_open(void)
{
    return world.loop;
}

struct loop *asker_loop(void)
{
    return world.loop;
}

const char *asker_path(void)
{
    return world.address.sun_path;
}

static int connect_client(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    asker_must(fd >= 0);
    asker_must(connect(fd, (const struct sockaddr *)&world.address, sizeof world.address) == 0);
    asker_must(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    return fd;
}

/* Send what the socket takes; behind the last octet the end of the stream. Returns what is left. */
static size_t send_some(int fd, const uint8_t *data, size_t left)
{
    ssize_t n = send(fd, data, left, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN)
        n = (ssize_t)left; /* the server has closed: its answer is still to be read */
    left -= n > 0 ? (size_t)n : 0;
    if (left == 0)
        shutdown(fd, SHUT_WR);
    return left;
}

/* Read what came. Returns whether the server has closed. */
static bool read_some(int fd, char answer[ANSWER_SIZE], size_t *len)
{
    char text[4096];
    for (;;) {
        ssize_t n = read(fd, text, sizeof text);
        if (n <= 0)
            return n == 0 || errno != EAGAIN;
        for (ssize_t i = 0; i < n && *len < ANSWER_SIZE - 1; i++)
            answer[(*len)++] = text[i];
    }
}

static void note(const char *answer, size_t size)
{
    unsigned status = answer[8] == ' ' ? (unsigned)atoi(answer + 9) : 0, magnitude = 0;
    while (size > 1 && magnitude < MAGNITUDES - 1) {
        size /= 2;
        magnitude++;
    }
    seen[status % STATUSES * MAGNITUDES + magnitude] = 1;
}

/* All ends of the stream are local: the server is done after some turns of its loop, without any
 * wait. */
void asker_ask(const uint8_t *data, size_t size)
{
    char answer[ANSWER_SIZE] = "";
    size_t len = 0, left = size;
    bool closed = false;
    int fd = connect_client();
    for (int turn = 0; !closed; turn++) {
        asker_must(turn < TURNS_MAX);
        if (left > 0 || turn == 0)
            left = send_some(fd, data + (size - left), left);
        asker_must(event_base_loop(loop_base(world.loop), EVLOOP_NONBLOCK) >= 0);
        closed = read_some(fd, answer, &len);
    }
    asker_must(len == 0 || (len == ANSWER_SIZE - 1 && strncmp(answer, "HTTP/", 5) == 0));
    note(answer, size);
    close(fd);
}
