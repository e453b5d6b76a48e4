/* SPDX-License-Identifier: Apache-2.0 */
#include "handlers/places.h"

#include <stdio.h>
#include <string.h>

/* The order is part of stored sessions: add at the end only. */
static const char *const code[PLACES_COUNT] = {"LA", "TH", "KH", "MM", "VN", "CN"};

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

const char *places_entry(const struct view *v, uint8_t i)
{
    if (v->form_len <= i || v->form[i] < 0 || v->form[i] >= PLACES_COUNT)
        return NULL;
    return code[v->form[i]];
}

int places_find(const char *iso)
{
    for (int i = 0; i < PLACES_COUNT; i++)
        if (strcmp(code[i], iso) == 0)
            return i;
    return -1;
}

enum verdict places_input(struct turn *t, uint8_t entries)
{
    int i = handler_pick(t, PLACES_COUNT);
    if (t->view->form_len >= entries || i < 0)
        return TURN_INVALID;
    t->view->form[t->view->form_len++] = i;
    return TURN_STAY;
}

void places_note(const struct scene *s, const char *id, const char *country, struct buf *out)
{
    const char *const pairs[] = {"country", places_name(s, country), NULL};
    if (out->len > 0)
        buf_putc(out, '\n');
    handler_format(s, id, pairs, out);
}
