/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with the cases of a receiver, running or not. All return the exit status. */
#ifndef ML_CASEWORK_SHOW_H
#define ML_CASEWORK_SHOW_H

#include <stdbool.h>

#include "base/conf.h"

/* Make the keys of the case work: FOLDER/requests.key and FOLDER/requests.pub. */
int show_make_key(const char *folder);

/* Print the cases, without numbers and texts. */
int show_list(const struct conf *c, bool json);

/* Open the cases with this number or id with the secret key in key_file. */
int show_case(const struct conf *c, const char *which, const char *key_file);

/* wish is CASE=STATE. */
int show_set(const struct conf *c, const char *wish);

#endif
