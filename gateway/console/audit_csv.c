/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "console/audit.h"

/* In quotes, which are doubled. A spreadsheet takes a field that begins with one of these for a
 * formula, quotes or not. */
static void put_text(FILE *out, const char *s, char after)
{
    fputc('"', out);
    if (s[0] != '\0' && strchr("=+-@\t\r", s[0]))
        fputc('\'', out);
    for (; *s; s++) {
        if (*s == '"')
            fputc('"', out);
        fputc(*s, out);
    }
    fputc('"', out);
    fputs(after == '\n' ? "\r\n" : ",", out);
}

static bool put_line(void *arg, const struct audit_line *line)
{
    FILE *out = arg;
    char at[32] = "";
    time_t s = (time_t)(line->at_ms / 1000);
    struct tm tm;
    if (gmtime_r(&s, &tm))
        strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &tm);
    fprintf(out, "%" PRId64 ",%s,%" PRId64 ",", line->seq, at, line->person);
    put_text(out, line->name, ',');
    put_text(out, line->action, ',');
    put_text(out, line->subject, ',');
    put_text(out, line->detail, '\n');
    return !ferror(out);
}

enum db_result audit_csv(struct db *db, const struct audit_filter *f, FILE *out)
{
    struct audit_filter all = *f;
    all.oldest_first = true;
    fputs("line,time,person,name,action,subject,detail\r\n", out);
    return audit_list(db, &all, put_line, out);
}
