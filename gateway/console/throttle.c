/* SPDX-License-Identifier: Apache-2.0 */
#include "console/throttle.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"

enum {
    MEMORY_MS = 60 * 60 * 1000, /* after so long without a wrong try all is forgotten */
    FIRST_WAIT_MS = 30 * 1000,  /* doubled with each wrong try, up to */
    LONGEST_WAIT_MS = 15 * 60 * 1000,
    KEY_SIZE = 2 + 32 + 1
};

const char throttle_tables[] = "CREATE TABLE tries ("
                               " key TEXT NOT NULL PRIMARY KEY,"
                               " wrong INTEGER NOT NULL,"
                               " last_ms INTEGER NOT NULL) STRICT;"
                               "CREATE INDEX tries_last ON tries (last_ms);";

static void make_key(char kind, const char *of, char out[KEY_SIZE])
{
    uint8_t hash[DIGEST_SIZE];
    digest_sha256(of, strlen(of), hash);
    out[0] = kind;
    out[1] = ':';
    digest_hex(hash, (KEY_SIZE - 3) / 2, out + 2);
}

struct tries {
    int64_t wrong, last_ms;
};

static bool take_tries(void *arg, const struct db_value *columns, size_t count)
{
    struct tries *t = arg;
    (void)count;
    *t = (struct tries){columns[0].num, columns[1].num};
    return false;
}

/* How long it still has to wait. */
static int64_t wait_of(const struct tries *t, int64_t free_tries, int64_t now_ms)
{
    int64_t over = t->wrong - free_tries, wait = FIRST_WAIT_MS, since = now_ms - t->last_ms;
    if (over < 0 || since >= MEMORY_MS)
        return 0;
    while (over-- > 0 && wait < LONGEST_WAIT_MS)
        wait *= 2;
    if (wait > LONGEST_WAIT_MS)
        wait = LONGEST_WAIT_MS;
    if (since < 0) /* the clock was set back */
        since = 0;
    return since >= wait ? 0 : wait - since;
}

static enum db_result look(struct db *db, const char *key, int64_t free_tries, int64_t now_ms,
                           int64_t *wait_ms)
{
    struct tries t = {0};
    enum db_result r =
        db_run(db, "SELECT wrong, last_ms FROM tries WHERE key = ?1",
               (struct db_value[]){DB_S(key), DB_END}, &(struct db_rows){take_tries, &t}, NULL);
    int64_t wait = wait_of(&t, free_tries, now_ms);
    if (wait > *wait_ms)
        *wait_ms = wait;
    return r;
}

static enum db_result count_try(struct db *db, const char *key, int64_t now_ms)
{
    return db_run(db,
                  "INSERT INTO tries (key, wrong, last_ms) VALUES (?1, 1, ?2) ON CONFLICT (key)"
                  " DO UPDATE SET wrong = iif(last_ms <= ?3, 1, wrong + 1), last_ms = ?2",
                  (struct db_value[]){DB_S(key), DB_I(now_ms), DB_I(now_ms - MEMORY_MS), DB_END},
                  NULL, NULL);
}

enum db_result throttle_try(struct db *db, const char *login, const char *address, int64_t now_ms,
                            int64_t *wait_ms)
{
    char account[KEY_SIZE], place[KEY_SIZE];
    make_key('a', login, account);
    make_key('p', address, place);
    *wait_ms = 0;
    enum db_result r = look(db, account, THROTTLE_ACCOUNT, now_ms, wait_ms);
    if (r == DB_OK)
        r = look(db, place, THROTTLE_ADDRESS, now_ms, wait_ms);
    if (r != DB_OK || *wait_ms > 0)
        return r;
    r = count_try(db, account, now_ms);
    return r == DB_OK ? count_try(db, place, now_ms) : r;
}

enum db_result throttle_take_back(struct db *db, const char *login, const char *address)
{
    char account[KEY_SIZE], place[KEY_SIZE];
    make_key('a', login, account);
    make_key('p', address, place);
    return db_run(db, "UPDATE tries SET wrong = wrong - 1 WHERE key IN (?1, ?2) AND wrong > 0",
                  (struct db_value[]){DB_S(account), DB_S(place), DB_END}, NULL, NULL);
}

enum db_result throttle_forgive(struct db *db, const char *login, const char *address,
                                int64_t now_ms)
{
    char account[KEY_SIZE], place[KEY_SIZE];
    make_key('a', login, account);
    make_key('p', address, place);
    enum db_result r = db_run(db, "DELETE FROM tries WHERE key = ?1",
                              (struct db_value[]){DB_S(account), DB_END}, NULL, NULL);
    if (r != DB_OK)
        return r;
    r = db_run(db, "UPDATE tries SET wrong = wrong - 1 WHERE key = ?1 AND wrong > 0",
               (struct db_value[]){DB_S(place), DB_END}, NULL, NULL);
    return r == DB_OK ? throttle_expire(db, now_ms) : r;
}

enum db_result throttle_expire(struct db *db, int64_t now_ms)
{
    return db_run(db, "DELETE FROM tries WHERE last_ms <= ?1 OR wrong <= 0",
                  (struct db_value[]){DB_I(now_ms - MEMORY_MS), DB_END}, NULL, NULL);
}

/* The last element of a list with commas, without blanks. False if it does not fit. */
static bool last_of(const char *list, char *out, size_t cap)
{
    const char *comma = strrchr(list, ',');
    const char *at = comma ? comma + 1 : list;
    at += strspn(at, " \t");
    size_t len = strcspn(at, " \t");
    if (len == 0 || len >= cap || at[len + strspn(at + len, " \t")] != '\0')
        return false;
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}

void throttle_address(const char *peer, const char *forwarded, char out[THROTTLE_ADDRESS_SIZE])
{
    char said[THROTTLE_ADDRESS_SIZE] = "";
    struct in6_addr v6;
    struct in_addr v4;
    if (!forwarded)
        snprintf(said, sizeof said, "%s", peer);
    else if (!last_of(forwarded, said, sizeof said))
        said[0] = '\0';
    if (inet_pton(AF_INET, said, &v4) == 1) {
        inet_ntop(AF_INET, &v4, out, THROTTLE_ADDRESS_SIZE);
    } else if (inet_pton(AF_INET6, said, &v6) == 1) {
        memset(v6.s6_addr + 8, 0, 8);
        inet_ntop(AF_INET6, &v6, out, THROTTLE_ADDRESS_SIZE);
    } else {
        snprintf(out, THROTTLE_ADDRESS_SIZE, "%s", forwarded ? "unknown" : said);
    }
}
