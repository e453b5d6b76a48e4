/* SPDX-License-Identifier: Apache-2.0 */
/* What a translator needs to know of a text: how long it may be, what must stay, on what kind of
 * fact it stands, the words of the glossary. In English words, one thing a line. */
#ifndef ML_DESK_NOTES_H
#define ML_DESK_NOTES_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "desk/pairs.h"

/* "draft", "reviewed by NAME on DAY", "stale: …", "missing". */
void notes_status(const struct pair *p, struct buf *out);

/* Kind, facts, placeholders, numbers, terms. Lines, each with its end. */
void notes_comment(const struct pairs *all, const struct pair *p, struct buf *out);

/* Screens of an article, units of a line of a menu: what is taken and what is left, on carriers
 * with USSD. Lines, each with its end; nothing for other texts. */
void notes_limits(const struct catalog *c, const char *id, size_t lang, struct buf *out);

#endif
