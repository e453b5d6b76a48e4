/* SPDX-License-Identifier: Apache-2.0 */
#include "http/waiting.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/hash_table.h"
#include "message/message.h"

struct request {
    UT_hash_handle hh; /* by web id */
    LIST_ENTRY(request) link;
    uint64_t web_id;
    struct message *message;
};

struct message {
    UT_hash_handle hh; /* by id */
    char id[MESSAGE_ID_MAX + 1];
    LIST_HEAD(, request) requests;
};

struct waiting {
    struct web *web;
    size_t most;
    struct message *messages;
    struct request *requests;
};

struct waiting *waiting_new(struct web *web, size_t requests)
{
    struct waiting *w = calloc(1, sizeof *w);
    if (w)
        *w = (struct waiting){.web = web, .most = requests};
    return w;
}

static void drop_request(struct waiting *w, struct request *r)
{
    HASH_DEL(w->requests, r);
    LIST_REMOVE(r, link);
    free(r);
}

static void drop_message(struct waiting *w, struct message *m)
{
    while (!LIST_EMPTY(&m->requests))
        drop_request(w, LIST_FIRST(&m->requests));
    HASH_DEL(w->messages, m);
    free(m);
}

void waiting_free(struct waiting *w)
{
    while (w && w->messages)
        drop_message(w, w->messages);
    free(w);
}

static struct message *find(const struct waiting *w, const char *id)
{
    struct message *m;
    HASH_FIND_STR(w->messages, id, m);
    return m;
}

/* NULL without memory. One without requests is never left behind. */
static struct message *find_or_add(struct waiting *w, const char *id)
{
    struct message *m = find(w, id);
    if (m)
        return m;
    m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    strncpy(m->id, id, sizeof m->id - 1);
    HASH_ADD_STR(w->messages, id, m);
    if (HASH_ADDED(hh, m))
        return m;
    free(m);
    return NULL;
}

int waiting_add(struct waiting *w, const char *id, uint64_t web_id)
{
    if (waiting_count(w) >= w->most)
        return -1;
    struct message *m = find_or_add(w, id);
    if (!m)
        return -1;
    struct request *r = calloc(1, sizeof *r);
    if (r) {
        r->web_id = web_id;
        r->message = m;
        HASH_ADD(hh, w->requests, web_id, sizeof r->web_id, r);
    }
    if (r && HASH_ADDED(hh, r)) {
        LIST_INSERT_HEAD(&m->requests, r, link);
        return 0;
    }
    free(r);
    if (LIST_EMPTY(&m->requests))
        drop_message(w, m);
    return -1;
}

size_t waiting_answer(struct waiting *w, const char *id, int status, const char *text)
{
    struct message *m = find(w, id);
    struct request *r;
    size_t n = 0;
    if (!m)
        return 0;
    LIST_FOREACH(r, &m->requests, link)
    {
        web_answer(w->web, r->web_id, status, text, strlen(text));
        n++;
    }
    drop_message(w, m);
    return n;
}

bool waiting_has(const struct waiting *w, const char *id)
{
    return find(w, id) != NULL;
}

void waiting_gone(struct waiting *w, uint64_t web_id)
{
    struct request *r;
    HASH_FIND(hh, w->requests, &web_id, sizeof web_id, r);
    if (!r)
        return;
    struct message *m = r->message;
    drop_request(w, r);
    if (LIST_EMPTY(&m->requests))
        drop_message(w, m);
}

size_t waiting_count(const struct waiting *w)
{
    return HASH_COUNT(w->requests);
}
