/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets from a client of the metrics server: it answers, or closes, and goes on. */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A client that sends no whole request keeps a place for some seconds, and there are 64: the server
 * is opened anew before they are all taken. */
enum { CLIENTS = 60, TURNS_MAX = 10000 };

enum { ANSWER_SIZE = 13 }; /* "HTTP/1.1 200" and a NUL; the version is the client's */

/* libFuzzer does not see into libevent: each status that was answered counts as code that was
 * reached, once for each magnitude of the input. */
enum { STATUSES = 600, MAGNITUDES = 16 };
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t seen[STATUSES * MAGNITUDES];

/* One server for all inputs, in a folder of its own. */
static struct {
    char folder[32];
    struct sockaddr_un address;
    struct loop *loop;
    struct http *http;
    int clients;
} world;

static void must(bool held)
{
    if (!held)
        abort();
}

static int write_metrics(void *arg, FILE *out)
{
    (void)arg;
    fputs("up 1\n", out);
    return 0;
}

static void write_unready(void *arg, FILE *out)
{
    (void)arg;
    fputs("broker: not connected\n", out);
}

static void open_server(void)
{
    const struct http_handlers h = {.metrics = write_metrics, .unready = write_unready};
    char why[256];
    http_free(world.http);
    world.http = http_new(world.loop, world.address.sun_path, &h, why);
    must(world.http != NULL);
    world.clients = 0;
}

static void close_world(void)
{
    http_free(world.http);
    loop_free(world.loop);
    rmdir(world.folder);
}

static void open_world(void)
{
    strcpy(world.folder, "/tmp/fuzz_http.XXXXXX");
    must(mkdtemp(world.folder) != NULL);
    world.address.sun_family = AF_UNIX;
    snprintf(world.address.sun_path, sizeof world.address.sun_path, "%s/http", world.folder);
    world.loop = loop_new();
    must(world.loop != NULL);
    atexit(close_world);
}

static int connect_client(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0);
    must(connect(fd, (const struct sockaddr *)&world.address, sizeof world.address) == 0);
    must(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
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
static void ask(const uint8_t *data, size_t size)
{
    char answer[ANSWER_SIZE] = "";
    size_t len = 0, left = size;
    bool closed = false;
    int fd = connect_client();
    for (int turn = 0; !closed; turn++) {
        must(turn < TURNS_MAX);
        if (left > 0 || turn == 0)
            left = send_some(fd, data + (size - left), left);
        must(event_base_loop(loop_base(world.loop), EVLOOP_NONBLOCK) >= 0);
        closed = read_some(fd, answer, &len);
    }
    must(len == 0 || (len == ANSWER_SIZE - 1 && strncmp(answer, "HTTP/", 5) == 0));
    note(answer, size);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char good[] = "GET /healthz HTTP/1.0\r\n\r\n";
    if (!world.loop)
        open_world();
    if (world.clients % CLIENTS == 0)
        open_server();
    world.clients++;
    ask(data, size);
    if (world.clients == CLIENTS) { /* it still serves others */
        ask((const uint8_t *)good, strlen(good));
        world.clients = 0;
    }
    return 0;
}
