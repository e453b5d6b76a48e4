/* SPDX-License-Identifier: Apache-2.0 */
/* What is settled before a dialogue is looked at: receipts, late messages, machines, foreign codes.
 */
#include "core/intake.h"

#include <string.h>

#include "text/msisdn.h"

enum { SHORT_SENDER = 6 };

/* Alphabetic senders and shortcodes are machines: they get no answer, so that two machines never
 * talk to each other. */
static bool is_person(const struct mo *mo)
{
    size_t n = strlen(mo->msisdn);
    return n >= SHORT_SENDER && msisdn_valid(mo->msisdn, n);
}

/* Is a dialled code one of those that a bridge is configured for? Digits dialled after it do not
 * matter. */
static bool is_our_code(const struct carrier_rules *carrier, const char *code)
{
    size_t n = strlen(code) > 1 ? 1 + strcspn(code + 1, "*#") : 1;
    if (carrier->service_codes[0] == '\0')
        return true;
    for (const char *p = carrier->service_codes; *p != '\0';) {
        p += strspn(p, " ");
        size_t len = strcspn(p, " ");
        if (len > 0 && strncmp(p, code, n) == 0 && (p[n] == '#' || p[n] == '*' || len == n))
            return true;
        p += len;
    }
    return false;
}

/* Whatever gets no dialogue. */
static bool settle_early(struct dispatch *d, const struct origin *origin, const struct mo *mo)
{
    struct outbox out = flow_outbox(d);
    struct carrier_rules carrier = flow_carrier(d, origin->bridge);
    if (flow_is_late(d, origin, mo))
        return true;
    if (mo->kind == MO_SMS && !is_person(mo)) {
        metrics_add(d->o.metrics, M_SILENT, "sender", 1);
        log_write(d->o.log, EV_message_dropped, LOG_FIELDS(LS("id", mo->id), LS("why", "sender")));
        outbox_none(&out, origin, mo);
        return true;
    }
    if (mo->kind == MO_USSD_BEGIN && !is_our_code(&carrier, mo->code)) {
        struct refusal r = {.code = REFUSE_BAD_FIELD,
                            .detail = "code: not one of the service codes set for this bridge."};
        flow_refuse(d, origin, mo, &r);
        return true;
    }
    return false;
}

static void count_mo(const struct dispatch *d, const struct origin *origin, const struct mo *mo)
{
    static const char *const kind[] = {[MO_USSD_BEGIN] = "ussd",
                                       [MO_USSD_CONTINUE] = "ussd",
                                       [MO_USSD_END] = "ussd",
                                       [MO_SMS] = "sms",
                                       [MO_RECEIPT] = "receipt"};
    static const char *const cause[] = {[CAUSE_NONE] = "none",
                                        [CAUSE_USER] = "user",
                                        [CAUSE_TIMEOUT] = "timeout",
                                        [CAUSE_NETWORK] = "network",
                                        [CAUSE_ERROR] = "error"};
    metrics_add(d->o.metrics, M_MO, kind[mo->kind], 1);
    if (mo->kind == MO_SMS)
        metrics_add(d->o.metrics, M_SMS_IN, origin->bridge, 1);
    if (mo->kind != MO_USSD_END)
        return;
    metrics_add(d->o.metrics, M_ENDS, cause[mo->cause], 1);
    log_write(d->o.log, EV_session_dropped,
              LOG_FIELDS(LS("bridge", origin->bridge), LS("cause", cause[mo->cause])));
}

static void take_receipt(const struct dispatch *d, const struct mo *mo)
{
    static const char *const status[] = {
        [STATUS_NONE] = "none",           [STATUS_ACCEPTED] = "accepted",
        [STATUS_DELIVERED] = "delivered", [STATUS_FAILED] = "failed",
        [STATUS_EXPIRED] = "expired",     [STATUS_REJECTED] = "rejected"};
    metrics_add(d->o.metrics, M_RECEIPTS, status[mo->status], 1);
    log_write(d->o.log, EV_receipt, LOG_FIELDS(LS("of", mo->of), LS("status", status[mo->status])));
}

bool intake_settle(struct dispatch *d, const struct origin *origin, const struct mo *mo)
{
    count_mo(d, origin, mo);
    if (mo->kind != MO_RECEIPT)
        return settle_early(d, origin, mo);
    take_receipt(d, mo);
    return true;
}
