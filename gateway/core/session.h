/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway remembers of a subscriber, and its record in the store.
 *
 * The heart is the *view*: what the phone shows, as a few numbers. A screen is a pure function of
 * view, catalog and layout, so a repeated message is answered by drawing the stored view again, on
 * any gateway, without taking the step twice. */
#ifndef ML_CORE_SESSION_H
#define ML_CORE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digest_key;

enum {
    SESSION_FORM_MAX = 6,
    SESSION_TRAIL_MAX = 8,
    SESSION_ANSWERS = 4,    /* inbound ids whose answers can be given again */
    SESSION_SEEN_MAX = 128, /* inbound ids that are known as old */
    SESSION_SEEN_S = 600,   /* for at least this long */
    SESSION_CODE_MAX = 8,   /* language code with its NUL */
    SESSION_KEY_SIZE = 35   /* octets of a subscriber's key in the store, with its NUL */
};

/* The line above a screen. */
enum notice {
    NOTICE_NONE,
    NOTICE_INVALID,
    NOTICE_UNKNOWN_CODE,
    NOTICE_UNKNOWN_WORD,
    NOTICE_NOT_A_NUMBER,
    NOTICE_BAD_CASE,
    NOTICE_BAD_PIN
};

/* What the view's answer is. */
enum view_flags {
    VIEW_END = 1,             /* the dialogue is over after this screen */
    VIEW_SILENT = 2,          /* nothing is sent: settled with `none` */
    VIEW_LATIN = 4,           /* for a phone without our letters */
    VIEW_UNKNOWN_SESSION = 8, /* the bridge is also told that its session was unknown */
    VIEW_FILED = 16           /* what the form asked for is done: there is no way back into it */
};

struct view {
    uint32_t node;  /* key; 0 for no screen */
    uint16_t start; /* octets into the node's body */
    uint8_t notice; /* enum notice */
    uint8_t flags;  /* enum view_flags */
    uint8_t form_len;
    int64_t form[SESSION_FORM_MAX]; /* what the worker has entered at this node, meaning as the
                                       handler says */
    char lang[SESSION_CODE_MAX];    /* the language that it was drawn in */
};

/* An inbound message that has been answered. */
struct seen {
    uint64_t id; /* 48 bits of a hash over bridge and id */
    uint16_t at; /* s since 1970, modulo 2^16 */
};

enum dialogue { DIALOGUE_NONE, DIALOGUE_USSD, DIALOGUE_SMS };

struct session {
    uint64_t tag;     /* of this record; changes with each save; 0 for a new subscriber */
    uint64_t catalog; /* first 64 bits of the content version of the last screen */
    int64_t last_ms;  /* the last step, ms since 1970 */
    char lang[SESSION_CODE_MAX]; /* "" if never chosen */
    bool latin;                  /* the phone does not show our letters */
    bool stopped;                /* sent STOP */
    bool dropped;                /* the dialogue broke off and may be resumed */
    char home[3], dest[3];       /* remembered corridor, ISO 3166-1; "" if unknown */
    uint8_t stage;               /* remembered stage of migration; 0 if unknown */
    enum dialogue dialogue;
    uint32_t ussd_session; /* hash of the carrier's session */
    uint32_t pending;      /* node to show after the language was chosen; 0 for none */
    uint32_t loop_text;    /* hash of the last SMS that was no choice */
    uint8_t loop_count;
    uint16_t budget_day; /* day since 1970 that the next two count for */
    uint8_t filed_today; /* requests for help */
    uint8_t wrong_today; /* case numbers asked for with a wrong PIN */
    struct view now;
    uint8_t trail_len;
    uint32_t trail[SESSION_TRAIL_MAX]; /* nodes to go back to, the last is the nearest */
    uint8_t answer_count;
    struct view answers[SESSION_ANSWERS]; /* to seen[0], seen[1], …; the newest first */
    uint8_t seen_count;
    struct seen seen[SESSION_SEEN_MAX]; /* the newest first */
};

/* A subscriber of whom nothing is known. */
void session_init(struct session *s);

/* Write the record (format 2). Returns its octets, or 0 if cap is too small; PORTS_RECORD_MAX
 * always suffices. */
size_t session_encode(const struct session *s, uint8_t *out, size_t cap);

/* Read a record. Returns 0, or -1 if it is no record of a format that this program knows; *s is
 * then a new session but for its tag, so that it can be replaced. */
int session_decode(const uint8_t *record, size_t len, struct session *s);

/* The tag of a record: its first 8 octets; 0 if it is shorter. */
uint64_t session_tag(const uint8_t *record, size_t len);

/* The store's key of a subscriber: "{" 32 hex digits "}" of HMAC-SHA-256 over the MSISDN. */
void session_key(const char *secret, size_t secret_len, const char *msisdn,
                 char out[SESSION_KEY_SIZE]);

/* The same, with a key that was begun with the secret. */
void session_key_of(const struct digest_key *secret, const char *msisdn,
                    char out[SESSION_KEY_SIZE]);

#endif
