/* SPDX-License-Identifier: Apache-2.0 */
#include "phone/script.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "text/msisdn.h"

enum { NUMBER_LEAST = 6, FILE_MAX = 1 << 20, DAY_S = 86400 };

enum words { WORDS_NONE, WORDS_ONE, WORDS_TEXT, WORDS_SMS };

static const struct command {
    const char *name;
    enum script_what what;
    enum words words;
    const char *usage;
} commands[] = {
    {"phone", SCRIPT_PHONE, WORDS_ONE, "phone NUMBER"},
    {"dial", SCRIPT_DIAL, WORDS_ONE, "dial *1234#"},
    {"answer", SCRIPT_ANSWER, WORDS_TEXT, "answer TEXT"},
    {"sms", SCRIPT_SMS, WORDS_SMS, "sms 1234 TEXT"},
    {"hangup", SCRIPT_HANGUP, WORDS_NONE, "hangup"},
    {"drop", SCRIPT_DROP, WORDS_NONE, "drop"},
    {"wait", SCRIPT_WAIT, WORDS_ONE, "wait 5m"},
    {"sms-arrived", SCRIPT_ARRIVED, WORDS_NONE, "sms-arrived"},
    {"ended", SCRIPT_ENDED, WORDS_NONE, "ended"},
    {"silent", SCRIPT_SILENT, WORDS_NONE, "silent"},
    {"refused", SCRIPT_REFUSED, WORDS_ONE, "refused CODE"},
};

/* The reader: its place, and what a comparison would be with. */
struct reader {
    struct script *s;
    unsigned line;
    char mark;  /* of the lines being collected: '|', '<', or 0 */
    char ready; /* what may be compared: '|' after dial and answer, '<' after an SMS, or 0 */
    char *err;
};

__attribute__((format(printf, 2, 3))) static int fault(const struct reader *r, const char *fmt, ...)
{
    va_list args;
    int n = snprintf(r->err, SCRIPT_ERROR_MAX, "%s:%u: ", r->s->name, r->line);
    va_start(args, fmt);
    vsnprintf(r->err + n, (size_t)(SCRIPT_ERROR_MAX - n), fmt, args);
    va_end(args);
    return -1;
}

static struct script_step *add_step(struct reader *r, enum script_what what)
{
    struct script *s = r->s;
    struct script_step *more = realloc(s->steps, (s->step_count + 1) * sizeof *more);
    if (!more) {
        fault(r, "no memory; free some");
        return NULL;
    }
    s->steps = more;
    more += s->step_count++;
    *more = (struct script_step){.what = what, .line = r->line, .text = "", .to = ""};
    return more;
}

static int add_expected(struct reader *r, const struct script_expected *one)
{
    struct script *s = r->s;
    struct script_expected *more = realloc(s->expected, (s->expected_count + 1) * sizeof *more);
    if (!more)
        return fault(r, "no memory; free some");
    s->expected = more;
    s->expected[s->expected_count++] = *one;
    s->steps[s->step_count - 1].count++;
    return 0;
}

/* "| text", "|~ text", "| ..." and the same with "<". */
static int read_expected(struct reader *r, char *line)
{
    char mark = line[0];
    bool part = line[1] == '~';
    char *text = line + 1 + part;
    if (*text == ' ')
        text++;
    else if (*text != '\0')
        return fault(r, "a space is missing after %.*s", 1 + part, line);
    if (part && *text == '\0')
        return fault(r, "%c~ needs a text", mark);
    if (r->mark != mark) {
        if (r->ready != mark)
            return fault(r, mark == '|' ? "there is no screen here; dial or answer first"
                                        : "there is no SMS here; write sms or sms-arrived first");
        struct script_step *step = add_step(r, mark == '|' ? SCRIPT_SCREEN : SCRIPT_TEXT);
        if (!step)
            return -1;
        step->first = r->s->expected_count;
        r->mark = mark;
        r->ready = 0;
    }
    enum script_match match = part                       ? SCRIPT_PART
                              : strcmp(text, "...") == 0 ? SCRIPT_ANY
                                                         : SCRIPT_EXACT;
    return add_expected(r, &(struct script_expected){r->line, match, text});
}

static int read_duration(struct reader *r, struct script_step *step)
{
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, DAY_S};
    char *end;
    errno = 0;
    long n = strtol(step->text, &end, 10);
    const char *unit = *end ? strchr(units, *end) : NULL;
    if (errno || end == step->text || !unit || end[1] != '\0' || n < 1 || n > 100000)
        return fault(r, "%.40s is no time; write for example 30s, 5m, 2h or 1d", step->text);
    step->ms = n * seconds[unit - units] * 1000;
    r->s->turns_clock = true;
    return 0;
}

static int read_today(struct reader *r, const char *text)
{
    int32_t day;
    if (r->s->step_count > 0)
        return fault(r, "today must stand before all else");
    if (clock_parse_day(text, &day) < 0)
        return fault(r, "%.40s is no day; write for example 2026-06-01", text);
    r->s->start_ms = ((int64_t)day * DAY_S + DAY_S / 2) * 1000;
    r->s->turns_clock = true;
    return 0;
}

/* Give the step its words. */
static int read_words(struct reader *r, const struct command *c, struct script_step *step,
                      char *rest)
{
    size_t word = strcspn(rest, " ");
    bool good = c->words == WORDS_NONE  ? *rest == '\0'
                : c->words == WORDS_ONE ? word > 0 && rest[word] == '\0'
                : c->words == WORDS_SMS ? word > 0 && rest[word] == ' ' && rest[word + 1] != '\0'
                                        : *rest != '\0';
    if (!good)
        return fault(r, "write: %s", c->usage);
    step->text = rest;
    if (c->words == WORDS_SMS) {
        rest[word] = '\0';
        step->to = rest;
        step->text = rest + word + 1;
    }
    return 0;
}

static int check_step(struct reader *r, struct script_step *step)
{
    size_t n = strlen(step->text);
    if (step->what == SCRIPT_WAIT)
        return read_duration(r, step);
    if (step->what == SCRIPT_PHONE && (n < NUMBER_LEAST || !msisdn_valid(step->text, n)))
        return fault(r, "%.40s is no number; write 6 to 15 digits", step->text);
    return 0;
}

static char ready_after(enum script_what what, char before)
{
    switch (what) {
    case SCRIPT_DIAL:
    case SCRIPT_ANSWER:
        return '|';
    case SCRIPT_SMS:
    case SCRIPT_ARRIVED:
        return '<';
    case SCRIPT_ENDED:
        return before;
    default:
        return 0;
    }
}

static int read_command(struct reader *r, char *line)
{
    size_t n = strcspn(line, " ");
    char *rest = line + n + strspn(line + n, " ");
    if (n == 5 && strncmp(line, "today", n) == 0)
        return read_today(r, rest);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const struct command *c = &commands[i];
        if (strlen(c->name) != n || strncmp(line, c->name, n) != 0)
            continue;
        struct script_step *step = add_step(r, c->what);
        if (!step || read_words(r, c, step, rest) < 0 || check_step(r, step) < 0)
            return -1;
        r->mark = 0;
        r->ready = ready_after(c->what, r->ready);
        return 0;
    }
    return fault(r, "%.40s is no word of a transcript", line);
}

static int read_line(struct reader *r, char *line)
{
    const struct script *s = r->s;
    bool expected = line[0] == '|' || line[0] == '<';
    if (!utf8_valid(line, strlen(line)))
        return fault(r, "this is not UTF-8");
    if (line[0] == '\0' || line[0] == '#')
        return 0;
    if (s->step_count > 0 && s->steps[s->step_count - 1].what == SCRIPT_ARRIVED && line[0] != '<')
        return fault(r, "after sms-arrived lines with < must follow");
    return expected ? read_expected(r, line) : read_command(r, line);
}

static int read_all(struct reader *r)
{
    for (char *next, *line = r->s->memory; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        size_t n = strlen(line);
        if (n > 0 && line[n - 1] == '\r')
            line[n - 1] = '\0';
        r->line++;
        if (read_line(r, line) < 0)
            return -1;
    }
    const struct script *s = r->s;
    if (s->step_count == 0)
        return fault(r, "the transcript is empty");
    if (s->steps[s->step_count - 1].what == SCRIPT_ARRIVED)
        return fault(r, "after sms-arrived lines with < must follow");
    return 0;
}

struct script *script_parse(const char *text, const char *name, char err[SCRIPT_ERROR_MAX])
{
    struct script *s = calloc(1, sizeof *s);
    if (s)
        s->memory = strdup(text);
    if (!s || !s->memory) {
        snprintf(err, SCRIPT_ERROR_MAX, "%s: no memory; free some", name);
        script_free(s);
        return NULL;
    }
    snprintf(s->name, sizeof s->name, "%s", name);
    struct reader r = {.s = s, .err = err};
    if (read_all(&r) == 0)
        return s;
    script_free(s);
    return NULL;
}

struct script *script_read(const char *path, char err[SCRIPT_ERROR_MAX])
{
    struct script *s = NULL;
    char *text = calloc(1, FILE_MAX + 1);
    FILE *f = fopen(path, "r");
    size_t n = f && text ? fread(text, 1, FILE_MAX, f) : 0;
    if (!f || !text || ferror(f))
        snprintf(err, SCRIPT_ERROR_MAX, "%s: %s", path, strerror(errno));
    else if (n == FILE_MAX || strlen(text) != n)
        snprintf(err, SCRIPT_ERROR_MAX, "%s: is no text of less than 1 MiB", path);
    else
        s = script_parse(text, path, err);
    if (f)
        fclose(f);
    free(text);
    return s;
}

void script_free(struct script *s)
{
    if (!s)
        return;
    free(s->memory);
    free(s->steps);
    free(s->expected);
    free(s);
}
