/* SPDX-License-Identifier: Apache-2.0 */
/* The countries of the Mekong as a question, for handlers that ask where somebody is. */
#ifndef ML_HANDLERS_PLACES_H
#define ML_HANDLERS_PLACES_H

#include "catalog/lists.h"
#include "core/handler.h"

enum { PLACES_COUNT = 6 };

/* The name of a country in the scene's language; its code if there is none. */
const char *places_name(const struct scene *s, const char *code);

/* The year of a contact's source, or the words for "no date". */
const char *places_year(const struct scene *s, const struct contact *c);

/* Write a question (a text id) and the countries under it. */
void places_ask(const struct scene *s, const char *question, struct buf *out);

/* The country that was chosen as the i-th entry of the form, or NULL. */
const char *places_entry(const struct view *v, uint8_t i);

/* The place of a country among those of the question, or -1. */
int places_find(const char *iso);

/* Take the answer: the country becomes the next entry of a form of at most that many. */
enum verdict places_input(struct turn *t, uint8_t entries);

/* Write a line that names a country, such as "In {country}:". */
void places_note(const struct scene *s, const char *id, const char *country, struct buf *out);

#endif
