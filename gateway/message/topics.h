/* SPDX-License-Identifier: Apache-2.0 */
/* The topics of PROTOCOL.md. `root` is the configured root, such as "mekong/1". */
#ifndef ML_MESSAGE_TOPICS_H
#define ML_MESSAGE_TOPICS_H

#include <stdbool.h>
#include <stddef.h>

#include "message/message.h"

enum { TOPIC_MAX = 160 };

/* ROOT/BRIDGE/in/SHARD: fill bridge and shard of *out. Returns 0, or -1 if the topic is none of
 * these. */
int topics_read_in(const char *root, const char *topic, struct origin *out);

/* ROOT/BRIDGE/out/SHARD and ROOT/BRIDGE/error for an origin. */
void topics_write_out(const char *root, const struct origin *o, char out[TOPIC_MAX]);
void topics_write_error(const char *root, const struct origin *o, char out[TOPIC_MAX]);

/* ROOT/BRIDGE/status: copy the bridge. Returns 0, or -1 if the topic is none of these. */
int topics_read_bridge_status(const char *root, const char *topic,
                              char bridge[MESSAGE_BRIDGE_MAX + 1]);

/* ROOT/request/SHARD for an id of hex digits: its first two are the shard. */
void topics_write_request(const char *root, const char *id, char out[TOPIC_MAX]);

/* Is it ROOT/request/SHARD? */
bool topics_is_request(const char *root, const char *topic);

/* ROOT/request/NAME, NAME being ack, ask or state; and ROOT/gateway/forget. */
void topics_write_request_part(const char *root, const char *name, char out[TOPIC_MAX]);
bool topics_is_request_part(const char *root, const char *topic, const char *name);
void topics_write_forget(const char *root, char out[TOPIC_MAX]);
bool topics_is_forget(const char *root, const char *topic);

/* ROOT/gateway/INSTANCE/echo */
void topics_write_echo(const char *root, const char *instance, char out[TOPIC_MAX]);

/* ROOT/content */
void topics_write_content(const char *root, char out[TOPIC_MAX]);
bool topics_is_content(const char *root, const char *topic);

/* ROOT/gateway/INSTANCE/status: copy the instance. Returns 0, or -1 if the topic is none of these.
 */
int topics_read_gateway_status(const char *root, const char *topic,
                               char instance[MESSAGE_BRIDGE_MAX + 1]);

/* [a-z0-9-]{1,32} */
bool topics_name_valid(const char *name);

/* The same, other than gateway, content and request. */
bool topics_bridge_valid(const char *name);

#endif
