/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/queue.h"

#include <stdlib.h>

static bool before(const struct event *a, const struct event *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void grow(struct queue *q)
{
    q->cap = q->cap ? 2 * q->cap : 256;
    q->heap = realloc(q->heap, q->cap * sizeof *q->heap);
    if (!q->heap)
        abort();
}

void queue_put(struct queue *q, struct event e)
{
    if (q->count == q->cap)
        grow(q);
    e.order = q->order++;
    size_t i = q->count++;
    for (; i > 0 && before(&e, &q->heap[(i - 1) / 2]); i = (i - 1) / 2)
        q->heap[i] = q->heap[(i - 1) / 2];
    q->heap[i] = e;
}

/* Let e sink from the root to its place. */
static void sink(struct queue *q, const struct event *e)
{
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= q->count)
            break;
        if (child + 1 < q->count && before(&q->heap[child + 1], &q->heap[child]))
            child++;
        if (!before(&q->heap[child], e))
            break;
        q->heap[i] = q->heap[child];
        i = child;
    }
    q->heap[i] = *e;
}

bool queue_take(struct queue *q, struct event *out)
{
    if (q->count == 0)
        return false;
    *out = q->heap[0];
    struct event last = q->heap[--q->count];
    if (q->count > 0)
        sink(q, &last);
    return true;
}

void queue_clear(struct queue *q)
{
    for (size_t i = 0; i < q->count; i++)
        free(q->heap[i].body);
    free(q->heap);
    *q = (struct queue){.heap = NULL};
}
