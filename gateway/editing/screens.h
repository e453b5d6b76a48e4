/* SPDX-License-Identifier: Apache-2.0 */
/* Screens as they are served, with what they take and what room they have left. */
#ifndef ML_EDITING_SCREENS_H
#define ML_EDITING_SCREENS_H

#include "base/json_out.h"
#include "editing/studio.h"

enum { SCREENS_MAX = 64 }; /* of one body; more are not drawn */

/* How a view is drawn. */
struct screens_how {
    const struct studio *studio;
    const struct catalog *catalog;
    size_t lang, layout; /* of the catalog */
};

/* One screen. Borrowed for the call. */
typedef void (*screens_fn)(void *arg, const struct screen *s);

/* Draw the view's body from its beginning, screen by screen, in that language. Returns how many
 * there are. */
size_t screens_draw(const struct screens_how *how, const struct view *view, screens_fn fn,
                    void *arg);

/* The same as a JSON array: text, coding, octets, septets, units, room (in septets or UTF-16 units;
 * in an SMS, of its last segment), segments, and the guilty character of a text that is not GSM
 * 7-bit. Returns the segments of all (of USSD: the screens). */
size_t screens_put(const struct screens_how *how, const struct view *view, const char *key,
                   struct json_out *out);

/* One finished text, with the members above, into an open object. */
void screens_put_text(const struct screens_how *how, const char *text, size_t len,
                      struct json_out *out);

/* The first character outside of GSM 7-bit: {"character","code","at"}, at in UTF-16 units from 0;
 * null if there is none. */
void screens_put_guilty(const char *text, size_t len, const char *key, struct json_out *out);

/* The layouts of the configuration: channel, limits, and the carriers that have each. */
void screens_put_layouts(const struct studio *s, const char *key, struct json_out *out);

#endif
