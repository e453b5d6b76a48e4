/* SPDX-License-Identifier: Apache-2.0 */
#include "handlers/places.h"

#include <stdio.h>

/* The order is part of stored sessions: add at the end only. */
static const char *const code[PLACES_COUNT] = {"LA", "TH", "KH", "MM", "VN", "CN"};

const char *places_code(size_t i)
{
    return code[i];
}

const char *places_name(const struct scene *s, const char *iso)
{
    char id[16];
    snprintf(id, sizeof id, "country.%s", iso);
    const char *name = handler_say(s, id);
    return name[0] != '\0' ? name : iso;
}

const char *places_year(const struct scene *s, const struct contact *c)
{
    return c->year[0] != '\0' ? c->year : handler_say(s, "channels.no-date");
}

void places_ask(const struct scene *s, const char *question, struct buf *out)
{
    buf_puts(out, handler_say(s, question));
    for (unsigned i = 0; i < PLACES_COUNT; i++)
        handler_option(out, i + 1, places_name(s, code[i]));
}

const char *places_chosen(const struct view *v)
{
    if (v->form_len == 0 || v->form[0] < 0 || v->form[0] >= PLACES_COUNT)
        return NULL;
    return code[v->form[0]];
}

enum verdict places_input(struct turn *t)
{
    int i = handler_pick(t, PLACES_COUNT);
    if (t->view->form_len > 0 || i < 0)
        return TURN_INVALID;
    t->view->form[0] = i;
    t->view->form_len = 1;
    return TURN_STAY;
}
