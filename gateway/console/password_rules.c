/* SPDX-License-Identifier: Apache-2.0 */
#include "console/password_rules.h"

#include <stddef.h>
#include <string.h>
#include <zxcvbn.h>

#include "base/utf8.h"

enum {
    LEAST_BITS = 35, /* some 10^10 guesses: by then all online guessing has been throttled */
    LOOK_MAX = 40    /* octets that are looked at; the search takes long for longer ones */
};

const char *password_weakness(const char *password, const char *login, const char *name)
{
    const char *known[] = {"mekong",           "mekongline",     "console",
                           login ? login : "", name ? name : "", NULL};
    char head[LOOK_MAX + 1];
    size_t count = utf8_count(password, strlen(password));
    if (count < PASSWORD_LEAST)
        return "A password has at least 12 characters. Take four words that do not belong "
               "together.";
    if (count > PASSWORD_MOST)
        return "A password has at most 128 characters. Shorten it.";
    strncpy(head, password, LOOK_MAX);
    head[LOOK_MAX] = '\0';
    double bits = ZxcvbnMatch(head, known, NULL);
    memset(head, 0, sizeof head);
    if (bits < LEAST_BITS)
        return "This password is easy to guess. Take four words that do not belong together.";
    return NULL;
}
