/* SPDX-License-Identifier: Apache-2.0 */
#include "base/conf.h"
#include "io/store_redis.h"

struct store_redis_options store_redis_options_of(const struct conf *c, const char *password)
{
    return (struct store_redis_options){.host = c->redis_host,
                                        .port = (int)c->redis_port,
                                        .sentinels = c->redis_sentinels,
                                        .master_name = c->redis_master_name,
                                        .cluster = c->redis_cluster,
                                        .username = c->redis_username,
                                        .password = password,
                                        .prefix = c->redis_prefix,
                                        .timeout_ms = (int)c->redis_timeout_ms,
                                        .max_inflight = (int)c->redis_max_inflight,
                                        .retry_min_ms = (int)c->redis_retry_min_ms,
                                        .retry_max_ms = (int)c->redis_retry_max_ms};
}
