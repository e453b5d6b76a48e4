/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the endpoints of translation. */
#ifndef ML_CONSOLE_API_TRANSLATION_H
#define ML_CONSOLE_API_TRANSLATION_H

#include <stdbool.h>

#include "catalog/bundle.h"
#include "console/call.h"
#include "editing/files.h"

enum {
    TRANSLATION_CODE = 9,       /* octets of a language's code, the NUL included */
    TRANSLATION_FINDINGS = 100, /* that an answer lists */
    TRANSLATION_CHANGES = 200
};

/* The field "language" of the query. False after a failure was answered. */
bool translation_language(const struct call *call, char out[TRANSLATION_CODE]);

/* The field "format": enum exchange_format, -1 after a failure was answered. */
int translation_format(const struct call *call);

/* The files as desk takes them; borrowed. */
struct bundle translation_files(const struct files *files);

/* A list of the findings of a level: file, line, id, message. */
void translation_findings(struct json_out *j, const char *key, const struct findings *f,
                          enum finding_level level);

struct later;

/* Make the answer that the content itself cannot be read, with the findings. */
void translation_refuse(struct later *l, const struct findings *f);

#endif
