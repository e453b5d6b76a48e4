/* SPDX-License-Identifier: Apache-2.0 */
/* The store: its options, and which link serves a key. */
#include "io/store_redis.h"

#include <stdlib.h>
#include <string.h>

#include "io/store_redis_cluster.h"
#include "io/store_redis_internal.h"

static int copy_options(struct store_redis *s, const struct store_redis_options *o)
{
    s->o = *o;
    const char **from[] = {&s->o.host,     &s->o.sentinels, &s->o.master_name, &s->o.cluster,
                           &s->o.username, &s->o.password,  &s->o.prefix};
    for (size_t i = 0; i < sizeof s->text / sizeof *s->text; i++) {
        s->text[i] = strdup(*from[i] ? *from[i] : "");
        if (!s->text[i])
            return -1;
        *from[i] = s->text[i];
    }
    return 0;
}

static int make_links(struct store_redis *s)
{
    if (*s->o.cluster != '\0')
        s->cluster = redis_cluster_new(s);
    else
        s->link = redis_link_new(s, NULL);
    return s->cluster || s->link ? 0 : -1;
}

struct store_redis *store_redis_new(struct loop *loop, const struct store_redis_options *o,
                                    const struct store_reply *reply)
{
    struct store_redis *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->loop = loop;
    s->reply = *reply;
    TAILQ_INIT(&s->waiting);
    s->expiry = loop_timer_new(loop, store_redis_expire, s);
    if (!s->expiry || copy_options(s, o) < 0 || make_links(s) < 0) {
        store_redis_free(s);
        return NULL;
    }
    metrics_set(o->metrics, M_REDIS_UP, NULL, 0);
    return s;
}

void store_redis_changed(struct redis_link *l)
{
    struct store_redis *s = l->store;
    if (s->cluster)
        redis_cluster_changed(s->cluster, l);
    else
        metrics_set(s->o.metrics, M_REDIS_UP, NULL, l->state == REDIS_READY);
}

struct redis_link *store_redis_route(struct store_redis *s, const char *key)
{
    if (s->cluster)
        return redis_cluster_route(s->cluster, key);
    return s->link && s->link->state == REDIS_READY ? s->link : NULL;
}

bool store_redis_is_up(const struct store_redis *s)
{
    return s->cluster ? redis_cluster_is_up(s->cluster) : s->link->state == REDIS_READY;
}

const char *store_redis_server(const struct store_redis *s)
{
    return s->cluster ? s->o.cluster : redis_link_server(s->link);
}

void store_redis_free(struct store_redis *s)
{
    if (!s)
        return;
    redis_link_free(s->link);
    redis_cluster_free(s->cluster);
    metrics_set(s->o.metrics, M_REDIS_UP, NULL, 0);
    loop_timer_free(s->expiry);
    for (size_t i = 0; i < sizeof s->text / sizeof *s->text; i++) {
        if (s->text[i])
            explicit_bzero(s->text[i], strlen(s->text[i]));
        free(s->text[i]);
    }
    free(s);
}
