/* SPDX-License-Identifier: Apache-2.0 */
/* Files put in place together. */
#ifndef ML_DESK_SAVE_H
#define ML_DESK_SAVE_H

#include "catalog/content.h"
#include "catalog/finding.h"

enum saved {
    SAVED_ALL,
    SAVED_NOTHING,
    SAVED_PART /* a rename failed after another; the files are whole, each old or new */
};

/* Write files below a folder: all of them first under hidden names beside their places, brought to
 * the disk, then each renamed. Their own folder is made if it is not there. A failure before the
 * first rename leaves nothing behind. Not SAVED_ALL comes with a fault. */
enum saved save_files(const char *folder, const struct catalog_file *files, size_t count,
                      struct findings *f);

#endif
