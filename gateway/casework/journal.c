/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline journal`: what waits in a gateway's journal. The gateway may run meanwhile. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "casework/casework.h"
#include "casework/shared.h"
#include "io/journal_table.h"

static const char COMMAND[] = "journal";

static const char help[] =
    "Usage: mekongline journal -c FILE [--all] [--json]\n"
    "       mekongline journal -c FILE --resend ID|all\n"
    "Print the requests for help that wait in the journal (request.journal) for the case work,\n"
    "the oldest first. Nobody can read here what they say.\n"
    "  -c FILE      the configuration\n"
    "  --all        also those that are acknowledged\n"
    "  --json       print one JSON object; times in ms since 1970\n"
    "  --resend ID  mark as not acknowledged, so that the gateway sends it again; `all` for all\n"
    "Exit status: 0 done, 1 it could not be done, 2 wrong words.\n";

/* The words of the command line. */
struct wish {
    const char *conf, *resend;
    bool all, json;
};

struct listing {
    const struct wish *wish;
    size_t printed, waiting, acked;
};

static void print_plain(const struct journal_row *row)
{
    char at[SHARED_TIME_MAX], acked[SHARED_TIME_MAX];
    printf("%-16s  %-9s  %s  %6zu  %s%s\n", row->id, row->case_no[0] ? row->case_no : "-",
           shared_time(row->at_ms, at), row->len, row->acked_ms ? "acknowledged " : "waits",
           row->acked_ms ? shared_time(row->acked_ms, acked) : "");
}

static void print_json(const struct journal_row *row, bool first)
{
    fputs(first ? "\n{" : ",\n{", stdout);
    shared_json("id", row->id, true);
    shared_json("case", row->case_no, false);
    printf(",\"at\":%" PRId64 ",\"octets\":%zu,\"acknowledged\":", row->at_ms, row->len);
    if (row->acked_ms)
        printf("%" PRId64 "}", row->acked_ms);
    else
        fputs("null}", stdout);
}

/* All rows are counted, whichever are printed. */
static bool take_row(void *arg, const struct journal_row *row)
{
    struct listing *l = arg;
    if (row->acked_ms)
        l->acked++;
    else
        l->waiting++;
    if (row->acked_ms && !l->wish->all)
        return true;
    if (l->wish->json)
        print_json(row, l->printed == 0);
    else
        print_plain(row);
    l->printed++;
    return true;
}

static int list(struct db *db, const struct wish *w)
{
    struct listing l = {.wish = w};
    fputs(w->json ? "{\"entries\":[" : "", stdout);
    enum db_result r = journal_table_list(db, false, take_row, &l);
    if (r != DB_OK)
        return shared_fail(COMMAND, db_error(db));
    if (w->json)
        printf("],\n\"waiting\":%zu,\"acknowledged\":%zu}\n", l.waiting, l.acked);
    else
        printf("%zu wait, %zu acknowledged\n", l.waiting, l.acked);
    return shared_flush(COMMAND);
}

static int resend(struct db *db, const char *id)
{
    int64_t marked = 0;
    bool all = strcmp(id, "all") == 0;
    enum db_result r = db_begin(db);
    if (r == DB_OK)
        r = journal_table_resend(db, all ? "" : id, &marked);
    if (r == DB_OK)
        r = db_commit(db);
    if (r != DB_OK)
        return shared_fail(COMMAND, db_error(db));
    if (marked == 0 && !all)
        return shared_fail(COMMAND, "no acknowledged entry has that id; --all shows them");
    printf("%" PRId64 " marked as not acknowledged; the gateway sends them again\n", marked);
    return shared_flush(COMMAND);
}

/* Read the words. Returns -1 to go on, else the exit status. */
static int read_words(int argc, char **argv, struct wish *w)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'},
        {"all", no_argument, NULL, 'a'},          {"json", no_argument, NULL, 'j'},
        {"resend", required_argument, NULL, 'r'}, {0}};
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'c')
            w->conf = optarg;
        else if (o == 'a')
            w->all = true;
        else if (o == 'j')
            w->json = true;
        else if (o == 'r')
            w->resend = optarg;
        else if (o == 'h')
            return fputs(help, stdout) < 0;
        else
            return shared_usage(help);
    }
    bool astray = w->resend && (w->all || w->json || w->resend[0] == '\0');
    return optind < argc || !w->conf || astray ? shared_usage(help) : -1;
}

int casework_journal(int argc, char **argv)
{
    char why[CONF_ERROR_MAX];
    struct conf c;
    struct wish w = {.conf = NULL};
    int status = read_words(argc, argv, &w);
    if (status >= 0)
        return status;
    if (conf_load(w.conf, &c, why) < 0)
        return shared_usage(why);
    if (shared_need_file(c.request_journal, "request.journal", why) < 0)
        return shared_fail(COMMAND, why);
    struct db *db = journal_table_open(c.request_journal, why);
    if (!db)
        return shared_fail(COMMAND, why);
    status = w.resend ? resend(db, w.resend) : list(db, &w);
    db_close(db);
    return status;
}
