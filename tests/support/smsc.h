/* SPDX-License-Identifier: Apache-2.0 */
/* A carrier's SMSC in the test's own loop: it listens on a Unix socket, accepts every bind and
 * every submit_sm, and notes what comes. All fail the test by themselves (cmocka). */
#ifndef ML_TESTS_SUPPORT_SMSC_H
#define ML_TESTS_SUPPORT_SMSC_H

#include "smpp/pdu.h"
#include "support/server.h"

enum { SMSC_BINDS_MAX = 8, SMSC_SEEN_MAX = 512, SMSC_INPUT_MAX = 8192 };

/* A PDU that came. */
struct smsc_pdu {
    int bind; /* over which connection */
    uint32_t command, status, sequence;
    char text[64]; /* beginning of the message, if it is printable ASCII */
};

/* A connection; they are counted in the order in which they came. */
struct smsc_bind {
    struct smsc *smsc;
    int number, fd;   /* fd is -1 when it has ended */
    uint32_t command; /* of the bind; 0: none yet */
    size_t len;
    uint8_t input[SMSC_INPUT_MAX];
};

struct smsc {
    struct loop *loop;
    char path[SERVER_PATH_MAX];
    int listener;     /* -1: it refuses connections */
    bool silent;      /* submit_sm are not answered */
    uint32_t refuses; /* status of the answers to submit_sm */
    struct smsc_bind bind[SMSC_BINDS_MAX];
    int binds;
    uint32_t sequence;
    struct smsc_pdu seen[SMSC_SEEN_MAX];
    size_t seen_count;
    void (*submitted)(void *arg); /* after each submit_sm; may be NULL */
    void *arg;
};

void smsc_open(struct smsc *s, struct loop *loop, const char *path);
void smsc_close(struct smsc *s);

/* Refuse connections from now on, or take them again. */
void smsc_refuse(struct smsc *s);
void smsc_listen(struct smsc *s);

/* Wait for the n-th connection (from 0) and its bind. */
void smsc_await_bind(struct smsc *s, int n);

/* Wait until the other side has closed it. */
void smsc_await_end(struct smsc *s, int n);

/* Say a PDU over a connection, its sequence number is given here and returned. */
uint32_t smsc_say(struct smsc *s, int n, const struct pdu *p);

/* Deliver a text of 8562055512345 to 1234, with six octets before it (a user data header, or NULL);
 * or with the op, as USSD. */
uint32_t smsc_deliver(struct smsc *s, int n, const char *header, const char *text);
uint32_t smsc_deliver_ussd(struct smsc *s, int n, uint8_t op, const char *text);

/* The status of our answer to that deliver_sm; -1: none. And wait for it. */
long smsc_answer(const struct smsc *s, uint32_t sequence);
long smsc_await_answer(struct smsc *s, uint32_t sequence);

/* How many PDUs of that command came; and wait for the n-th. */
int smsc_count(const struct smsc *s, uint32_t command);
void smsc_await_count(struct smsc *s, uint32_t command, int n);

/* Close a connection. */
void smsc_drop(struct smsc *s, int n);

#endif
