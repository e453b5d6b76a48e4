/* SPDX-License-Identifier: Apache-2.0 */
/* Redis Cluster: a link to each master, and which of them has the slot of a key. The slots are
 * asked of a node at the start, when a node says MOVED, and again and again while a slot has no
 * master that is up. For the files of the store. */
#ifndef ML_IO_STORE_REDIS_CLUSTER_H
#define ML_IO_STORE_REDIS_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>

struct redis_cluster;
struct redis_link;
struct redisReply;
struct store_redis;

/* How often a request may be sent on; nodes that disagree for longer than that have no answer. */
enum { REDIS_REDIRECTIONS_MAX = 5 };

/* Begins with the nodes that the store's options name. NULL without memory. */
struct redis_cluster *redis_cluster_new(struct store_redis *s);

/* As store_redis_route and store_redis_changed (io/store_redis_internal.h). */
struct redis_link *redis_cluster_route(struct redis_cluster *c, const char *key);
void redis_cluster_changed(struct redis_cluster *c, struct redis_link *l);

/* A node has answered with an error. Returns where the request is to be sent instead, and whether
 * after ASKING; NULL if nowhere. */
struct redis_link *redis_cluster_redirect(struct redis_cluster *c, const struct redis_link *from,
                                          const struct redisReply *error, bool *asking);

/* Each slot has a master that is up. */
bool redis_cluster_is_up(const struct redis_cluster *c);

void redis_cluster_free(struct redis_cluster *c); /* NULL is fine; as redis_link_free */

#endif
