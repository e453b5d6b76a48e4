/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as JSON, gateway's side: read what bridges send, write what they get. PROTOCOL.md names
 * every member. */
#ifndef ML_MESSAGE_CODEC_H
#define ML_MESSAGE_CODEC_H

#include "base/buf.h"
#include "message/message.h"

/* Read an inbound payload (len octets). scratch holds at least MESSAGE_PAYLOAD_MAX + 1 octets and
 * backs mo->text. Returns 0, or -1 with *why filled but for its origin: code, detail (names the
 * member), and re if an id could be read. */
int codec_read_mo(const char *payload, size_t len, char *scratch, struct mo *mo,
                  struct refusal *why);

/* Write an answer or SMS, or a refusal. Sets out->full if it does not fit. */
void codec_write_mt(const struct mt *mt, struct buf *out);
void codec_write_refusal(const struct refusal *r, struct buf *out);

/* The name of a code on the wire, such as "bad_field". */
const char *codec_refusal_name(enum refusal_code code);

/* Names on the wire, for metrics and logs: "ussd", "sms", "receipt", "none"; "user"…; "delivered"….
 */
const char *codec_mo_kind_name(enum mo_kind kind);
const char *codec_mt_kind_name(enum mt_kind kind);
const char *codec_cause_name(enum mo_cause cause);
const char *codec_status_name(enum mo_status status);

#endif
