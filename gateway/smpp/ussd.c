/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/ussd.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "smpp/address.h"
#include "smpp/parts.h"

enum { WHY = 128 };

/* Shift that brings the lowest bit of a mask to bit 0. */
static unsigned shift_of(uint16_t mask)
{
    unsigned shift = 0;
    while (mask && !(mask >> shift & 1))
        shift++;
    return shift;
}

bool ussd_is(const struct profile *p, const struct pdu *d)
{
    const char *type = p->conf->ussd_service_type;
    return (type[0] != '\0' && strcasecmp(d->service_type, type) == 0) ||
           pdu_tlv(d, TAG_USSD_SERVICE_OP);
}

/* What the op says. Returns PDU_OK or the refusal. */
static uint32_t read_op(const struct profile *p, const struct pdu *d, struct ussd_input *out,
                        char *why)
{
    int64_t op = pdu_tlv_number(d, TAG_USSD_SERVICE_OP);
    const struct {
        const struct profile_codes *codes;
        enum mo_kind kind;
        enum mo_cause cause;
    } meanings[] = {
        {&p->ussd_begin, MO_USSD_BEGIN, CAUSE_NONE},
        {&p->ussd_continue, MO_USSD_CONTINUE, CAUSE_NONE},
        {&p->ussd_user, MO_USSD_END, CAUSE_USER},
        {&p->ussd_timeout, MO_USSD_END, CAUSE_TIMEOUT},
        {&p->ussd_network, MO_USSD_END, CAUSE_NETWORK},
    };
    if (op < 0) {
        snprintf(why, WHY, "It has no ussd_service_op.");
        return PDU_MISSING_PARAMETER;
    }
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (profile_has(meanings[i].codes, (uint32_t)op)) {
            out->kind = meanings[i].kind;
            out->cause = meanings[i].cause;
            return PDU_OK;
        }
    snprintf(why, WHY, "The profile does not know ussd_service_op %d.", (int)op);
    return PDU_BAD_PARAMETER_VALUE;
}

/* The session, and whether its end bit is set. */
static uint32_t read_session(const struct profile *p, const struct pdu *d, struct ussd_input *out,
                             char *why)
{
    const struct conf_profile *c = p->conf;
    if (c->session_tlv == 0) {
        snprintf(out->session, sizeof out->session, "0");
        return PDU_OK;
    }
    const struct pdu_tlv *tlv = pdu_tlv(d, (uint16_t)c->session_tlv);
    if (!tlv || tlv->len != 2) {
        snprintf(why, WHY, "The session's parameter 0x%04x is %s.", (unsigned)c->session_tlv,
                 tlv ? "not of two octets" : "missing");
        return tlv ? PDU_BAD_PARAMETER_LENGTH : PDU_MISSING_PARAMETER;
    }
    uint16_t value = (uint16_t)(tlv->value[0] << 8 | tlv->value[1]);
    uint16_t mask = (uint16_t)c->session_mask;
    out->context.session = value;
    snprintf(out->session, sizeof out->session, "%u", (unsigned)(value & mask) >> shift_of(mask));
    if ((value & c->end_mask) && out->kind != MO_USSD_END) {
        out->kind = MO_USSD_END;
        out->cause = CAUSE_USER;
    }
    return PDU_OK;
}

static uint32_t read_addresses(const struct pdu *d, struct ussd_input *out, char *why)
{
    out->context.subscriber = d->source;
    out->context.code = d->dest;
    if (address_msisdn(&d->source, out->msisdn))
        return PDU_OK;
    snprintf(why, WHY, "The source (TON %u) is no international number.", d->source.ton);
    return PDU_BAD_SOURCE;
}

static uint32_t read_text(const struct profile *p, const struct pdu *d, struct ussd_input *out,
                          char *why)
{
    struct part part;
    uint32_t status = part_of(d, &part);
    if (status == PDU_OK && part.total > 1)
        status = PDU_BAD_PARAMETER_VALUE;
    if (status != PDU_OK) {
        snprintf(why, WHY, "It is a part of a longer message, or its user data header is wrong.");
        return status;
    }
    struct dcs_octets in = {part.octets, part.len, d->data_coding, true};
    if (dcs_read(p, &in, out->text, sizeof out->text) >= 0)
        return PDU_OK;
    snprintf(why, WHY, "The text is too long, or no text of data_coding 0x%02x.", d->data_coding);
    return PDU_BAD_DATA_CODING;
}

/* PROTOCOL.md, 2.1. */
static bool is_code(const char *s)
{
    size_t len = strlen(s);
    return len <= MESSAGE_CODE_MAX && (s[0] == '*' || s[0] == '#') &&
           s[strspn(s, "0123456789*#")] == '\0';
}

/* Copy a code without white space around it. Returns whether it is one. */
static bool copy_code(const char *text, char out[MESSAGE_CODE_MAX + 1])
{
    static const char space[] = " \t\r\n";
    char code[MESSAGE_CODE_MAX + 1];
    text += strspn(text, space);
    size_t len = strcspn(text, space);
    if (len > MESSAGE_CODE_MAX || text[len + strspn(text + len, space)] != '\0')
        return false;
    memcpy(code, text, len);
    code[len] = '\0';
    if (!is_code(code))
        return false;
    memcpy(out, code, len + 1);
    return true;
}

/* The code in the destination; digits alone stand for *digits#. */
static bool code_of_destination(const struct pdu *d, char out[MESSAGE_CODE_MAX + 1])
{
    const char *digits = d->dest.digits;
    if (copy_code(digits, out))
        return true;
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    snprintf(out, MESSAGE_CODE_MAX + 1, "*%s#", digits);
    return true;
}

/* Is `dialled` what one dials for more of `code`, such as *1234*21# of *1234#? */
static bool goes_deeper(const char *dialled, const char *code)
{
    size_t len = strlen(code);
    len -= len > 0 && code[len - 1] == '#';
    return strncmp(dialled, code, len) == 0 && (dialled[len] == '*' || dialled[len] == '#');
}

/* A begin: its code; a text that is the code is no text besides. */
static uint32_t read_code(const struct profile *p, const struct pdu *d, struct ussd_input *out,
                          char *why)
{
    char dialled[MESSAGE_CODE_MAX + 1];
    bool is_dialled = copy_code(out->text, dialled);
    bool found = p->code_in_destination ? code_of_destination(d, out->code) : is_dialled;
    if (!found) {
        snprintf(why, WHY, "There is no service code in the %s.",
                 p->code_in_destination ? "destination" : "text");
        return p->code_in_destination ? PDU_BAD_DEST : PDU_BAD_PARAMETER_VALUE;
    }
    if (is_dialled && (!p->code_in_destination || goes_deeper(dialled, out->code))) {
        memcpy(out->code, dialled, sizeof dialled);
        out->text[0] = '\0';
    }
    return PDU_OK;
}

uint32_t ussd_read(const struct profile *p, const struct pdu *d, struct ussd_input *out,
                   char why[128])
{
    memset(out, 0, sizeof *out);
    why[0] = '\0';
    uint32_t status = read_op(p, d, out, why);
    if (status == PDU_OK)
        status = read_session(p, d, out, why);
    if (status == PDU_OK)
        status = read_addresses(d, out, why);
    if (status != PDU_OK || out->kind == MO_USSD_END)
        return status;
    status = read_text(p, d, out, why);
    if (status == PDU_OK && out->kind == MO_USSD_BEGIN)
        status = read_code(p, d, out, why);
    return status;
}

/* The session's parameter in an answer. */
static uint16_t answer_session(const struct conf_profile *c, uint16_t value, bool end)
{
    uint16_t sequence = (uint16_t)c->sequence_mask, last = (uint16_t)c->end_mask;
    if (c->sequence_next && sequence) {
        unsigned shift = shift_of(sequence);
        unsigned next = ((unsigned)(value & sequence) >> shift) + 1;
        value = (uint16_t)((value & ~sequence) | (next << shift & sequence));
    }
    return (uint16_t)(end ? value | last : value & ~last);
}

int ussd_write(const struct profile *p, const struct ussd_screen *s, struct ussd_memory *m,
               struct pdu *out)
{
    const struct conf_profile *c = p->conf;
    struct dcs_text text = {s->text, s->len, s->coding, true};
    memset(out, 0, sizeof *out);
    int len = dcs_write(p, &text, m->text, sizeof m->text, &out->data_coding);
    if (len < 0)
        return -1;
    out->command = PDU_SUBMIT_SM;
    memcpy(out->service_type, c->ussd_service_type, sizeof out->service_type);
    out->source = s->context->code;
    out->dest = s->context->subscriber;
    out->message = m->text;
    out->message_len = (size_t)len;
    m->op = (uint8_t)(s->end ? c->ussd_end : c->ussd_ask);
    if (pdu_tlv_add(out, TAG_USSD_SERVICE_OP, &m->op, 1) != 0 || c->session_tlv == 0)
        return 0;
    uint16_t session = answer_session(c, s->context->session, s->end);
    m->session[0] = (uint8_t)(session >> 8);
    m->session[1] = (uint8_t)session;
    return pdu_tlv_add(out, (uint16_t)c->session_tlv, m->session, sizeof m->session);
}
