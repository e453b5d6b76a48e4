/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_DIGITS = 5, PORT_MOST = 65535 };

static bool is_number(const char *host)
{
    struct in6_addr a;
    return inet_pton(AF_INET, host, &a) == 1 || inet_pton(AF_INET6, host, &a) == 1;
}

int address_of(const char *number, const char *port, struct address *out)
{
    size_t digits = strspn(port, "0123456789");
    if (digits == 0 || digits > PORT_DIGITS || port[digits] != '\0' || !is_number(number))
        return -1;
    out->port = atoi(port);
    snprintf(out->host, sizeof out->host, "%s", number);
    return out->port >= 1 && out->port <= PORT_MOST ? 0 : -1;
}

/* One word of a list. */
static int read_word(char *word, struct address *out)
{
    char *colon = strrchr(word, ':');
    if (*word == '/') {
        out->port = 0;
        strcpy(out->host, word);
        return 0;
    }
    if (!colon)
        return -1;
    *colon = '\0';
    size_t n = strlen(word);
    bool in_brackets = n > 2 && word[0] == '[' && word[n - 1] == ']';
    if (in_brackets)
        word[n - 1] = '\0';
    else if (strchr(word, ':'))
        return -1; /* which of its colons is before the port? */
    return address_of(word + (in_brackets ? 1 : 0), colon + 1, out);
}

int address_at(const char *list, size_t i, struct address *out)
{
    static const char between[] = " ,";
    char word[ADDRESS_HOST_MAX + 1];
    const char *at = list + strspn(list, between);
    for (; i > 0 && *at != '\0'; i--) {
        at += strcspn(at, between);
        at += strspn(at, between);
    }
    size_t n = strcspn(at, between);
    if (n == 0)
        return 0;
    if (n >= sizeof word)
        return -1;
    memcpy(word, at, n);
    word[n] = '\0';
    return read_word(word, out) < 0 ? -1 : 1;
}

static bool list_is_good(const char *list, bool sockets_too)
{
    struct address a;
    int found = 1;
    for (size_t i = 0; found > 0; i++) {
        found = address_at(list, i, &a);
        if (found > 0 && a.port == 0 && !sockets_too)
            return false;
    }
    return found == 0;
}

bool address_list_is_good(const char *list)
{
    return list_is_good(list, true);
}

bool address_list_has_ports(const char *list)
{
    return list_is_good(list, false);
}

void address_write(const struct address *a, char out[ADDRESS_TEXT_SIZE])
{
    const char *form = a->port == 0 ? "%s" : strchr(a->host, ':') ? "[%s]:%d" : "%s:%d";
    snprintf(out, ADDRESS_TEXT_SIZE, form, a->host, a->port);
}
