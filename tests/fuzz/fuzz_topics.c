/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a topic: what is read of it, written again, is the same topic; and no topic is two
 * things at once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "message/topics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char root[] = "mekong/1";

static void must(bool held)
{
    if (!held)
        abort();
}

static unsigned read_in(const char *topic)
{
    struct origin o = {.bridge = ""};
    char again[TOPIC_MAX];
    if (topics_read_in(root, topic, &o))
        return 0;
    must(topics_name_valid(o.bridge) && strlen(topic) < TOPIC_MAX);
    topics_write_out(root, &o, again);
    /* The topic of the answer differs in one word. */
    size_t head = sizeof root + strlen(o.bridge) + 1;
    must(memcmp(again, topic, head) == 0);
    must(strncmp(topic + head, "in/", 3) == 0 && strncmp(again + head, "out/", 4) == 0);
    must(strcmp(topic + head + 3, again + head + 4) == 0);
    return 1;
}

static unsigned read_status(const char *topic)
{
    char bridge[MESSAGE_BRIDGE_MAX + 1];
    if (topics_read_bridge_status(root, topic, bridge))
        return 0;
    must(topics_name_valid(bridge));
    must(strncmp(topic + sizeof root, bridge, strlen(bridge)) == 0);
    return 1;
}

/* Only the topic that we write ourselves is one. */
static unsigned read_ours(const char *topic)
{
    static const char *const parts[] = {"ack", "ask", "state"};
    char written[TOPIC_MAX];
    unsigned count = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        topics_write_request_part(root, parts[i], written);
        bool is = topics_is_request_part(root, topic, parts[i]);
        must(is == (strcmp(written, topic) == 0));
        count += is;
    }
    topics_write_forget(root, written);
    must(topics_is_forget(root, topic) == (strcmp(written, topic) == 0));
    count += topics_is_forget(root, topic);
    if (topics_is_request(root, topic)) {
        topics_write_request(root, topic + strlen(topic) - 2, written);
        must(strcmp(written, topic) == 0);
        count++;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *topic = malloc(size + 1);
    if (!topic)
        return 0;
    if (size > 0)
        memcpy(topic, data, size);
    topic[size] = '\0';
    must(read_in(topic) + read_status(topic) + read_ours(topic) <= 1);
    free(topic);
    return 0;
}
