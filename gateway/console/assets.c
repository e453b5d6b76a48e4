/* SPDX-License-Identifier: Apache-2.0 */
#include "console/assets.h"

#include <stdlib.h>
#include <string.h>

static int by_path(const void *path, const void *asset)
{
    return strcmp(path, ((const struct asset *)asset)->path);
}

const struct asset *asset_find(const char *path)
{
    return bsearch(path, console_assets, console_assets_count, sizeof *console_assets, by_path);
}
