/* SPDX-License-Identifier: Apache-2.0 */
#include "io/journal_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"

struct entry {
    UT_hash_handle hh;
    char id[REQUEST_ID_MAX + 1];
    struct case_ask known;
};

struct journal_memory {
    struct entry *entries;
    size_t most;
    struct journal_reply reply;
    enum filed result;
    enum case_state state;
};

struct journal_memory *journal_memory_new(size_t most, const struct journal_reply *reply)
{
    struct journal_memory *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    j->most = most;
    j->reply = *reply;
    j->result = FILED_OK;
    j->state = CASE_STORED;
    return j;
}

void journal_memory_clear(struct journal_memory *j)
{
    struct entry *e, *next;
    HASH_ITER(hh, j->entries, e, next)
    {
        HASH_DEL(j->entries, e);
        free(e);
    }
}

void journal_memory_free(struct journal_memory *j)
{
    if (!j)
        return;
    journal_memory_clear(j);
    free(j);
}

void journal_memory_set_result(struct journal_memory *j, enum filed r)
{
    j->result = r;
}

void journal_memory_set_state(struct journal_memory *j, enum case_state state)
{
    j->state = state;
}

size_t journal_memory_count(const struct journal_memory *j)
{
    return HASH_COUNT(j->entries);
}

bool journal_memory_find(const struct journal_memory *j, const struct case_ask *ask)
{
    for (const struct entry *e = j->entries; e; e = e->hh.next) {
        if (!strcmp(e->known.case_no, ask->case_no) && !strcmp(e->known.proof, ask->proof))
            return true;
    }
    return false;
}

static enum filed add(struct journal_memory *j, const struct request *request)
{
    struct entry *e = calloc(1, sizeof *e);
    if (!e)
        return FILED_FAILED;
    strcpy(e->id, request->id);
    strcpy(e->known.case_no, request->case_no);
    strcpy(e->known.proof, request->proof);
    HASH_ADD_STR(j->entries, id, e);
    if (!HASH_ADDED(hh, e)) {
        free(e);
        return FILED_FAILED;
    }
    return FILED_OK;
}

static enum filed file(struct journal_memory *j, const struct request *request)
{
    struct entry *there;
    HASH_FIND_STR(j->entries, request->id, there);
    if (there)
        return FILED_OK;
    if (j->result != FILED_OK)
        return j->result;
    return journal_memory_count(j) < j->most ? add(j, request) : FILED_FULL;
}

void journal_memory_file(void *arg, uint64_t txn, const struct request *request)
{
    struct journal_memory *j = arg;
    enum filed r = file(j, request);
    j->reply.filed(j->reply.arg, txn, r);
}

void journal_memory_ask(void *arg, uint64_t txn, const struct case_ask *ask)
{
    struct journal_memory *j = arg;
    enum case_state state = CASE_UNKNOWN;
    if (j->state == CASE_UNREACHABLE || journal_memory_find(j, ask))
        state = j->state;
    j->reply.told(j->reply.arg, txn, state);
}
