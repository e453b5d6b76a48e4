/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the web application, in the program itself: web/embed.cmake writes the table at
 * build time, and no path of a request meets the file system. Every page's address stands in it
 * too, and is the same index.html. */
#ifndef ML_CONSOLE_ASSETS_H
#define ML_CONSOLE_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
    const char *path; /* such as "/app.js"; pages have their own entry each */
    const char *type; /* Content-Type */
    const char *octets;
    size_t len;
    const char *etag; /* with quotes */
    bool gzip;        /* octets are compressed */
};

/* In the order of their paths, octet by octet. */
extern const struct asset console_assets[];
extern const size_t console_assets_count;

/* The file at a path, or NULL. */
const struct asset *asset_find(const char *path);

#endif
