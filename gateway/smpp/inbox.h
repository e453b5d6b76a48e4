/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of the carrier in hand, and those that it may deliver again. SMPP gives an inbound
 * message no name, so one is told from another by its print (a hash over all that it is). The same
 * print is the same message, with the same id,
 *
 *   - while it is in hand: the carrier has lost patience or its connection;
 *   - after we have asked for it again (temporary error);
 *   - on a new connection, if the old one broke before our answer, or within INBOX_UNSURE_MS after
 *     it: then it may not have arrived.
 *
 * Otherwise it is another message that says the same: "1", then "1" again. A print that the carrier
 * itself made unique (a profile's mo_id) makes an id that even another process finds again. */
#ifndef ML_SMPP_INBOX_H
#define ML_SMPP_INBOX_H

#include "smpp/ussd.h"

enum { INBOX_PRINT = 16, INBOX_UNSURE_MS = 10000, INBOX_KEEP_MS = 600000 };

/* A message in hand. Plain data; owned by the inbox. */
struct inbox_item {
    char id[MESSAGE_ID_MAX + 1]; /* of the MO */
    bool held; /* SMS: the gateway has answered it, and the answer is on its way to the carrier */
    bool ussd;
    struct ussd_context context; /* ussd */
    int64_t until;               /* ussd: when the carrier stops waiting for a screen, ms */
    uint64_t parts;              /* SMS: its id in parts.h, or 0 */
};

struct inbox_print {
    uint8_t octets[INBOX_PRINT];
    bool stable; /* unique for good */
};

/* Whose answers a message waits for: tokens of deliver_sm (esme.h). */
struct inbox_tokens {
    const uint64_t *list;
    size_t count;
};

struct inbox;

struct inbox_options {
    size_t in_hand; /* messages, at most */
    /* Messages in hand and prints remembered, at most; the oldest prints leave first. */
    size_t known;
    void *arg;
    /* Returns 0, or -1 if the token is void: nobody hears that answer. It may call inbox_lost. */
    int (*answer)(void *arg, uint64_t token, uint32_t status);
};

struct inbox *inbox_new(const struct inbox_options *o); /* NULL without memory */
void inbox_free(struct inbox *b);                       /* answers nothing */

/* Take a message. It is told in *again whether its id was known before. Returns NULL if as many are
 * in hand as may be, or without memory: nobody has answered the tokens then. The item lives until
 * inbox_close. */
struct inbox_item *inbox_take(struct inbox *b, const struct inbox_print *print,
                              struct inbox_tokens tokens, int64_t now, bool *again);

struct inbox_item *inbox_find(struct inbox *b, const char *id); /* in hand, or NULL */

/* Answer all of its tokens with status. again: the carrier will deliver it again. */
void inbox_close(struct inbox *b, const char *id, uint32_t status, bool again, int64_t now);

/* A connection that delivers is lost: answers given lately may not have arrived. */
void inbox_lost(struct inbox *b, int64_t now);

void inbox_tick(struct inbox *b, int64_t now);
size_t inbox_in_hand(const struct inbox *b);

#endif
