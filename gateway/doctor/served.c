/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor/served.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

enum { STATUS_DEPTH = 8 };

struct status {
    bool up;
    char shards[SHARDS_TEXT_SIZE]; /* "" for all */
};

static int take_member(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    struct status *s = arg;
    (void)key_len;
    if (v->type == JSON_STRING && strcmp(key, "state") == 0)
        s->up = strcmp(v->str, "up") == 0;
    else if (v->type == JSON_STRING && strcmp(key, "shards") == 0)
        snprintf(s->shards, sizeof s->shards, "%s", v->str);
    return 0;
}

void served_take(struct served *s, const struct conf *c, const struct mqtt_message *m)
{
    char instance[MESSAGE_BRIDGE_MAX + 1], scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct status said = {.up = false};
    const struct json_job job = {
        .limits = {MESSAGE_PAYLOAD_MAX, STATUS_DEPTH}, .member = take_member, .arg = &said};
    struct json_error err;
    struct shards shards;
    if (topics_read_gateway_status(c->mqtt_root, m->topic, instance) < 0 ||
        m->len > MESSAGE_PAYLOAD_MAX || json_scan(m->payload, m->len, scratch, &job, &err) < 0)
        return;
    s->heard++;
    if (!said.up || strcmp(instance, c->gateway_instance) == 0)
        return;
    bool whole = said.shards[0] == '\0';
    snprintf(whole ? s->whole : s->part, sizeof s->part, "%s", instance);
    if (!whole && shards_read(said.shards, &shards) > 0)
        shards_add(&s->shards, &shards);
}

void served_tell(const struct served *s, struct doctor *d)
{
    const char *own = d->conf->mqtt_shards;
    bool lists = own[0] != '\0';
    const char *other = lists ? s->whole : s->part;
    char missing[SHARDS_TEXT_SIZE];
    struct shards all;
    if (!lists && other[0] == '\0')
        return;
    d->look = "shards";
    shards_read(own, &all);
    shards_add(&all, &s->shards);
    shards_write(&all, false, missing);
    if (other[0] != '\0')
        doctor_bad(d,
                   "%s has %s mqtt.shards, this gateway has %s, so messages are served by both; "
                   "give all gateways of this broker mqtt.shards, or none",
                   other, lists ? "no" : "its own", lists ? "its own" : "none");
    else if (missing[0] != '\0')
        doctor_bad(
            d, "nobody serves %s%s; start the gateways that have them, or add them to mqtt.shards",
            missing, s->heard > 0 ? "" : " (or this user may not read the status of gateways)");
    else
        doctor_well(d, "all are served, %s by this gateway", own);
}
