/* SPDX-License-Identifier: Apache-2.0 */
#include "http/guard.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

int guard_read(const struct conf_aggregator *c, struct guard *out, char why[CONF_ERROR_MAX])
{
    memset(out, 0, sizeof *out);
    out->allow = c->allow;
    if (c->secret_file[0] == '\0' && c->allow[0] == '\0') {
        snprintf(
            why, CONF_ERROR_MAX,
            "neither secret_file nor allow is set: anybody could speak for any phone; set one");
        return -1;
    }
    return conf_read_password(c->secret_file, out->secret, sizeof out->secret, why);
}

static bool is_in_list(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (size_t len; *(list += strspn(list, " ")) != '\0'; list += len) {
        len = strcspn(list, " ");
        if (len == n && strncmp(list, word, n) == 0)
            return true;
    }
    return false;
}

/* Hashes are compared, so neither length nor beginning shows in the time. */
static bool same(const char *a, const char *b)
{
    uint8_t x[DIGEST_SIZE], y[DIGEST_SIZE], differ = 0;
    digest_sha256(a, strlen(a), x);
    digest_sha256(b, strlen(b), y);
    for (size_t i = 0; i < DIGEST_SIZE; i++)
        differ |= x[i] ^ y[i];
    return differ == 0;
}

bool guard_lets_in(const struct guard *g, const struct web_request *r)
{
    const char *field = web_field(r, "secret");
    if (g->allow[0] != '\0' && !is_in_list(g->allow, r->peer))
        return false;
    if (g->secret[0] == '\0')
        return true;
    return same(g->secret, r->secret) || (field && same(g->secret, field));
}
