/* SPDX-License-Identifier: Apache-2.0 */
/* A journal's file with any octets in it: it is refused, or read and written as far as it goes.
 * What is read out of it keeps the bounds that the callers count on. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/journal_table.h"

enum { PATH_LEN = 64, MOST = 64 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void on_entry(void *arg, const struct forward_entry *e)
{
    size_t *left = arg;
    must(strlen(e->id) <= REQUEST_ID_MAX && e->len <= REQUEST_PAYLOAD_MAX && *left > 0);
    /* A copy, so that all of it is read. */
    char payload[REQUEST_PAYLOAD_MAX];
    memcpy(payload, e->payload, e->len);
    --*left;
}

static bool on_row(void *arg, const struct journal_row *row)
{
    size_t *left = arg;
    must(strlen(row->id) < SIZE_MAX && strlen(row->case_no) < SIZE_MAX);
    return --*left > 0;
}

/* The results may be faults; only the bounds hold always. */
static void use(struct db *db)
{
    static const struct journal_entry entry = {.id = "0123456789abcdef",
                                               .subject = "s",
                                               .case_no = "123456789",
                                               .proof = "fedcba9876543210",
                                               .payload = "payload",
                                               .len = 7};
    const struct case_ask ask = {.case_no = "123456789", .proof = "fedcba9876543210"};
    size_t left = MOST, rows = 10000;
    int64_t n = 0;
    bool yes = false;
    (void)journal_table_fetch(db, 0, MOST, on_entry, &left);
    (void)journal_table_list(db, false, on_row, &rows);
    (void)journal_table_find(db, &ask, &yes);
    if (db_begin(db) != DB_OK)
        return;
    enum db_result added = journal_table_add(db, &entry, 1, &yes);
    if (db_commit(db) == DB_OK && added == DB_OK)
        (void)journal_table_has(db, entry.id, &yes);
    (void)journal_table_settle(db, entry.id, 2);
    (void)journal_table_resend(db, "", &n);
    (void)journal_table_forget(db, "s", &n);
    (void)journal_table_expire(db, 3, &n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    char folder[PATH_LEN / 2] = "/dev/shm/ml-fuzz-XXXXXX", path[PATH_LEN], name[PATH_LEN + 8];
    char why[DB_ERROR_MAX];
    if (!mkdtemp(folder)) {
        strcpy(folder, "/tmp/ml-fuzz-XXXXXX");
        must(mkdtemp(folder) != NULL);
    }
    snprintf(path, sizeof path, "%s/journal", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size && close(fd) == 0);
    struct db *db = journal_table_open(path, why);
    if (db)
        use(db);
    else
        must(strlen(why) > 0 && strlen(why) < DB_ERROR_MAX);
    db_close(db);
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
    must(rmdir(folder) == 0);
    return 0;
}
