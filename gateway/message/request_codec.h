/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, acknowledgements and what goes with them as JSON; PROTOCOL.md, section 8, names every
 * member. Number and free text of a request are sealed (base/seal.h): writing needs the public key,
 * reading them back the secret one. */
#ifndef ML_MESSAGE_REQUEST_CODEC_H
#define ML_MESSAGE_REQUEST_CODEC_H

#include "base/buf.h"
#include "base/seal.h"
#include "message/request.h"

enum { REQUEST_WHY_MAX = 128, REQUEST_ASK_ID_MAX = 48 };

/* Write a request, sealed for the case work. Sets out->full if it does not fit; never if out has
 * REQUEST_PAYLOAD_MAX + 1 octets. Returns 0, or -1 and writes nothing: without memory, or if a
 * member is none that request_codec_read and request_codec_open would take, for nobody could ever
 * acknowledge it. A text that is escaped to more than twice MESSAGE_TEXT_MAX octets (thousands of
 * control characters) is none. */
int request_codec_write(const struct request *r, const struct seal_public *key, struct buf *out);

/* Write the order to forget a worker. */
void request_codec_write_forget(const char *id, const char *subject, struct buf *out);

/* What stands on ROOT/request/SHARD, as the receiver reads it. */
struct request_read {
    bool is_forget;         /* an order to forget `request.subject`; only id and subject are set */
    struct request request; /* msisdn and text are "" */
    const char *sealed;     /* base64 as received, "" if there is nothing sealed */
    size_t sealed_len;
};

/* scratch holds REQUEST_PAYLOAD_MAX + 1 octets and backs sealed. Returns 0, or -1 with why: a
 * sentence that names the member and never repeats a value. */
int request_codec_read(const char *payload, size_t len, char *scratch, struct request_read *out,
                       char why[REQUEST_WHY_MAX]);

/* Open what was sealed: number and text, "" where there is none, also if nothing is sealed. scratch
 * holds REQUEST_PAYLOAD_MAX + 1 octets, backs both and holds them in clear: wipe it. Returns 0, or
 * -1: another key, or damaged, or sealed for another request. */
int request_codec_open(const struct request_read *r, const struct seal_secret *key, char *scratch,
                       const char **msisdn, const char **text);

/* The short payloads. Their readers return 0, or -1 and leave what they fill as it is.
 *
 * The acknowledgement of an entry: {"v":1,"id":…}. */
void request_codec_write_ack(const char *id, struct buf *out);
int request_codec_read_ack(const char *payload, size_t len, char id[REQUEST_ID_MAX + 1]);

/* How does a case stand? ask_id names question and answer. */
void request_codec_write_ask(const char *ask_id, const struct case_ask *ask, struct buf *out);
int request_codec_read_ask(const char *payload, size_t len, char ask_id[REQUEST_ASK_ID_MAX + 1],
                           struct case_ask *ask);
void request_codec_write_state(const char *ask_id, enum case_state state, struct buf *out);
int request_codec_read_state(const char *payload, size_t len, char ask_id[REQUEST_ASK_ID_MAX + 1],
                             enum case_state *state);

/* An order to all running gateways to forget a subscriber: the session in memory, by the key of
 * session_key, and the entries of the journal, by the subject. {"v":1,"key":…,"subject":…} */
struct request_drop {
    char key[35];
    char subject[REQUEST_SUBJECT_MAX + 1];
};
void request_codec_write_drop(const struct request_drop *drop, struct buf *out);
int request_codec_read_drop(const char *payload, size_t len, struct request_drop *out);

/* Names on the wire: "call", "quiet", "none"; "any", "morning", "afternoon", "evening"; "unknown",
 * "stored", "new", "taken", "waiting", "closed", "unreachable". */
const char *request_codec_wish_name(enum contact_wish w);
const char *request_codec_safe_name(enum safe_time s);
const char *request_codec_state_name(enum case_state s);
int request_codec_state_of(const char *name); /* -1 if it is none */

#endif
