/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/receipt.h"

#include <ctype.h>
#include <string.h>

#include "smpp/parts.h"

enum {
    TYPE_MASK = 0x3C,
    TYPE_RECEIPT = 0x04,
    TYPE_INTERMEDIATE = 0x20,
    TEXT_MAX = 1024,
    STATE_LETTERS = 5 /* of a state in text: so many tell them apart, however it is shortened */
};

/* SMPP v3.4, 5.2.28, and what version 5.0 adds, by number; its letters are those of appendix B. */
static const struct {
    uint8_t number;
    char letters[STATE_LETTERS + 1];
    enum mo_status status;
    bool final;
} states[] = {
    {0, "SCHED", STATUS_ACCEPTED, false}, {1, "ENROU", STATUS_ACCEPTED, false},
    {2, "DELIV", STATUS_DELIVERED, true}, {3, "EXPIR", STATUS_EXPIRED, true},
    {4, "DELET", STATUS_FAILED, true},    {5, "UNDEL", STATUS_FAILED, true},
    {6, "ACCEP", STATUS_ACCEPTED, false}, {7, "UNKNO", STATUS_FAILED, true},
    {8, "REJEC", STATUS_REJECTED, true},  {9, "SKIPP", STATUS_FAILED, true},
};

bool receipt_is(const struct pdu *p)
{
    unsigned type = p->esm_class & TYPE_MASK;
    return type == TYPE_RECEIPT || type == TYPE_INTERMEDIATE;
}

/* Take the state that has this number, or these letters. Returns 0 or -1. */
static int take_state(struct receipt *out, int64_t number, const char *letters)
{
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (letters ? strncasecmp(states[i].letters, letters, STATE_LETTERS) == 0
                    : states[i].number == number) {
            out->status = states[i].status;
            out->final = states[i].final;
            return 0;
        }
    return -1;
}

/* The text of a receipt, NUL-terminated, without NUL octets: so UCS-2 can be read too. */
static void copy_text(const struct pdu *p, char out[TEXT_MAX])
{
    struct part part;
    size_t n = 0;
    if (part_of(p, &part) == PDU_OK)
        for (size_t i = 0; i < part.len && n < TEXT_MAX - 1; i++)
            if (part.octets[i] != '\0')
                out[n++] = (char)part.octets[i];
    out[n] = '\0';
}

/* Where the value of a field stands; the name must begin a word. The first one counts, because the
 * message itself comes last and may say anything. NULL if there is none. */
static const char *find_field(const char *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = text; *at != '\0'; at++) {
        if (at > text && !isspace((unsigned char)at[-1]))
            continue;
        if (strncasecmp(at, name, len) == 0 && at[len] == ':')
            return at + len + 1;
    }
    return NULL;
}

/* Copy the value of a field. Returns 0, or -1 if it is absent, empty or too long. */
static int read_field(const char *text, const char *name, char out[PDU_ID_MAX + 1])
{
    const char *value = find_field(text, name);
    if (!value)
        return -1;
    value += strspn(value, " \t\"");
    size_t len = strcspn(value, " \t\r\n\",;");
    /* `id: sub:001`: the next field, because this one has no value. */
    if (len == 0 || len > PDU_ID_MAX || memchr(value, ':', len))
        return -1;
    memcpy(out, value, len);
    out[len] = '\0';
    return 0;
}

static int read_id_parameter(const struct pdu *p, char out[PDU_ID_MAX + 1])
{
    const struct pdu_tlv *tlv = pdu_tlv(p, TAG_RECEIPTED_MESSAGE_ID);
    size_t len = tlv ? strnlen((const char *)tlv->value, tlv->len) : 0;
    if (len == 0 || len > PDU_ID_MAX)
        return -1;
    memcpy(out, tlv->value, len);
    out[len] = '\0';
    return 0;
}

int receipt_read(const struct pdu *p, struct receipt *out)
{
    char text[TEXT_MAX], state[PDU_ID_MAX + 1];
    memset(out, 0, sizeof *out);
    copy_text(p, text);
    if (read_id_parameter(p, out->id) != 0 && read_field(text, "id", out->id) != 0)
        return -1;
    if (take_state(out, pdu_tlv_number(p, TAG_MESSAGE_STATE), NULL) == 0)
        return 0;
    return read_field(text, "stat", state) == 0 ? take_state(out, 0, state) : -1;
}
