/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets from a client of the metrics server: it answers, or closes, and goes on. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "asker.h"
#include "io/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One server for all inputs. */
static struct {
    struct http *http;
    int clients;
} world;

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
    world.http = http_new(asker_loop(), asker_path(), &h, why);
    asker_must(world.http != NULL);
    world.clients = 0;
}

static void end(void)
{
    http_free(world.http);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char good[] = "GET /healthz HTTP/1.0\r\n\r\n";
    if (!asker_is_open())
        asker_open(end);
    if (world.clients % ASKER_CLIENTS == 0)
        open_server();
    world.clients++;
    asker_ask(data, size);
    if (world.clients == ASKER_CLIENTS) { /* it still serves others */
        asker_ask((const uint8_t *)good, strlen(good));
        world.clients = 0;
    }
    return 0;
}
