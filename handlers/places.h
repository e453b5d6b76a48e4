/* SPDX-License-Identifier: Apache-2.0 */
/* The countries of the Mekong as a question, for handlers that ask where somebody is. */
#ifndef ML_HANDLERS_PLACES_H
#define ML_HANDLERS_PLACES_H

#include "catalog/lists.h"
#include "core/handler.h"

enum { PLACES_COUNT = 6 };

/* ISO 3166-1 code of the i-th country of the question. */
const char *places_code(size_t i);

/* The name of a country in the scene's language; its code if there is none. */
const char *places_name(const struct scene *s, const char *code);

/* The year of a contact's source, or the words for "no date". */
const char *places_year(const struct scene *s, const struct contact *c);

/* Write a question (a text id) and the countries under it. */
void places_ask(const struct scene *s, const char *question, struct buf *out);

/* The country that was chosen as the first entry of the form, or NULL. */
const char *places_chosen(const struct view *v);

/* Take the answer: the country becomes the first entry of the form. */
enum verdict places_input(struct turn *t);

#endif
