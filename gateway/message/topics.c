/* SPDX-License-Identifier: Apache-2.0 */
#include "message/topics.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* The length of a name of [a-z0-9-]{1,32} at s, or 0. */
static size_t name_length(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return n <= MESSAGE_BRIDGE_MAX ? n : 0;
}

/* Step over root and the slash after it. NULL if the topic does not begin so. */
static const char *below(const char *root, const char *topic)
{
    size_t n = strlen(root);
    return strncmp(topic, root, n) == 0 && topic[n] == '/' ? topic + n + 1 : NULL;
}

/* Bridges cannot have these names: the root has topics of its own below them. */
static bool is_reserved(const char *name, size_t len)
{
    static const char *const reserved[] = {"gateway", "content", "request"};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (len == strlen(reserved[i]) && memcmp(name, reserved[i], len) == 0)
            return true;
    }
    return false;
}

/* Read ROOT/BRIDGE. Returns what follows and sets the bridge's place and length, or NULL. */
static const char *read_bridge(const char *root, const char *topic, const char **name, size_t *len)
{
    *name = below(root, topic);
    if (!*name)
        return NULL;
    *len = name_length(*name);
    return *len && !is_reserved(*name, *len) ? *name + *len : NULL;
}

static void copy_name(char out[MESSAGE_BRIDGE_MAX + 1], const char *name, size_t len)
{
    memcpy(out, name, len);
    out[len] = '\0';
}

static bool is_shard(const char *s)
{
    return strlen(s) == 2 && strspn(s, "0123456789abcdef") == 2;
}

int topics_read_in(const char *root, const char *topic, struct origin *out)
{
    const char *name;
    size_t len;
    const char *rest = read_bridge(root, topic, &name, &len);
    if (!rest || strncmp(rest, "/in/", 4) != 0)
        return -1;
    const char *shard = rest + 4;
    if (!is_shard(shard))
        return -1;
    copy_name(out->bridge, name, len);
    memcpy(out->shard, shard, sizeof out->shard);
    return 0;
}

void topics_write_out(const char *root, const struct origin *o, char out[TOPIC_MAX])
{
    struct buf b;
    buf_init(&b, out, TOPIC_MAX);
    buf_puts(&b, root);
    buf_putc(&b, '/');
    buf_puts(&b, o->bridge);
    buf_puts(&b, "/out/");
    buf_puts(&b, o->shard);
}

void topics_write_error(const char *root, const struct origin *o, char out[TOPIC_MAX])
{
    snprintf(out, TOPIC_MAX, "%s/%s/error", root, o->bridge);
}

int topics_read_bridge_status(const char *root, const char *topic,
                              char bridge[MESSAGE_BRIDGE_MAX + 1])
{
    const char *name;
    size_t len;
    const char *rest = read_bridge(root, topic, &name, &len);
    if (!rest || strcmp(rest, "/status") != 0)
        return -1;
    copy_name(bridge, name, len);
    return 0;
}

/* What follows ROOT/request/, or NULL. */
static const char *below_request(const char *root, const char *topic)
{
    const char *rest = below(root, topic);
    return rest && strncmp(rest, "request/", 8) == 0 ? rest + 8 : NULL;
}

void topics_write_request(const char *root, const char *id, char out[TOPIC_MAX])
{
    snprintf(out, TOPIC_MAX, "%s/request/%.2s", root, id);
}

bool topics_is_request(const char *root, const char *topic)
{
    const char *shard = below_request(root, topic);
    return shard && is_shard(shard);
}

void topics_write_request_part(const char *root, const char *name, char out[TOPIC_MAX])
{
    snprintf(out, TOPIC_MAX, "%s/request/%s", root, name);
}

bool topics_is_request_part(const char *root, const char *topic, const char *name)
{
    const char *rest = below_request(root, topic);
    return rest && strcmp(rest, name) == 0;
}

void topics_write_forget(const char *root, char out[TOPIC_MAX])
{
    snprintf(out, TOPIC_MAX, "%s/gateway/forget", root);
}

bool topics_is_forget(const char *root, const char *topic)
{
    const char *rest = below(root, topic);
    return rest && strcmp(rest, "gateway/forget") == 0;
}

void topics_write_echo(const char *root, const char *instance, char out[TOPIC_MAX])
{
    snprintf(out, TOPIC_MAX, "%s/gateway/%s/echo", root, instance);
}

void topics_write_content(const char *root, char out[TOPIC_MAX])
{
    snprintf(out, TOPIC_MAX, "%s/content", root);
}

bool topics_is_content(const char *root, const char *topic)
{
    const char *rest = below(root, topic);
    return rest && strcmp(rest, "content") == 0;
}

int topics_read_gateway_status(const char *root, const char *topic,
                               char instance[MESSAGE_BRIDGE_MAX + 1])
{
    const char *rest = below(root, topic);
    if (!rest || strncmp(rest, "gateway/", 8) != 0)
        return -1;
    rest += 8;
    size_t n = name_length(rest);
    if (n == 0 || strcmp(rest + n, "/status") != 0)
        return -1;
    copy_name(instance, rest, n);
    return 0;
}

bool topics_name_valid(const char *name)
{
    size_t n = name_length(name);
    return n > 0 && name[n] == '\0';
}

bool topics_bridge_valid(const char *name)
{
    return topics_name_valid(name) && !is_reserved(name, strlen(name));
}
