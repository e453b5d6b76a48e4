/* SPDX-License-Identifier: Apache-2.0 */
/* A question to the running gateway of a configuration, at its http.listen. */
#ifndef ML_DOCTOR_ASK_H
#define ML_DOCTOR_ASK_H

#include <stdio.h>

#include "base/conf.h"

enum { ASK_WHY_MAX = 256 };

/* GET path; the body is written to out. Returns the HTTP status, or 0 if there was no answer: why
 * says it. */
int ask_gateway(const struct conf *c, const char *path, FILE *out, char why[ASK_WHY_MAX]);

#endif
