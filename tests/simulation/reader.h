/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody who reads English makes of a screen. */
#ifndef ML_SIMULATION_READER_H
#define ML_SIMULATION_READER_H

#include <stdbool.h>

#include "message/request.h"

struct stage;

enum question {
    Q_OTHER,
    Q_LANGUAGE,
    Q_RESUME,
    Q_KIND,
    Q_PLACE,
    Q_WISH,
    Q_SAFE,
    Q_CONSENT,
    Q_FAILED,
    Q_LIMIT,
    Q_CASE,
    Q_PIN,
    Q_STORED,
    Q_KNOWN,
    Q_UNKNOWN,
    Q_UNREACHABLE,
    Q_FOREIGN /* not in English */
};

enum { OPTIONS_MAX = 9, LABEL_MAX = 64 };

/* The numbered lines of a screen. */
struct options {
    unsigned count;
    int number[OPTIONS_MAX];
    char label[OPTIONS_MAX][LABEL_MAX];
};

enum question reader_question(const struct stage *st, const char *screen);

void reader_options(const char *screen, struct options *out);

/* The label of a line, NULL if no line has that number. */
const char *reader_label(const struct options *o, int number);

/* Which kind of problem, country (an index into reader_countries), wish or time a label names; NULL
 * or -1 if none. */
const char *reader_kind(const struct stage *st, const char *label);
const char *reader_country(const struct stage *st, const char *label);
int reader_wish(const struct stage *st, const char *label);
int reader_safe(const struct stage *st, const char *label);

/* Does the label stand for that text? */
bool reader_is(const struct stage *st, const char *label, const char *id);

/* Number and PIN of a case that a text confirms. */
bool reader_case(const struct stage *st, const char *text, char case_no[REQUEST_CASE_MAX + 1],
                 char pin[REQUEST_PIN_MAX + 1]);

#endif
