/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/show.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "casework/cases.h"
#include "casework/notes.h"
#include "casework/shared.h"

enum { CONTROL_END = 0x20, DELETE = 0x7F, C1_LEAD = 0xC2, C1_END = 0xA0 };

static const char COMMAND[] = "receive-requests";

int show_make_key(const char *folder)
{
    char secret_path[PATH_MAX], public_path[PATH_MAX], why[SEAL_ERROR_MAX];
    struct seal_secret s;
    int n = snprintf(secret_path, sizeof secret_path, "%s/requests.key", folder);
    if (n < 0 || (size_t)n >= sizeof secret_path)
        return shared_fail(COMMAND, "the path is too long; choose a shorter one");
    snprintf(public_path, sizeof public_path, "%s/requests.pub", folder);
    seal_make(&s);
    int failed = seal_write(&s, secret_path, public_path, why);
    seal_wipe(&s);
    if (failed)
        return shared_fail(COMMAND, why);
    printf("%s is the public key. Copy it to each gateway, and set there:\n"
           "  [request]\n  public_key_file = %s\n"
           "%s is the secret key. Keep it off the gateways, and a copy of it in a safe:\n"
           "without it nobody can open what was sealed. To open cases, set:\n"
           "  [receiver]\n  secret_key_file = %s\n",
           public_path, public_path, secret_path, secret_path);
    return shared_flush(COMMAND);
}

/* Open the cases for a person. NULL after saying why. */
static struct db *open_cases(const struct conf *c)
{
    char why[CONF_ERROR_MAX];
    struct db *db = NULL;
    if (shared_need_file(c->receiver_cases, "receiver.cases", why) == 0)
        db = cases_open(c->receiver_cases, why);
    if (!db)
        shared_fail(COMMAND, why);
    return db;
}

/* Close; returns the exit status of what was done. */
static int close_cases(struct db *db, enum db_result r)
{
    int status = r == DB_OK ? shared_flush(COMMAND) : shared_fail(COMMAND, db_error(db));
    db_close(db);
    return status;
}

static void print_row(void *arg, const struct case_row *row)
{
    char at[SHARED_TIME_MAX], since[SHARED_TIME_MAX];
    ++*(size_t *)arg;
    printf("%-9s  %-7s  %s  %s  %-12s  %-2s  %-5s  %-9s  %-3s  %-4s  %s%s\n", row->case_no,
           row->state, shared_time(row->state_ms, since), shared_time(row->at_ms, at), row->kind,
           row->country, row->wish, row->safe, row->lang, row->channel, row->id,
           row->removed_ms ? "  removed" : "");
}

static void print_row_json(void *arg, const struct case_row *row)
{
    size_t *n = arg;
    printf("%s\n{", (*n)++ == 0 ? "" : ",");
    shared_json("case", row->case_no, true);
    shared_json("id", row->id, false);
    shared_json("state", row->state, false);
    shared_json("kind", row->kind, false);
    shared_json("country", row->country, false);
    shared_json("wish", row->wish, false);
    shared_json("safe", row->safe, false);
    shared_json("lang", row->lang, false);
    shared_json("channel", row->channel, false);
    shared_json("bridge", row->bridge, false);
    printf(",\"at\":%" PRId64 ",\"stored\":%" PRId64 ",\"since\":%" PRId64 ",\"removed\":%s}",
           row->at_ms, row->stored_ms, row->state_ms, row->removed_ms ? "true" : "false");
}

int show_list(const struct conf *c, bool json)
{
    size_t n = 0;
    struct db *db = open_cases(c);
    if (!db)
        return 1;
    printf(json ? "{\"cases\":["
                : "CASE       STATE    SINCE                 FILED                 KIND          "
                  "IN  WISH   SAFE       LANG BY    ID\n");
    enum db_result r = cases_list(db, json ? print_row_json : print_row, &n);
    if (json)
        puts("]}");
    else
        printf("%zu cases\n", n);
    return close_cases(db, r);
}

/* A worker's words must not steer the terminal of whoever reads them: control characters (C0 but
 * for line feeds, DEL, and C1 of U+0080 to U+009F) are shown as "?". */
static void print_plain(const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s, next = (unsigned char)s[1];
        bool is_c1 = c == C1_LEAD && next < C1_END;
        if (is_c1 && next != '\0')
            s++;
        putchar(is_c1 || (c < CONTROL_END && c != '\n') || c == DELETE ? '?' : c);
    }
}

/* What show_case hands to each row. */
struct opening {
    const struct seal_secret *key;
    struct db *db;
    size_t found;
    bool failed;
};

static void print_choices(const struct case_row *row)
{
    static const char *const wishes[][2] = {{"call", "may be called"},
                                            {"quiet", "may be called; leave NO message"},
                                            {"none", "must not be called; no number was kept"}};
    static const char *const times[][2] = {{"any", "at any time"},
                                           {"morning", "in the morning, 6-12"},
                                           {"afternoon", "in the afternoon, 12-18"},
                                           {"evening", "in the evening, 18-22"}};
    char at[SHARED_TIME_MAX], since[SHARED_TIME_MAX];
    const char *wish = row->wish, *safe = row->safe;
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        wish = strcmp(wishes[i][0], row->wish) == 0 ? wishes[i][1] : wish;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        safe = strcmp(times[i][0], row->safe) == 0 ? times[i][1] : safe;
    printf("Case      %s (%s)\n"
           "State     %s since %s\n"
           "Filed     %s by %s (%s)\n"
           "About     %s, in %s\n"
           "Language  %s\n"
           "Wish      %s\n"
           "Safe      %s, in the time of that country\n",
           row->case_no, row->id, row->state, shared_time(row->state_ms, since),
           shared_time(row->at_ms, at), row->channel, row->bridge, row->kind, row->country,
           row->lang, wish, safe);
}

static void print_sealed(struct opening *o, const struct case_row *row)
{
    static const char why[] =
        "the case cannot be opened: it was sealed for another key, or is damaged; look which "
        "public key the gateways use";
    const char *msisdn, *text;
    struct request_read r = {.sealed = row->sealed, .sealed_len = row->sealed_len};
    char *scratch = malloc(REQUEST_PAYLOAD_MAX + 1);
    snprintf(r.request.id, sizeof r.request.id, "%s", row->id);
    snprintf(r.request.case_no, sizeof r.request.case_no, "%s", row->case_no);
    if (scratch && request_codec_open(&r, o->key, scratch, &msisdn, &text) == 0) {
        printf("Number    %s%s\n", msisdn[0] ? "+" : "not kept", msisdn);
        fputs("Text      ", stdout);
        print_plain(text[0] ? text : "none");
        putchar('\n');
        explicit_bzero(scratch, REQUEST_PAYLOAD_MAX + 1);
    } else {
        o->failed = true;
        shared_fail(COMMAND, scratch ? why : "no memory; free some");
    }
    free(scratch);
}

static void print_note(void *arg, const struct note *n)
{
    char at[SHARED_TIME_MAX];
    struct opening *o = arg;
    printf("Note      %s, by person %" PRId64 ": ", shared_time(n->at_ms, at), n->who);
    print_plain(n->text ? n->text : "cannot be opened with this key");
    putchar('\n');
    o->failed |= !n->text;
}

/* Whom the console's people are, the console alone knows. */
static void print_work(const struct case_row *row)
{
    char until[SHARED_TIME_MAX];
    if (row->assignee)
        printf("Taken by  person %" PRId64 " of the console\n", row->assignee);
    if (row->waiting_until)
        printf("Waits     until %s\n", shared_time(row->waiting_until, until));
    if (row->outcome[0])
        printf("Outcome   %s\n", row->outcome);
}

static void print_case(void *arg, const struct case_row *row)
{
    struct opening *o = arg;
    if (o->found++ > 0)
        puts("\nAnother case has the same number:");
    print_choices(row);
    print_work(row);
    if (row->removed_ms)
        puts("Number    removed\nText      removed");
    else
        print_sealed(o, row);
    if (notes_read(o->db, o->key, row->id, print_note, o) != DB_OK)
        o->failed = true;
}

int show_case(const struct conf *c, const char *which, const char *key_file)
{
    char why[SEAL_ERROR_MAX];
    struct seal_secret key;
    struct opening o = {.key = &key};
    if (key_file[0] == '\0')
        return shared_fail(COMMAND, "no key: give --key FILE, or set receiver.secret_key_file");
    if (seal_read_secret(key_file, &key, why) < 0)
        return shared_fail(COMMAND, why);
    struct db *db = o.db = open_cases(c);
    int status = db ? close_cases(db, cases_find(db, which, print_case, &o)) : 1;
    seal_wipe(&key);
    if (status == 0 && o.found == 0)
        return shared_fail(COMMAND, "there is no such case; --list shows all");
    return o.failed ? 1 : status;
}

static enum db_result set_one(struct db *db, const char *which, enum case_state state,
                              int64_t *changed)
{
    struct clock clock = clock_system();
    enum db_result r = db_begin(db);
    if (r != DB_OK)
        return r;
    r = cases_set(db, which, state, clock_now(&clock), changed);
    if (r == DB_OK && *changed == 1)
        return db_commit(db);
    db_rollback(db);
    return r;
}

int show_set(const struct conf *c, const char *wish)
{
    char which[REQUEST_ID_MAX + 1];
    int64_t changed = 0;
    const char *equals = strchr(wish, '=');
    int state = equals ? request_codec_state_of(equals + 1) : -1;
    if (!equals || equals - wish > REQUEST_ID_MAX || state < CASE_NEW || state > CASE_CLOSED)
        return shared_usage("mekongline receive-requests: write --set CASE=STATE, with one of new, "
                            "taken, waiting, closed\n");
    snprintf(which, sizeof which, "%.*s", (int)(equals - wish), wish);
    struct db *db = open_cases(c);
    if (!db)
        return 1;
    enum db_result r = set_one(db, which, (enum case_state)state, &changed);
    if (r == DB_OK && changed == 1)
        printf("%s is %s\n", which, equals + 1);
    int status = close_cases(db, r);
    if (status == 0 && changed == 0)
        return shared_fail(COMMAND, "there is no such case; --list shows all");
    if (status == 0 && changed > 1)
        return shared_fail(COMMAND, "several cases have that number; write the id of one (--list)");
    return status;
}
