/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of servers in a list, separated by spaces or commas: 10.0.0.1:26379, [fd00::1]:26379,
 * or the path of a Unix socket. Numbers only: to look up a name blocks. */
#ifndef ML_BASE_ADDRESS_H
#define ML_BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

enum { ADDRESS_HOST_MAX = 107, ADDRESS_TEXT_SIZE = ADDRESS_HOST_MAX + 10 };

struct address {
    char host[ADDRESS_HOST_MAX + 1];
    int port; /* 0: host is the path of a Unix socket */
};

/* The i-th of a list. Returns 1; 0 if the list is shorter; -1 if it is no address. */
int address_at(const char *list, size_t i, struct address *out);

/* Each of the list is an address; a list may be empty. */
bool address_list_is_good(const char *list);

/* The same, and each has a port. */
bool address_list_has_ports(const char *list);

/* A number and a port apart. Returns 0, or -1 if they are none. */
int address_of(const char *number, const char *port, struct address *out);

/* As it stands in a list. */
void address_write(const struct address *a, char out[ADDRESS_TEXT_SIZE]);

#endif
