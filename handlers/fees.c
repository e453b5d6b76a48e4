/* SPDX-License-Identifier: Apache-2.0 */
/* Fee rules and the fee check. The form: [0] corridor, [1] item, [2] the check was asked for, [3]
 * the amount that the worker was asked to pay. It says what the rule says, with its source and
 * date; it never says that something is legal. */
#include <stdio.h>
#include <string.h>

#include "catalog/lists.h"
#include "core/handler.h"
#include "text/digits.h"

enum { CORRIDOR, ITEM, CHECK, AMOUNT };

/* The rule of the corridor and item in the form, or NULL. */
static const struct fee_rule *rule_of(const struct scene *s)
{
    const struct view *v = s->view;
    return lists_rule(s->catalog, lists_corridor_by_key(s->catalog, (uint32_t)v->form[CORRIDOR]),
                      lists_item_by_key(s->catalog, (uint32_t)v->form[ITEM]));
}

static void line(struct buf *out, const char *text)
{
    if (out->len > 0)
        buf_putc(out, '\n');
    buf_puts(out, text);
}

static void list_corridors(const struct scene *s, struct buf *out)
{
    line(out, handler_say(s, "fees.where"));
    for (unsigned i = 0; i < lists_corridor_count(s->catalog); i++)
        handler_option(out, i + 1, handler_wording(s, lists_corridor(s->catalog, i)->label));
}

static void list_items(const struct scene *s, struct buf *out)
{
    line(out, handler_say(s, "fees.item"));
    for (unsigned i = 0; i < lists_item_count(s->catalog); i++)
        handler_option(out, i + 1, handler_wording(s, lists_item(s->catalog, i)->label));
}

static void format_line(const struct scene *s, const char *id, const char *const *pairs,
                        struct buf *out)
{
    if (out->len > 0)
        buf_putc(out, '\n');
    handler_format(s, id, pairs, out);
}

static void source_line(const struct scene *s, const struct fee_rule *r, struct buf *out)
{
    const char *const pairs[] = {"source", handler_wording(s, r->source_name), "date", r->date,
                                 NULL};
    format_line(s, "fees.source", pairs, out);
}

static void show_rule(const struct scene *s, const struct fee_rule *r, struct buf *out)
{
    handler_warn(s, r->rule, out);
    buf_puts(out, handler_wording(s, r->rule));
    source_line(s, r, out);
    handler_option(out, 1, handler_say(s, "fees.check"));
    handler_option(out, 2, handler_say(s, "fees.complain"));
}

/* What people call the money: "baht", not "THB". */
static const char *currency_name(const struct scene *s, const struct fee_rule *r)
{
    char id[32];
    snprintf(id, sizeof id, "currency.%s", r->currency);
    const char *name = handler_say(s, id);
    return name[0] != '\0' ? name : r->currency;
}

static void ask_amount(const struct scene *s, const struct fee_rule *r, struct buf *out)
{
    const char *const pairs[] = {"currency", currency_name(s, r), NULL};
    format_line(s, "fees.ask", pairs, out);
}

/* Which sentence answers an amount under a rule. */
static const char *finding(const struct fee_rule *r, int64_t asked)
{
    if (r->verdict == FEE_FORBIDDEN)
        return "fees.forbidden";
    if (r->verdict == FEE_UNKNOWN)
        return "fees.unknown";
    if (r->verdict == FEE_LIMITED)
        return "fees.limited";
    return asked > r->amount ? "fees.over" : "fees.within";
}

static void show_finding(const struct scene *s, const struct fee_rule *r, struct buf *out)
{
    char asked[32], amount[32];
    const char *separator = handler_say(s, "fees.separator");
    digits_group(s->view->form[AMOUNT], separator, asked);
    digits_group(r->amount, separator, amount);
    const char *const pairs[] = {"asked", asked, "amount", amount, "currency", currency_name(s, r),
                                 NULL};
    handler_warn(s, r->rule, out);
    handler_format(s, "fees.asked", pairs, out);
    format_line(s, finding(r, s->view->form[AMOUNT]), pairs, out);
    source_line(s, r, out);
    handler_option(out, 1, handler_say(s, "fees.complain"));
}

static void body(const struct scene *s, struct buf *out)
{
    uint8_t entries = s->view->form_len;
    if (entries <= CORRIDOR) {
        list_corridors(s, out);
        return;
    }
    if (entries == ITEM) {
        list_items(s, out);
        return;
    }
    const struct fee_rule *r = rule_of(s);
    if (!r)
        line(out, handler_say(s, "fees.unknown"));
    else if (entries == CHECK)
        show_rule(s, r, out);
    else if (entries == AMOUNT)
        ask_amount(s, r, out);
    else
        show_finding(s, r, out);
}

static enum verdict enter_next(struct turn *t, int64_t value)
{
    t->view->form[t->view->form_len++] = value;
    return TURN_STAY;
}

static enum verdict choose_corridor(struct turn *t)
{
    int i = handler_pick(t, lists_corridor_count(t->scene.catalog));
    if (i < 0)
        return TURN_INVALID;
    const struct corridor *c = lists_corridor(t->scene.catalog, (size_t)i);
    snprintf(t->session->home, sizeof t->session->home, "%s", c->from);
    snprintf(t->session->dest, sizeof t->session->dest, "%s", c->to);
    return enter_next(t, c->key);
}

static enum verdict choose_item(struct turn *t)
{
    int i = handler_pick(t, lists_item_count(t->scene.catalog));
    return i < 0 ? TURN_INVALID : enter_next(t, lists_item(t->scene.catalog, (size_t)i)->key);
}

/* Whom to ask or to complain to about a fee. */
static enum verdict complain(struct turn *t)
{
    return handler_go(t, handler_node(&t->scene, "channels", "overcharged"));
}

static enum verdict choose_next(struct turn *t)
{
    switch (handler_pick(t, 2)) {
    case 0:
        return enter_next(t, 1);
    case 1:
        return complain(t);
    default:
        return TURN_INVALID;
    }
}

static enum verdict take_amount(struct turn *t)
{
    int64_t asked;
    if (digits_amount(t->text, strlen(t->text), &asked) < 0)
        return TURN_NOT_A_NUMBER;
    return enter_next(t, asked);
}

static enum verdict input(struct turn *t)
{
    switch (t->view->form_len) {
    case CORRIDOR:
        return choose_corridor(t);
    case ITEM:
        return choose_item(t);
    case CHECK:
        return choose_next(t);
    case AMOUNT:
        return take_amount(t);
    default:
        return handler_pick(t, 1) == 0 ? complain(t) : TURN_INVALID;
    }
}

/* The corridor of the last time is remembered; one step back asks again. */
static enum verdict enter(struct turn *t)
{
    const struct session *s = t->session;
    for (size_t i = 0; i < lists_corridor_count(t->scene.catalog); i++) {
        const struct corridor *c = lists_corridor(t->scene.catalog, i);
        if (t->view->form_len == 0 && strcmp(c->from, s->home) == 0 && strcmp(c->to, s->dest) == 0)
            return enter_next(t, c->key);
    }
    return TURN_STAY;
}

extern const struct handler handler_fees;
const struct handler handler_fees = {
    .type = "fees",
    .kind = SCREEN_PROSE,
    .form_steps = true,
    .enter = enter,
    .body = body,
    .input = input,
};
