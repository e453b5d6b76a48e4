/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to call or visit, for the handlers that show contacts. Each number stands with the year of
 * its source, because nobody promises that it still answers. */
#ifndef ML_HANDLERS_CONTACTS_H
#define ML_HANDLERS_CONTACTS_H

#include "core/handler.h"

/* Whose help is looked for: kind of problem ("" for all), countries as ISO 3166-1; home is "" if it
 * is not known. */
struct contacts_query {
    const char *kind, *now, *home;
};

/* Who helps here: the channels of this country, and those of home that serve people here; those who
 * speak the worker's language first. If there are none, says so. */
void contacts_write_here(const struct scene *s, const struct contacts_query *q, struct buf *out);

/* Who helps the family at home. In an emergency nobody needs a number that cannot be dialled here.
 */
void contacts_write_home(const struct scene *s, const struct contacts_query *q, struct buf *out);

#endif
