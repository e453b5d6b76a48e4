/* SPDX-License-Identifier: Apache-2.0 */
/* A transcript: what a phone does, line by line, and what it should get.
 *
 *   # a comment
 *   today 2026-06-01    what the clock shows at first (offline only; before all else)
 *   phone 8562055512345 go on with that phone; each number has its own
 *   dial *1234#         dial
 *   answer 7            answer the screen
 *   sms 1234 FEES       send an SMS
 *   hangup, drop        the phone ends the session, or the network does
 *   wait 5m             turn the clock on: s, m, h or d (offline only)
 *   | a line            the whole screen after dial or answer, each line so
 *   | ...               any number of lines
 *   |~ a part           some line holds this
 *   < a line            the same for the SMS after sms or sms-arrived, with < ... and <~
 *   sms-arrived         one more SMS has come; its lines follow
 *   ended               the gateway has ended the session
 *   silent              the last message was settled without an answer
 *   refused CODE        the last message was refused with that code */
#ifndef ML_PHONE_SCRIPT_H
#define ML_PHONE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRIPT_ERROR_MAX = 512 };

enum script_what {
    SCRIPT_PHONE,
    SCRIPT_DIAL,
    SCRIPT_ANSWER,
    SCRIPT_SMS,
    SCRIPT_HANGUP,
    SCRIPT_DROP,
    SCRIPT_WAIT,
    SCRIPT_ARRIVED,
    SCRIPT_ENDED,
    SCRIPT_SILENT,
    SCRIPT_REFUSED,
    SCRIPT_SCREEN, /* lines to compare the screen with */
    SCRIPT_TEXT    /* lines to compare an SMS with */
};

enum script_match { SCRIPT_EXACT, SCRIPT_PART, SCRIPT_ANY };

struct script_expected {
    unsigned line;
    enum script_match match;
    const char *text;
};

struct script_step {
    enum script_what what;
    unsigned line;       /* in the file, from 1 */
    const char *text;    /* number, code, answer, SMS or refusal code; "" if none */
    const char *to;      /* SMS */
    int64_t ms;          /* wait */
    size_t first, count; /* of the script's expected lines */
};

struct script {
    char *memory; /* all strings point into it */
    char name[256];
    int64_t start_ms; /* of the line "today"; 0 if there is none */
    bool turns_clock; /* has "today" or "wait" */
    struct script_step *steps;
    size_t step_count;
    struct script_expected *expected;
    size_t expected_count;
};

/* Read a transcript from a file, or from memory with a name for messages. NULL with err, which
 * names `FILE:LINE: what, and the remedy`. */
struct script *script_read(const char *path, char err[SCRIPT_ERROR_MAX]);
struct script *script_parse(const char *text, const char *name, char err[SCRIPT_ERROR_MAX]);
void script_free(struct script *s); /* NULL is fine */

/* Is text as the expected lines of a step say? Else *line is the first one that is not. */
bool script_matches(const struct script *s, const struct script_step *step, const char *text,
                    unsigned *line);

#endif
