/* SPDX-License-Identifier: Apache-2.0 */
#include "core/outbox.h"

#include <string.h>

#include "base/buf.h"
#include "catalog/marks.h"

enum { SMS_PARTS_MAX = 9 };

static const char *const kind_name[] = {[MT_USSD] = "ussd", [MT_SMS] = "sms", [MT_NONE] = "none"};

static int publish(const struct outbox *o, const struct mt *mt)
{
    if (o->ports->publish(o->ports->arg, mt) < 0)
        return -1;
    metrics_add(o->metrics, M_MT, kind_name[mt->kind], 1);
    if (mt->kind != MT_SMS)
        return 0;
    metrics_add(o->metrics, M_SMS_OUT, mt->origin->bridge, 1);
    metrics_add(o->metrics, M_SEGMENTS, mt->origin->bridge, mt->segments);
    if (o->sms)
        ++*o->sms;
    return 0;
}

/* The id of the n-th message that an MO causes. */
static void derive_id(struct mt *mt, const char *mo_id, unsigned n)
{
    struct buf id;
    buf_init(&id, mt->id, sizeof mt->id);
    buf_puts(&id, mo_id);
    buf_putc(&id, '.');
    buf_int(&id, n);
}

int outbox_none(const struct outbox *o, const struct origin *origin, const struct mo *mo)
{
    struct mt mt = {.kind = MT_NONE, .origin = origin, .re = mo->id, .deadline = mo->deadline};
    derive_id(&mt, mo->id, 0);
    return publish(o, &mt);
}

/* What a worker is served that somebody has to look at. */
static void count_shown(const struct outbox *o, const struct screen *s)
{
    if (s->marks & TEXT_UNREVIEWED)
        metrics_add(o->metrics, M_SERVED_UNREVIEWED, s->lang, 1);
    if (s->marks & TEXT_OVERDUE)
        metrics_add(o->metrics, M_SERVED_OVERDUE, NULL, 1);
    if (s->unverified > 0)
        metrics_add(o->metrics, M_SERVED_UNVERIFIED, NULL, s->unverified);
}

static int publish_screen(const struct outbox *o, struct mt *mt, const struct screen *s)
{
    mt->text = s->text;
    mt->text_len = s->len;
    mt->text_json = s->json;
    mt->text_json_len = s->json_len;
    mt->coding = s->coding;
    mt->segments = s->segments;
    if (publish(o, mt) < 0)
        return -1;
    count_shown(o, s);
    return 0;
}

/* The sender of an SMS: what the carrier's section says, else the code that was written to. */
static const char *sender(const struct mo *mo, const struct carrier_rules *carrier)
{
    return carrier->sms_from[0] != '\0' ? carrier->sms_from
           : mo->to[0] != '\0'          ? mo->to
                                        : "MekongLine";
}

/* Send a text as SMS of our own, each under an id of its own. */
static void send_text(const struct outbox *o, const struct txn *t,
                      const struct carrier_rules *carrier, const struct sms_text *text)
{
    char memory[TURN_SCREEN_MAX];
    struct turn_draw how = {
        .rules = o->rules, .layout = carrier->sms_layout, .sms = true, .memory = memory};
    long start = 0;
    for (unsigned n = 1; n <= SMS_PARTS_MAX; n++) {
        struct screen s;
        struct mt mt = {.kind = MT_SMS,
                        .origin = &t->origin,
                        .msisdn = t->mo.msisdn,
                        .from = sender(&t->mo, carrier)};
        start = turn_sms_part(t->catalog, &how, text, (size_t)start, &s);
        if (start < 0)
            return;
        derive_id(&mt, t->mo.id, n);
        publish_screen(o, &mt, &s);
        if (start == 0)
            return;
    }
}

static void send_effects(const struct outbox *o, const struct txn *t,
                         const struct carrier_rules *carrier, const struct effects *effects,
                         size_t lang)
{
    struct sms_text text = {.head = "",
                            .text = effects->note,
                            .len = strlen(effects->note),
                            .lang = lang,
                            .marks = effects->marks};
    if (effects->sms)
        text = turn_sms_text(t->catalog, effects->sms, lang);
    if (text.len > 0)
        send_text(o, t, carrier, &text);
}

static int send_screen(const struct outbox *o, const struct txn *t,
                       const struct carrier_rules *carrier, const struct screen *s)
{
    bool sms = t->mo.kind == MO_SMS;
    struct mt mt = {.kind = sms ? MT_SMS : MT_USSD,
                    .origin = &t->origin,
                    .re = t->mo.id,
                    .msisdn = t->mo.msisdn,
                    .session = t->mo.session,
                    .end = s->end,
                    .from = sms ? sender(&t->mo, carrier) : NULL,
                    .deadline = t->mo.deadline};
    derive_id(&mt, t->mo.id, 0);
    return publish_screen(o, &mt, s);
}

int outbox_answer(const struct outbox *o, const struct txn *t, const struct carrier_rules *carrier,
                  const struct view *view)
{
    char memory[TURN_SCREEN_MAX];
    bool sms = t->mo.kind == MO_SMS;
    struct turn_draw how = {.rules = o->rules,
                            .layout = sms ? carrier->sms_layout : carrier->ussd_layout,
                            .sms = sms,
                            .memory = memory};
    struct screen s;
    struct effects effects;
    turn_draw(t->catalog, &how, view, &s, &effects);
    if (s.silent)
        return outbox_none(o, &t->origin, &t->mo);
    if (send_screen(o, t, carrier, &s) < 0)
        return -1;
    if (view->flags & VIEW_UNKNOWN_SESSION) {
        struct refusal r = {.code = REFUSE_UNKNOWN_SESSION,
                            .detail = "The session is not known here; the main menu was sent."};
        outbox_refuse(o, &t->origin, &t->mo, &r);
    }
    send_effects(o, t, carrier, &effects, turn_language(t->catalog, view));
    return 0;
}

static const char *const refusal_name[] = {[REFUSE_BAD_JSON] = "bad_json",
                                           [REFUSE_TOO_LARGE] = "too_large",
                                           [REFUSE_BAD_VERSION] = "bad_version",
                                           [REFUSE_BAD_FIELD] = "bad_field",
                                           [REFUSE_UNKNOWN_SESSION] = "unknown_session",
                                           [REFUSE_OVERLOAD] = "overload"};

void outbox_refuse(const struct outbox *o, const struct origin *origin, const struct mo *mo,
                   const struct refusal *what)
{
    struct refusal r = *what;
    r.origin = origin;
    if (mo)
        memcpy(r.re, mo->id, sizeof r.re);
    metrics_add(o->metrics, M_REFUSED, refusal_name[r.code], 1);
    o->ports->refuse(o->ports->arg, &r);
}
