/* SPDX-License-Identifier: Apache-2.0 */
#include "console/session.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/password.h"

enum {
    SECRET_OCTETS = (SESSION_SECRET_SIZE - 1) / 2,
    SECRET_LEN = SESSION_SECRET_SIZE - 1,
    NOTE_MS = 60 * 1000 /* between two notes that a session is used: each is synced to disk */
};

const char session_tables[] = "CREATE TABLE sessions ("
                              " hash BLOB NOT NULL PRIMARY KEY,"
                              " person INTEGER NOT NULL REFERENCES people (id),"
                              " made_ms INTEGER NOT NULL,"
                              " seen_ms INTEGER NOT NULL) STRICT;"
                              "CREATE INDEX sessions_person ON sessions (person);";

/* The next piece of a Cookie header, without blanks around it. Moves *at behind it. */
static size_t next_piece(const char **at, const char **piece)
{
    *at += strspn(*at, " \t;");
    size_t len = strcspn(*at, ";");
    *piece = *at;
    *at += len;
    while (len > 0 && ((*piece)[len - 1] == ' ' || (*piece)[len - 1] == '\t'))
        len--;
    return len;
}

int session_read_cookie(const char *header, char secret[SESSION_SECRET_SIZE])
{
    static const char name[] = SESSION_COOKIE "=";
    const char *piece;
    size_t len;
    secret[0] = '\0';
    while (header && (len = next_piece(&header, &piece)) > 0) {
        if (len < sizeof name - 1 || memcmp(piece, name, sizeof name - 1) != 0)
            continue;
        const char *value = piece + sizeof name - 1;
        if (len - (sizeof name - 1) != SECRET_LEN ||
            strspn(value, "0123456789abcdef") < SECRET_LEN ||
            (secret[0] && memcmp(secret, value, SECRET_LEN) != 0)) {
            secret[0] = '\0';
            return -1;
        }
        memcpy(secret, value, SECRET_LEN);
        secret[SECRET_LEN] = '\0';
    }
    return secret[0] ? 0 : -1;
}

void session_write_cookie(const char *secret, char out[SESSION_HEADER_SIZE])
{
    snprintf(out, SESSION_HEADER_SIZE, "%s=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s",
             SESSION_COOKIE, secret ? secret : "", secret ? "" : "; Max-Age=0");
}

/* What the database knows a secret by. */
static struct db_value hash_of(const char *secret, uint8_t hash[DIGEST_SIZE])
{
    digest_sha256(secret, strlen(secret), hash);
    return DB_B((const char *)hash, DIGEST_SIZE);
}

/* Another function of the secret than the hash in the database, which gives no token away. */
void session_token(const char *secret, char out[SESSION_TOKEN_SIZE])
{
    static const char purpose[] = "token against forged requests";
    uint8_t mac[DIGEST_SIZE];
    digest_hmac(secret, strlen(secret), purpose, sizeof purpose, mac);
    digest_hex(mac, sizeof mac, out);
}

/* Leave room for one more. */
static enum db_result end_oldest(struct db *db, int64_t person)
{
    return db_run(db,
                  "DELETE FROM sessions WHERE person = ?1 AND hash NOT IN (SELECT hash FROM"
                  " sessions WHERE person = ?1 ORDER BY seen_ms DESC, made_ms DESC LIMIT ?2)",
                  (struct db_value[]){DB_I(person), DB_I(SESSION_MAX - 1), DB_END}, NULL, NULL);
}

enum db_result session_begin(struct db *db, int64_t person, int64_t now_ms,
                             char secret[SESSION_SECRET_SIZE])
{
    uint8_t octets[SECRET_OCTETS], hash[DIGEST_SIZE];
    digest_random(octets, sizeof octets);
    digest_hex(octets, sizeof octets, secret);
    password_wipe(octets, sizeof octets);
    enum db_result r = end_oldest(db, person);
    if (r != DB_OK)
        return r;
    return db_run(
        db, "INSERT INTO sessions (hash, person, made_ms, seen_ms) VALUES (?1, ?2, ?3, ?3)",
        (struct db_value[]){hash_of(secret, hash), DB_I(person), DB_I(now_ms), DB_END}, NULL, NULL);
}

struct row {
    int64_t person, made_ms, seen_ms;
};

static bool take_row(void *arg, const struct db_value *columns, size_t count)
{
    struct row *row = arg;
    (void)count;
    *row = (struct row){columns[0].num, columns[1].num, columns[2].num};
    return false;
}

/* A clock that was set back makes no session older, and none younger than it was when it was made.
 */
static bool is_over(const struct row *row, const struct session_life *life, int64_t now_ms)
{
    return now_ms - row->seen_ms >= life->idle_ms || now_ms - row->made_ms >= life->all_ms;
}

int session_look(struct db *db, const char *secret, const struct session_life *life, int64_t now_ms,
                 struct person *out)
{
    uint8_t hash[DIGEST_SIZE];
    struct row row = {0};
    struct db_value key = hash_of(secret, hash);
    if (db_run(db, "SELECT person, made_ms, seen_ms FROM sessions WHERE hash = ?1",
               (struct db_value[]){key, DB_END}, &(struct db_rows){take_row, &row}, NULL) != DB_OK)
        return -1;
    if (row.person == 0 || is_over(&row, life, now_ms))
        return 1;
    enum people_result found = people_get(db, row.person, out);
    if (found != PEOPLE_OK && found != PEOPLE_UNKNOWN)
        return -1;
    if (found != PEOPLE_OK || !out->active)
        return 1;
    /* If the note fails (a full disk), the person may still read. */
    if (now_ms - row.seen_ms >= NOTE_MS)
        (void)db_run(db, "UPDATE sessions SET seen_ms = ?2 WHERE hash = ?1",
                     (struct db_value[]){key, DB_I(now_ms), DB_END}, NULL, NULL);
    return 0;
}

enum db_result session_end(struct db *db, const char *secret)
{
    uint8_t hash[DIGEST_SIZE];
    return db_run(db, "DELETE FROM sessions WHERE hash = ?1",
                  (struct db_value[]){hash_of(secret, hash), DB_END}, NULL, NULL);
}

enum db_result session_end_all(struct db *db, int64_t person, const char *except)
{
    uint8_t hash[DIGEST_SIZE];
    struct db_value key = hash_of(except ? except : "", hash);
    return db_run(db, "DELETE FROM sessions WHERE person = ?1 AND hash <> ?2",
                  (struct db_value[]){DB_I(person), key, DB_END}, NULL, NULL);
}

enum db_result session_expire(struct db *db, const struct session_life *life, int64_t now_ms)
{
    return db_run(
        db, "DELETE FROM sessions WHERE seen_ms <= ?1 OR made_ms <= ?2",
        (struct db_value[]){DB_I(now_ms - life->idle_ms), DB_I(now_ms - life->all_ms), DB_END},
        NULL, NULL);
}
