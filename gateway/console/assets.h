/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the web application, in the program itself (web/embed.cmake puts them there). */
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

/* The file at a path, or NULL. */
const struct asset *asset_find(const char *path);

#endif
