/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/filters.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/shards.h"
#include "message/topics.h"

enum { OTHERS = 7, FILTERS_MAX = SHARDS_ALL + OTHERS };

struct filters {
    const char *list[FILTERS_MAX + 1];
    char text[FILTERS_MAX][TOPIC_MAX];
};

/* What bridges publish, on one shard or on any ("+"). */
static void write_in(const struct conf *c, const char *shard, char out[TOPIC_MAX])
{
    const char *share = c->mqtt_share;
    snprintf(out, TOPIC_MAX, "%s%s%s%s/+/in/%s", *share ? "$share/" : "", share, *share ? "/" : "",
             c->mqtt_root, shard);
}

/* Each shard has a filter of its own, also where all are listed: then gateways whose lists overlap
 * share what both of them have. Returns how many were written. */
static size_t write_shards(const struct conf *c, char out[][TOPIC_MAX])
{
    struct shards shards;
    char name[3];
    size_t n = 0;
    if (shards_read(c->mqtt_shards, &shards) <= 0) {
        write_in(c, "+", out[0]);
        return 1;
    }
    for (unsigned i = 0; i < SHARDS_ALL; i++) {
        if (!shards.has[i])
            continue;
        snprintf(name, sizeof name, "%02x", i & 0xFF);
        write_in(c, name, out[n++]);
    }
    return n;
}

const char **filters_new(const struct conf *c)
{
    static const char *const parts[] = {"ack", "ask", "state"};
    struct filters *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    size_t n = write_shards(c, f->text);
    snprintf(f->text[n++], TOPIC_MAX, "%s/+/status", c->mqtt_root);
    topics_write_forget(c->mqtt_root, f->text[n++]);
    topics_write_content(c->mqtt_root, f->text[n++]);
    topics_write_echo(c->mqtt_root, c->gateway_instance, f->text[n++]);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        topics_write_request_part(c->mqtt_root, parts[i], f->text[n++]);
    for (size_t i = 0; i < n; i++)
        f->list[i] = f->text[i];
    return f->list;
}
