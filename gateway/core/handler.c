/* SPDX-License-Identifier: Apache-2.0 */
#include "core/handler.h"

#include <string.h>

#include "catalog/marks.h"

void handler_option(struct buf *out, unsigned number, const char *label)
{
    if (out->len > 0)
        buf_putc(out, '\n');
    buf_int(out, number);
    buf_putc(out, ' ');
    buf_puts(out, label);
}

int handler_pick(const struct turn *t, size_t n)
{
    return t->choice >= 1 && (size_t)t->choice <= n ? t->choice - 1 : -1;
}

enum verdict handler_go(struct turn *t, const struct node *target)
{
    if (!target)
        return TURN_INVALID;
    t->target = target;
    t->target_form_len = 0;
    t->target_start = 0;
    return TURN_GO;
}

enum verdict handler_choose_child(struct turn *t)
{
    int i = handler_pick(t, t->scene.node->child_count);
    return i < 0 ? TURN_INVALID : handler_go(t, t->scene.node->children[i]);
}

const struct handler *handler_of(const struct handler_table *t, const struct node *n)
{
    return t->list[n->type];
}

const struct node *handler_node(const struct scene *s, const char *type, const char *arg)
{
    for (unsigned i = 0; s->handlers->list[i]; i++)
        if (strcmp(s->handlers->list[i]->type, type) == 0)
            return catalog_node_by_type(s->catalog, i, arg);
    return NULL;
}

static void note_text(const struct scene *s, const struct text *t)
{
    if (s->shown)
        s->shown->marks |= marks_of_text(s->catalog, t, s->lang);
}

const char *handler_say(const struct scene *s, const char *id)
{
    const struct text *t = catalog_text(s->catalog, id);
    return t ? handler_wording(s, t) : "";
}

const char *handler_wording(const struct scene *s, const struct text *t)
{
    note_text(s, t);
    return catalog_wording(s->catalog, t, s->lang)->utf8;
}

void handler_warn(const struct scene *s, const struct text *t, struct buf *out)
{
    if (!(marks_of_text(s->catalog, t, s->lang) & TEXT_OVERDUE))
        return;
    buf_puts(out, handler_say(s, "ui.outdated"));
    buf_putc(out, '\n');
}

void handler_format(const struct scene *s, const char *id, const char *const *pairs,
                    struct buf *out)
{
    note_text(s, catalog_text(s->catalog, id));
    catalog_format(s->catalog, id, s->lang, pairs, out);
}

void handler_note_unverified(const struct scene *s, const char *number, const struct buf *body,
                             size_t from)
{
    struct shown *shown = s->shown;
    const char *at = shown ? strstr(body->data + from, number) : NULL;
    if (at && shown->count < SHOWN_NUMBERS_MAX)
        shown->numbers[shown->count++] = (uint16_t)(at - body->data);
}
