/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for help as plain data: what a worker asks for, what the case work answers. PROTOCOL.md,
 * section 8, is the contract on the wire.
 *
 * Everything that names a request follows from its reference, and the reference follows from the
 * inbound message that filed it. So the same message repeated, on any gateway, after any crash, is
 * the same request under the same case number. */
#ifndef ML_MESSAGE_REQUEST_H
#define ML_MESSAGE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message/message.h"

enum {
    REQUEST_ID_MAX = 16,      /* hex digits of the reference */
    REQUEST_CASE_MAX = 9,     /* digits of a case number, the last is its check digit */
    REQUEST_PIN_MAX = 4,      /* digits */
    REQUEST_PROOF_MAX = 16,   /* hex digits */
    REQUEST_SUBJECT_MAX = 32, /* hex digits */
    REQUEST_KIND_MAX = 24,
    REQUEST_PAYLOAD_MAX = 20480 /* octets of a request on the wire: a text of MESSAGE_TEXT_MAX
                                   octets, each escaped, padded, sealed and in base64 */
};

/* How the worker may be reached. The numbers are part of stored sessions. */
enum contact_wish { WISH_CALL, WISH_QUIET, WISH_NONE, WISH_COUNT };

/* When a call is safe, in the time of the country where the worker is. */
enum safe_time { SAFE_ANY, SAFE_MORNING, SAFE_AFTERNOON, SAFE_EVENING, SAFE_COUNT };

/* A request for help. Strings are NUL-terminated; text and msisdn are borrowed. */
struct request {
    char id[REQUEST_ID_MAX + 1];
    char case_no[REQUEST_CASE_MAX + 1];
    char proof[REQUEST_PROOF_MAX + 1];     /* shows that somebody knows the PIN; request_proof */
    char subject[REQUEST_SUBJECT_MAX + 1]; /* pseudonym of the worker; "" if anonymous */
    int64_t at;                            /* ms since 1970 */
    char bridge[MESSAGE_BRIDGE_MAX + 1];
    bool sms;                        /* the worker writes SMS; else USSD */
    char kind[REQUEST_KIND_MAX + 1]; /* of problem, such as "unpaid" */
    char country[3];                 /* where the worker is, ISO 3166-1 */
    enum contact_wish wish;
    enum safe_time safe;
    char lang[8];       /* of the dialogue */
    const char *msisdn; /* "" if anonymous; sealed on the wire and at rest */
    const char *text;   /* in the worker's own words, "" if none; sealed likewise */
    size_t text_len;
};

/* What became of a filing. */
enum filed {
    FILED_OK,     /* on disk; it may be confirmed */
    FILED_FULL,   /* the journal holds as many as it may */
    FILED_FAILED, /* the disk or the journal does not work, or none is configured */
    FILED_LIMIT   /* this worker has filed enough today */
};

/* A worker asks how a case stands. */
struct case_ask {
    char case_no[REQUEST_CASE_MAX + 1];
    char proof[REQUEST_PROOF_MAX + 1];
};

/* How a case stands. The numbers are part of stored sessions. */
enum case_state {
    CASE_UNKNOWN, /* no case with that number and PIN */
    CASE_STORED,  /* on a gateway's disk, not yet with the case work */
    CASE_NEW,     /* with the case work, nobody has taken it */
    CASE_TAKEN,
    CASE_WAITING, /* for somebody else's answer */
    CASE_CLOSED,
    CASE_UNREACHABLE, /* nobody could be asked */
    CASE_STATES
};

/* The reference of the request that an inbound message files: 56 bits, never 0. */
uint64_t request_ref(const void *secret, size_t secret_len, const char *bridge, const char *mo_id);

/* Id, case number and PIN of a reference. The id is the reference's 14 hex digits and 00, so that
 * its first two, the shard of its topic, are any. Two requests may have one case number, for it is
 * short; number and PIN together name a case. */
void request_id(uint64_t ref, char out[REQUEST_ID_MAX + 1]);
void request_case(const void *secret, size_t secret_len, uint64_t ref,
                  char case_no[REQUEST_CASE_MAX + 1], char pin[REQUEST_PIN_MAX + 1]);

/* What shows to the case work that somebody knows a case's PIN. */
void request_proof(const void *secret, size_t secret_len, const char *case_no, const char *pin,
                   char out[REQUEST_PROOF_MAX + 1]);

/* The pseudonym of a worker in journals and cases. It is not the key of the sessions. */
void request_subject(const void *secret, size_t secret_len, const char *msisdn,
                     char out[REQUEST_SUBJECT_MAX + 1]);

/* Nine digits of which the last is right (ISO/IEC 7064, MOD 11,10)? It finds every wrong digit and
 * nearly every swap of neighbours. The numbers of request_case do not begin with 0. */
bool request_case_valid(const char *case_no);

#endif
