/* SPDX-License-Identifier: Apache-2.0 */
/* Phones and the people who hold them: they read what the screen says and choose. */
#ifndef ML_SIMULATION_PHONE_H
#define ML_SIMULATION_PHONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message/request.h"
#include "simulation/reader.h"

struct sim;
struct wire;

enum { PHONES_MAX = 5, SCREEN_MAX = 1400, CASES_MAX = 16 };

/* What somebody wants of a dialogue. */
enum plan { PLAN_WANDER, PLAN_REQUEST, PLAN_STATUS };

/* What somebody has chosen in a request. */
struct choices {
    char kind[REQUEST_KIND_MAX + 1]; /* "" if the phone does not know */
    char country[3];
    int wish, safe; /* -1 if not chosen */
    bool with_note, with_text;
    unsigned input; /* that sent it */
};

/* A confirmation that a phone has seen. */
struct confirmed {
    unsigned phone;
    char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    struct choices choices;
    bool choices_known;
    bool excused; /* somebody who knows the case could not be asked */
};

struct phone {
    unsigned index;
    char msisdn[16];
    char language[4]; /* what is answered to the first screen */
    bool reads_english;
    unsigned dialogues_left, sessions;
    enum plan plan;
    bool sms;   /* the dialogue is by SMS */
    bool is_on; /* a dialogue is under way */
    char session[24];
    int waiting;     /* input without an answer yet, or -1 */
    unsigned steps;  /* of this dialogue */
    unsigned turn;   /* changes with each step: what was planned before is void */
    uint64_t newest; /* order of the last of its messages that the broker passed on */
    char screen[SCREEN_MAX];
    enum question asking; /* what the screen asks */
    bool ended;           /* no reply box */
    struct choices choices;
    bool kind_known;
    bool stopped;      /* sent STOP */
    bool confused;     /* two answers may have crossed: what was chosen is not sure */
    bool was_doubtful; /* when the dialogue began, the store was */
    unsigned doubts;   /* then */
    long looking_for;  /* the confirmed case that was typed; -1 for none */
};

void phone_init(struct sim *s, unsigned index);

/* The answer to an input came, or none will come. */
void phone_show(struct sim *s, unsigned phone, unsigned input, const struct wire *w);
void phone_failed(struct sim *s, unsigned phone, unsigned input);

/* An SMS came that answers nothing. */
void phone_sms(struct sim *s, unsigned phone, const struct wire *w);

/* Are all dialogues over? */
bool phone_is_done(const struct phone *p);

#endif
