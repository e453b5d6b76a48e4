/* SPDX-License-Identifier: Apache-2.0 */
#include "console/audit.h"

#include <inttypes.h>
#include <string.h>

#include "console/console.h"

const char audit_tables[] =
    "CREATE TABLE audit ("
    " seq INTEGER PRIMARY KEY,"
    " at_ms INTEGER NOT NULL,"
    " person INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " action TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " detail TEXT NOT NULL,"
    " hash BLOB NOT NULL) STRICT;"
    /* Against slips; who can write the file can drop these too, and then the hashes tell. */
    "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN"
    " SELECT RAISE(ABORT, 'the audit log is never changed'); END;"
    "CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN"
    " SELECT RAISE(ABORT, 'the audit log is never shortened'); END;";

enum { TRIES = 5, TEXT_SIZE = AUDIT_DETAIL_MAX + 1 };

/* The last line: where the next one stands. */
struct head {
    int64_t seq;
    uint8_t hash[DIGEST_SIZE];
};

static void copy_hash(const struct db_value *v, uint8_t out[DIGEST_SIZE])
{
    memset(out, 0, DIGEST_SIZE);
    if (v->type == DB_BLOB && v->len == DIGEST_SIZE)
        memcpy(out, v->octets, DIGEST_SIZE);
}

static bool take_head(void *arg, const struct db_value *columns, size_t count)
{
    struct head *h = arg;
    (void)count;
    h->seq = columns[0].num;
    copy_hash(&columns[1], h->hash);
    return false;
}

/* Copy s, at most max octets of it, cut at a character. */
static void cut(const char *s, size_t max, char *out)
{
    size_t n = s ? strlen(s) : 0;
    if (n > max) {
        n = max;
        while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(out, s ? s : "", n);
    out[n] = '\0';
}

/* The hash of a line that stands behind one of hash `before`. */
static void hash_line(const uint8_t before[DIGEST_SIZE], const struct audit_line *line,
                      uint8_t out[DIGEST_SIZE])
{
    struct digest_list list;
    char numbers[80];
    int n = snprintf(numbers, sizeof numbers, "%" PRId64 " %" PRId64 " %" PRId64, line->seq,
                     line->at_ms, line->person);
    digest_list_begin(&list);
    digest_list_add(&list, "before", before, DIGEST_SIZE);
    digest_list_add(&list, "seq at person", numbers, (size_t)n);
    digest_list_add(&list, "name", line->name, strlen(line->name));
    digest_list_add(&list, "action", line->action, strlen(line->action));
    digest_list_add(&list, "subject", line->subject, strlen(line->subject));
    digest_list_add(&list, "detail", line->detail, strlen(line->detail));
    digest_list_end(&list, out);
}

/* Put the line behind the last one. *put is false if another process was faster. */
static enum db_result put_line(struct db *db, struct audit_line *line, uint8_t hash[DIGEST_SIZE],
                               bool *put)
{
    struct head head = {0};
    int64_t changed = 0;
    enum db_result r = db_run(db, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", NULL,
                              &(struct db_rows){take_head, &head}, NULL);
    if (r != DB_OK)
        return r;
    line->seq = head.seq + 1;
    hash_line(head.hash, line, hash);
    r = db_run(db,
               "INSERT INTO audit (seq, at_ms, person, name, action, subject, detail, hash)"
               " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
               " WHERE NOT EXISTS (SELECT 1 FROM audit WHERE seq >= ?1)",
               (struct db_value[]){DB_I(line->seq), DB_I(line->at_ms), DB_I(line->person),
                                   DB_S(line->name), DB_S(line->action), DB_S(line->subject),
                                   DB_S(line->detail), DB_B((const char *)hash, DIGEST_SIZE),
                                   DB_END},
               NULL, &changed);
    *put = changed > 0;
    return r;
}

enum db_result audit_add(struct db *db, struct audit_line *line, uint8_t hash[DIGEST_SIZE])
{
    char name[PERSON_NAME_SIZE], action[AUDIT_ACTION_MAX + 1], subject[AUDIT_SUBJECT_MAX + 1],
        detail[TEXT_SIZE];
    uint8_t own[DIGEST_SIZE];
    struct audit_line cut_line = *line;
    cut(line->name, sizeof name - 1, name);
    cut(line->action, AUDIT_ACTION_MAX, action);
    cut(line->subject, AUDIT_SUBJECT_MAX, subject);
    cut(line->detail, AUDIT_DETAIL_MAX, detail);
    cut_line.name = name;
    cut_line.action = action;
    cut_line.subject = subject;
    cut_line.detail = detail;
    bool put = false;
    enum db_result r = DB_OK;
    for (int i = 0; i < TRIES && r == DB_OK && !put; i++)
        r = put_line(db, &cut_line, hash ? hash : own, &put);
    line->seq = cut_line.seq;
    return r == DB_OK && !put ? DB_FAILED : r;
}

enum db_result audit_try(struct console *c, const struct person *person, const char *action,
                         const char *subject, const char *detail)
{
    struct audit_line line = {.at_ms = console_now(c),
                              .person = person ? person->id : 0,
                              .name = person ? person->name : "",
                              .action = action,
                              .subject = subject,
                              .detail = detail};
    return audit_add(c->db, &line, NULL);
}

int audit_write(struct console *c, const struct person *person, const char *action,
                const char *subject, const char *detail)
{
    return audit_try(c, person, action, subject, detail) == DB_OK ? 0 : -1;
}

static const char *text_of(const struct db_value *v)
{
    return v->type == DB_TEXT ? v->octets : "";
}

static void read_line(const struct db_value *c, struct audit_line *line)
{
    *line = (struct audit_line){.seq = c[0].num,
                                .at_ms = c[1].num,
                                .person = c[2].num,
                                .name = text_of(&c[3]),
                                .action = text_of(&c[4]),
                                .subject = text_of(&c[5]),
                                .detail = text_of(&c[6])};
}

/* Whom to tell of the rows. */
struct listing {
    audit_fn fn;
    void *arg;
};

static bool take_line(void *arg, const struct db_value *columns, size_t count)
{
    const struct listing *l = arg;
    struct audit_line line;
    (void)count;
    read_line(columns, &line);
    return l->fn(l->arg, &line);
}

#define COLUMNS "SELECT seq, at_ms, person, name, action, subject, detail"
#define FILTER                                                                                     \
    " FROM audit WHERE at_ms >= ?1 AND (?2 = 0 OR at_ms < ?2) AND (?3 = 0 OR seq < ?3)"            \
    " AND (?4 = 0 OR person = ?4) AND substr(action, 1, length(?5)) = ?5 ORDER BY seq "

enum db_result audit_list(struct db *db, const struct audit_filter *f, audit_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    const char *action = f->action ? f->action : "";
    const struct db_value values[] = {DB_I(f->from_ms),
                                      DB_I(f->to_ms),
                                      DB_I(f->before_seq),
                                      DB_I(f->person),
                                      DB_S(action),
                                      DB_I(f->limit > 0 ? f->limit : INT64_MAX),
                                      DB_END};
    struct db_rows rows = {take_line, &l};
    if (f->oldest_first)
        return db_run(db, COLUMNS FILTER "LIMIT ?6", values, &rows, NULL);
    return db_run(db, COLUMNS FILTER "DESC LIMIT ?6", values, &rows, NULL);
}

/* Whom to tell of the areas. */
struct area_listing {
    audit_area_fn fn;
    void *arg;
};

static bool take_area(void *arg, const struct db_value *columns, size_t count)
{
    const struct area_listing *l = arg;
    (void)count;
    l->fn(l->arg, text_of(&columns[0]));
    return true;
}

enum db_result audit_areas(struct db *db, audit_area_fn fn, void *arg)
{
    struct area_listing l = {fn, arg};
    return db_run(db,
                  "SELECT DISTINCT substr(action, 1, instr(action || '.', '.') - 1) AS area"
                  " FROM audit ORDER BY area",
                  NULL, &(struct db_rows){take_area, &l}, NULL);
}

struct checking {
    struct head head;
    struct audit_state *state;
};

static bool check_line(void *arg, const struct db_value *columns, size_t count)
{
    struct checking *c = arg;
    struct audit_line line;
    uint8_t due[DIGEST_SIZE], is[DIGEST_SIZE];
    read_line(columns, &line);
    copy_hash(&columns[count - 1], is);
    hash_line(c->head.hash, &line, due);
    c->state->count++;
    if (c->state->wrong_seq == 0 &&
        (line.seq != c->head.seq + 1 || memcmp(due, is, DIGEST_SIZE) != 0))
        c->state->wrong_seq = line.seq;
    c->head.seq = line.seq;
    memcpy(c->head.hash, is, DIGEST_SIZE);
    return true;
}

enum db_result audit_check(struct db *db, struct audit_state *out)
{
    struct checking c = {.state = out};
    *out = (struct audit_state){0};
    enum db_result r = db_run(db, COLUMNS ", hash FROM audit ORDER BY seq", NULL,
                              &(struct db_rows){check_line, &c}, NULL);
    if (out->count > 0)
        digest_hex(c.head.hash, DIGEST_SIZE, out->head);
    return r;
}
