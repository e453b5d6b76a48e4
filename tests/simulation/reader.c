/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/reader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/stage.h"

static const struct {
    const char *id;
    enum question question;
} prompts[] = {
    {"ui.resume", Q_RESUME},
    {"request.kind", Q_KIND},
    {"channels.where", Q_PLACE},
    {"request.contact", Q_WISH},
    {"request.safe", Q_SAFE},
    {"request.consent", Q_CONSENT},
    {"request.consent-anonymous", Q_CONSENT},
    {"request.failed", Q_FAILED},
    {"request.limit", Q_LIMIT},
    {"status.case", Q_CASE},
    {"status.pin", Q_PIN},
    {"status.stored", Q_STORED},
    {"status.new", Q_KNOWN},
    {"status.taken", Q_KNOWN},
    {"status.waiting", Q_KNOWN},
    {"status.closed", Q_KNOWN},
    {"status.unknown", Q_UNKNOWN},
    {"status.unreachable", Q_UNREACHABLE},
};

static const char *const kinds[] = {"overcharged", "unpaid",    "papers",
                                    "false-terms", "injury",    "violence",
                                    "trafficking", "dismissal", "other"};
static const char *const countries[] = {"LA", "TH", "KH", "MM", "VN", "CN"};
static const char *const wishes[] = {"request.call", "request.quiet", "request.none"};
static const char *const times[] = {"request.any", "request.morning", "request.afternoon",
                                    "request.evening"};

enum question reader_question(const struct stage *st, const char *screen)
{
    bool foreign = false;
    for (const char *p = screen; *p != '\0' && !foreign; p++)
        foreign = (unsigned char)*p > 127;
    if (foreign)
        return strstr(screen, "7 English") ? Q_LANGUAGE : Q_FOREIGN;
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++)
        if (strstr(screen, stage_say(st, prompts[i].id)))
            return prompts[i].question;
    return Q_OTHER;
}

void reader_options(const char *screen, struct options *out)
{
    out->count = 0;
    for (const char *line = screen; line && out->count < OPTIONS_MAX; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (line[0] < '1' || line[0] > '9' || line[1] != ' ')
            continue;
        size_t n = strcspn(line + 2, "\n");
        n = n < LABEL_MAX ? n : LABEL_MAX - 1;
        out->number[out->count] = line[0] - '0';
        memcpy(out->label[out->count], line + 2, n);
        out->label[out->count++][n] = '\0';
    }
}

const char *reader_label(const struct options *o, int number)
{
    for (unsigned i = 0; i < o->count; i++)
        if (o->number[i] == number)
            return o->label[i];
    return NULL;
}

bool reader_is(const struct stage *st, const char *label, const char *id)
{
    return label && strcmp(stage_say(st, id), label) == 0;
}

const char *reader_kind(const struct stage *st, const char *label)
{
    char id[48];
    size_t n = sizeof kinds / sizeof *kinds;
    for (size_t i = 0; i + 1 < n; i++) {
        snprintf(id, sizeof id, "problem.%s.label", kinds[i]);
        if (reader_is(st, label, id))
            return kinds[i];
    }
    return reader_is(st, label, "request.other") ? kinds[n - 1] : NULL;
}

const char *reader_country(const struct stage *st, const char *label)
{
    char id[16];
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        snprintf(id, sizeof id, "country.%s", countries[i]);
        if (reader_is(st, label, id))
            return countries[i];
    }
    return NULL;
}

static int find(const struct stage *st, const char *label, const char *const *ids, int count)
{
    for (int i = 0; i < count; i++)
        if (reader_is(st, label, ids[i]))
            return i;
    return -1;
}

int reader_wish(const struct stage *st, const char *label)
{
    return find(st, label, wishes, WISH_COUNT);
}

int reader_safe(const struct stage *st, const char *label)
{
    return find(st, label, times, SAFE_COUNT);
}

/* Exactly n digits, blanks between them skipped. Returns what follows, or NULL. */
static const char *digits(const char *p, size_t n, char *out)
{
    size_t len = 0;
    for (; len < n; p++) {
        if (*p == ' ' && len > 0)
            continue;
        if (!isdigit((unsigned char)*p))
            return NULL;
        out[len++] = *p;
    }
    out[len] = '\0';
    return isdigit((unsigned char)*p) ? NULL : p;
}

/* Read what stands for {case} and {pin} of a text. */
static bool match(const char *pattern, const char *text, char *case_no, char *pin)
{
    const char *to_case = strstr(pattern, "{case}"), *to_pin = strstr(pattern, "{pin}");
    char before[64], between[64];
    if (!to_case || !to_pin)
        abort();
    snprintf(before, sizeof before, "%.*s", (int)(to_case - pattern), pattern);
    to_case += strlen("{case}");
    snprintf(between, sizeof between, "%.*s", (int)(to_pin - to_case), to_case);
    const char *p = strstr(text, before);
    p = p ? digits(p + strlen(before), REQUEST_CASE_MAX, case_no) : NULL;
    if (!p || strncmp(p, between, strlen(between)) != 0)
        return false;
    return digits(p + strlen(between), REQUEST_PIN_MAX, pin);
}

bool reader_case(const struct stage *st, const char *text, char case_no[REQUEST_CASE_MAX + 1],
                 char pin[REQUEST_PIN_MAX + 1])
{
    return match(stage_say(st, "request.done"), text, case_no, pin) ||
           match(stage_say(st, "request.note"), text, case_no, pin);
}
