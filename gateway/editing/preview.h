/* SPDX-License-Identifier: Apache-2.0 */
/* What workers would read of an entry while it is being typed, and what the check says of it. The
 * screens are made by the code that serves workers. */
#ifndef ML_EDITING_PREVIEW_H
#define ML_EDITING_PREVIEW_H

#include "base/json_out.h"
#include "editing/atlas.h"
#include "editing/place.h"

struct preview_wish {
    const struct studio *studio;
    const struct files *files; /* the content as it stands */
    const char *place;         /* the entry that is looked at */
    const char *json;          /* what is typed; NULL: as it stands */
    const char *language;      /* code: only this one; "": that of a text, else all */
    int32_t today;             /* day since 1970 */
    /* Of `files` as they stand, or of files that differ little: what makes it fast. NULL if there
     * is none; the atlas is NULL if the content had errors. */
    const struct catalog *base;
    const struct atlas *atlas;
};

/* Write into an open object:
 *   version    of the files with what is typed
 *   refused    a sentence if the entry cannot be taken as it is (all else is then missing), or null
 *   faulty     something of the content is missing: screens that handlers draw are left out
 *   findings   {errors, warnings, here: [{level, code, file, line, id, language, detail}]}; `here`
 *              are those of the entry and of the nodes that show it
 *   drafts_served  whether gateways show translations that nobody has reviewed; the preview does
 *   layouts    see screens_put_layouts
 *   text       of a text: what its own words take, without a frame
 *   seen       [{node, as, languages: [{language, plain, fallback, layouts: [{layout, screens,
 *              segments}]}]}]
 *   more       screens that show it, too, and are left out */
void preview_write(const struct preview_wish *w, struct json_out *out);

/* All findings of a check: {errors, warnings, findings}; into an open object. */
void preview_put_check(const struct findings *f, struct json_out *out);

/* One finding as an object of an array. */
void preview_put_finding(const struct finding *f, struct json_out *out);

#endif
