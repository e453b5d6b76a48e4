/* SPDX-License-Identifier: Apache-2.0 */
#include "console/gateways.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

enum { STATUS_DEPTH = 8 };

/* Words of a status are short and plain; anything else is shown as "?". */
static void copy(char *out, size_t cap, const struct json_value *v)
{
    bool plain = v->len < cap;
    for (size_t i = 0; i < v->len && plain; i++)
        plain = v->str[i] >= ' ' && v->str[i] <= '~';
    snprintf(out, cap, "%s", plain ? v->str : "?");
}

/* Take one member of a status. */
static int take_member(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    struct gateway_status *g = arg;
    static const char refused[] = "\"content\"";
    (void)key_len;
    if (v->type == JSON_STRING && strcmp(key, "state") == 0)
        copy(g->state, sizeof g->state, v);
    else if (v->type == JSON_STRING && strcmp(key, "version") == 0)
        copy(g->program, sizeof g->program, v);
    else if (v->type == JSON_STRING && strcmp(key, "content") == 0)
        copy(g->content, sizeof g->content, v);
    else if (v->type == JSON_ARRAY && strcmp(key, "degraded") == 0) {
        g->refused = memmem(v->str, v->len, refused, strlen(refused)) != NULL;
        /* More than "[]" and the word for content. */
        g->degraded = v->len > (g->refused ? strlen("[]") + strlen(refused) : strlen("[]"));
    }
    return 0;
}

static size_t place_of(const struct gateways *g, const char *instance)
{
    size_t i = 0;
    while (i < g->count && strcmp(g->list[i].instance, instance) < 0)
        i++;
    return i;
}

static bool is_at(const struct gateways *g, size_t i, const char *instance)
{
    return i < g->count && strcmp(g->list[i].instance, instance) == 0;
}

static bool remove_at(struct gateways *g, size_t i, const char *instance)
{
    if (!is_at(g, i, instance))
        return false;
    g->count--;
    memmove(g->list + i, g->list + i + 1, (g->count - i) * sizeof *g->list);
    return true;
}

static bool is_same(const struct gateway_status *a, const struct gateway_status *b)
{
    return strcmp(a->state, b->state) == 0 && strcmp(a->program, b->program) == 0 &&
           strcmp(a->content, b->content) == 0 && a->refused == b->refused &&
           a->degraded == b->degraded;
}

bool gateways_take(struct gateways *g, const char *instance, const char *payload, size_t len,
                   int64_t now_ms)
{
    char scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct gateway_status said = {.state = "?", .said_ms = now_ms};
    const struct json_job job = {
        .limits = {MESSAGE_PAYLOAD_MAX, STATUS_DEPTH}, .member = take_member, .arg = &said};
    struct json_error err;
    size_t i = place_of(g, instance);
    if (len == 0)
        return remove_at(g, i, instance);
    if (len > MESSAGE_PAYLOAD_MAX || json_scan(payload, len, scratch, &job, &err) < 0)
        return false;
    snprintf(said.instance, sizeof said.instance, "%s", instance);
    if (!is_at(g, i, instance)) {
        if (g->count == GATEWAYS_MAX)
            return false;
        memmove(g->list + i + 1, g->list + i, (g->count - i) * sizeof *g->list);
        g->count++;
    } else if (is_same(&g->list[i], &said)) {
        g->list[i].said_ms = now_ms;
        return false;
    }
    g->list[i] = said;
    return true;
}
