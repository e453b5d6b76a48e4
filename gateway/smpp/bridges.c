/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/bridges.h"

#include <stdlib.h>

#include "bridge/program.h"
#include "smpp/carrier.h"

struct bridges {
    struct carrier *carrier[CONF_LINKS_MAX];
    size_t count;
};

static void close_all(void *self)
{
    struct bridges *b = self;
    for (size_t i = 0; i < b->count; i++)
        carrier_free(b->carrier[i]);
    free(b);
}

static int open_one(struct bridges *b, const struct program_world *w, const struct conf_smpp *s,
                    char why[CONF_ERROR_MAX])
{
    char what[CONF_ERROR_MAX];
    struct carrier_options o = {
        .conf = w->conf, .smpp = s, .loop = w->loop, .log = w->log, .metrics = w->metrics};
    struct carrier *c = carrier_new(&o, what);
    if (c)
        b->carrier[b->count++] = c;
    else
        snprintf(why, CONF_ERROR_MAX, "[smpp %s]: %.440s", s->smpp_name, what);
    return c ? 0 : -1;
}

static void *open_all(const struct program_world *w, char why[CONF_ERROR_MAX])
{
    struct bridges *b = calloc(1, sizeof *b);
    snprintf(why, CONF_ERROR_MAX, "no memory; free some");
    if (!b)
        return NULL;
    int failed = w->conf->smpp_count == 0;
    if (failed)
        snprintf(why, CONF_ERROR_MAX, "there is no carrier; write a section [smpp NAME]");
    for (size_t i = 0; !failed && i < w->conf->smpp_count; i++)
        failed = open_one(b, w, &w->conf->smpp[i], why);
    if (!failed)
        return b;
    close_all(b);
    return NULL;
}

static void drain_all(void *self)
{
    struct bridges *b = self;
    for (size_t i = 0; i < b->count; i++)
        carrier_drain(b->carrier[i]);
}

static bool all_drained(void *self)
{
    struct bridges *b = self;
    bool drained = true;
    for (size_t i = 0; i < b->count; i++)
        drained = carrier_is_drained(b->carrier[i]) && drained;
    return drained;
}

static void write_unready(void *self, FILE *out)
{
    const struct bridges *b = self;
    for (size_t i = 0; i < b->count; i++)
        carrier_write_unready(b->carrier[i], out);
}

int smpp_main(int argc, char **argv)
{
    static const struct program program = {
        .name = "mekongline-smpp",
        .help = "Bind to carriers over SMPP 3.4, and bring their SMS and USSD to the gateway.",
        .shows = CONF_MEKONGLINE_SMPP,
        .open = open_all,
        .drain = drain_all,
        .is_drained = all_drained,
        .write_unready = write_unready,
        .close = close_all};
    return program_main(argc, argv, &program);
}
