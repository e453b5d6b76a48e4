/* SPDX-License-Identifier: Apache-2.0 */
#include "support/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 20000 };

static int64_t now_ms(void *arg)
{
    return ((struct journal_desk *)arg)->now;
}

static void note(struct journal_desk *d, uint64_t txn)
{
    if (d->answers < JOURNAL_SHOWN)
        d->order[d->answers] = txn;
    d->answers++;
    if (d->answers == d->asked && d->waits)
        loop_stop(d->loop);
}

static void filed(void *arg, uint64_t txn, enum filed r)
{
    struct journal_desk *d = arg;
    note(d, txn);
    d->filed = r;
    if (d->on_filed)
        d->on_filed(d, txn, r);
}

/* Add a word to a list. */
static void show(char list[JOURNAL_SHOWN], const char *word, const char *mark)
{
    size_t len = strlen(list);
    snprintf(list + len, JOURNAL_SHOWN - len, "%s%s%s", len > 0 ? " " : "", word, mark);
}

static void fetched(void *arg, const struct forward_entry *entries, size_t n)
{
    struct journal_desk *d = arg;
    note(d, 0);
    d->count = n;
    d->shown[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        char payload[64];
        snprintf(payload, sizeof payload, "payload of %s", entries[i].id);
        assert_int_equal(entries[i].len, strlen(payload));
        assert_memory_equal(entries[i].payload, payload, strlen(payload));
        d->seqs[i] = entries[i].seq;
        show(d->shown, entries[i].id, "");
    }
}

static void found(void *arg, uint64_t txn, bool yes)
{
    struct journal_desk *d = arg;
    note(d, txn);
    d->found = yes;
}

void journal_desk_init(struct journal_desk *d)
{
    char log[SERVER_PATH_MAX];
    memset(d, 0, sizeof *d);
    server_init(&d->server);
    snprintf(d->path, sizeof d->path, "%s/home", d->server.folder);
    assert_int_equal(mkdir(d->path, 0700), 0);
    strcat(d->path, "/journal");
    snprintf(log, sizeof log, "%s/log", d->server.folder);
    d->now = 1700000000000;
    d->max_waiting = 10000;
    d->loop = loop_new();
    d->metrics = metrics_new();
    struct clock clock = {.now_ms = now_ms, .arg = d};
    d->log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    d->log = log_new(d->log_fd, LOG_LEVEL_INFO, clock);
    assert_non_null(d->log);
}

void journal_desk_end(struct journal_desk *d)
{
    journal_desk_close(d);
    log_free(d->log);
    close(d->log_fd);
    metrics_free(d->metrics);
    loop_free(d->loop);
    server_end(&d->server);
}

int journal_desk_open(struct journal_desk *d)
{
    struct journal_options o = {.path = d->path,
                                .max_waiting = d->max_waiting,
                                .keep_ms = 7 * (int64_t)JOURNAL_DAY,
                                .clock = {.now_ms = now_ms, .arg = d},
                                .log = d->log,
                                .metrics = d->metrics};
    struct journal_handlers h = {.arg = d, .filed = filed, .fetched = fetched, .found = found};
    d->journal = journal_new(d->loop, &o, &h, d->why);
    return d->journal ? 0 : -1;
}

void journal_desk_close(struct journal_desk *d)
{
    journal_free(d->journal);
    d->journal = NULL;
}

int journal_desk_setup(void **state)
{
    struct journal_desk *d = malloc(sizeof *d);
    journal_desk_init(d);
    *state = d;
    return journal_desk_open(d);
}

int journal_desk_teardown(void **state)
{
    journal_desk_end(*state);
    free(*state);
    return 0;
}

void journal_desk_ask(struct journal_desk *d, const char *id)
{
    char case_no[64], proof[64], payload[64];
    snprintf(case_no, sizeof case_no, "c%s", id);
    snprintf(proof, sizeof proof, "p%s", id);
    snprintf(payload, sizeof payload, "payload of %s", id);
    struct journal_entry e = {.id = id,
                              .subject = id[0] == 'a' ? "anna" : "",
                              .case_no = case_no,
                              .proof = proof,
                              .payload = payload,
                              .len = strlen(payload)};
    journal_file(d->journal, ++d->asked, &e);
}

static void too_late(void *arg)
{
    loop_stop(((struct journal_desk *)arg)->loop);
}

void journal_desk_wait(struct journal_desk *d)
{
    struct loop_timer *end = loop_timer_new(d->loop, too_late, d);
    assert_non_null(end);
    loop_timer_set(end, WAIT_MS);
    d->waits = true;
    if (d->answers < d->asked)
        assert_int_equal(loop_run(d->loop), 0);
    d->waits = false;
    loop_timer_free(end);
    assert_int_equal(d->answers, d->asked);
}

enum filed journal_desk_file(struct journal_desk *d, const char *id)
{
    journal_desk_ask(d, id);
    journal_desk_wait(d);
    return d->filed;
}

const char *journal_desk_fetch(struct journal_desk *d, int64_t after, size_t most)
{
    d->asked++;
    journal_fetch(d->journal, after, most);
    journal_desk_wait(d);
    return d->shown;
}

bool journal_desk_find(struct journal_desk *d, const char *case_no, const char *proof)
{
    struct case_ask ask = {0};
    strncpy(ask.case_no, case_no, sizeof ask.case_no - 1);
    strncpy(ask.proof, proof, sizeof ask.proof - 1);
    journal_find(d->journal, ++d->asked, &ask);
    journal_desk_wait(d);
    return d->found;
}

void journal_desk_settle(struct journal_desk *d, const char *id)
{
    journal_settle(d->journal, id);
    journal_desk_find(d, "", "");
}

static bool show_row(void *arg, const struct journal_row *row)
{
    show(arg, row->id, row->acked_ms ? "*" : "");
    return true;
}

const char *journal_desk_on_disk(struct journal_desk *d, char out[JOURNAL_SHOWN])
{
    char why[DB_ERROR_MAX];
    struct db *db = journal_table_open(d->path, why);
    assert_non_null(db);
    out[0] = '\0';
    assert_int_equal(journal_table_list(db, false, show_row, out), DB_OK);
    db_close(db);
    return out;
}

int journal_desk_logged(const struct journal_desk *d, const char *event)
{
    char path[SERVER_PATH_MAX], line[2048], wanted[64];
    int n = 0;
    snprintf(path, sizeof path, "%s/log", d->server.folder);
    snprintf(wanted, sizeof wanted, "event=%s ", event);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        n += strstr(line, wanted) != NULL;
    fclose(f);
    return n;
}
