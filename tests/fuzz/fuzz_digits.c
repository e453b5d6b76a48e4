/* SPDX-License-Identifier: Apache-2.0 */
/* Typed digits: anything can be typed; the answers stay within their ranges. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/digits.h"
#include "text/fold.h"

enum { MOST = 1024 };

static void must(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *typed = (const char *)data;
    char plain[4 * MOST], folded[16 * MOST];
    int64_t amount = 0;
    if (size > MOST)
        return 0;
    size_t n = digits_plain(typed, size, plain, sizeof(plain));
    must(n < sizeof(plain) && plain[n] == '\0' && utf8_valid(plain, n));
    int choice = digits_choice(typed, size);
    must(choice >= -1 && choice <= 9999);
    if (digits_amount(typed, size, &amount) == 0)
        must(amount >= 0 && amount <= 1000000000000);
    int folds = fold_keyword(typed, size, folded, sizeof(folded));
    must((folds >= 0) == utf8_valid(typed, size));
    if (folds >= 0)
        must(utf8_valid(folded, (size_t)folds));
    return 0;
}
