/* SPDX-License-Identifier: Apache-2.0 */
/* What others ask of the numbers to be dialled. */
#ifndef ML_CONSOLE_API_NUMBERS_H
#define ML_CONSOLE_API_NUMBERS_H

#include <stddef.h>

struct files;

struct numbers_sum {
    size_t numbers; /* contacts that have one */
    size_t never;   /* that nobody has dialled with success */
};

/* Pure; for any thread. */
struct numbers_sum numbers_count(const struct files *files);

#endif
