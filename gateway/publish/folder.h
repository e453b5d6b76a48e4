/* SPDX-License-Identifier: Apache-2.0 */
/* A content folder that is to be published. */
#ifndef ML_PUBLISH_FOLDER_H
#define ML_PUBLISH_FOLDER_H

#include "base/conf.h"
#include "core/handler.h"
#include "message/content_codec.h"

struct folder;

/* Read the folder that the configuration names, and check it as `mekongline check` does; errors are
 * printed. The files of *b are set, and live as long as the folder. Returns NULL if there are
 * errors. */
struct folder *folder_check(const struct conf *c, const struct handler_table *handlers,
                            struct content_bundle *b);
void folder_free(struct folder *f); /* NULL is fine */

#endif
