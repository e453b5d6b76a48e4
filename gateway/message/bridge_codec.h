/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as JSON, a bridge's side: write what the gateway reads, read what it answers. For the
 * terminal phone and the project's own bridges. */
#ifndef ML_MESSAGE_BRIDGE_CODEC_H
#define ML_MESSAGE_BRIDGE_CODEC_H

#include "base/buf.h"
#include "message/message.h"

/* An answer as a bridge sees it; all strings live in the scratch memory given to the reader. */
struct answer {
    enum mt_kind kind;
    const char *id, *re, *msisdn, *session, *from, *text; /* "" where absent */
    bool end;
    enum coding coding;
    unsigned segments;
};

/* Write an inbound message. Sets out->full if it does not fit. */
void bridge_codec_write_mo(const struct mo *mo, struct buf *out);

/* Read an out payload. scratch holds at least len + 1 octets. Returns 0, or -1 with why (a
 * sentence). */
int bridge_codec_read_mt(const char *payload, size_t len, char *scratch, struct answer *out,
                         char why[128]);

/* A refusal as a bridge sees it. A code that is not known is read as REFUSE_BAD_FIELD (PROTOCOL.md,
 * section 7). */
struct bridge_refusal {
    char re[MESSAGE_ID_MAX + 1]; /* "" if the gateway could not read it */
    enum refusal_code code;
    char detail[192]; /* "code: detail" */
    int64_t retry_ms; /* overload; else 0 */
    bool is_full;     /* overload, and not because of one subscriber or the gateway's end */
};

/* Read an error payload. Returns 0 or -1. */
int bridge_codec_read_refusal(const char *payload, size_t len, struct bridge_refusal *out);

#endif
