/* SPDX-License-Identifier: Apache-2.0 */
/* Names by evdns. Each look-up has a resolver of its own, so that /etc/resolv.conf and /etc/hosts
 * are read anew, and a name server that was once slow is not held in suspicion.
 *
 * evdns may still use its resolver after it has answered (it waits for the other of two questions),
 * so the resolver is freed one turn of the loop later. After a cancel it is done with it. */
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/stream_internal.h"

struct stream_lookup {
    struct stream_lookup_options o; /* host is not kept */
    struct evdns_base *dns;
    struct evdns_getaddrinfo_request *request; /* NULL once answered */
    struct loop_timer *later;                  /* tells and frees */
    bool cancelled;
    struct stream_address address[STREAM_ADDRESSES_MAX];
    size_t count;
    char why[STREAM_WHY_MAX];
};

static void lookup_free(struct stream_lookup *l)
{
    if (l->dns)
        evdns_base_free(l->dns, 0);
    loop_timer_free(l->later);
    free(l);
}

static void tell(void *arg)
{
    struct stream_lookup *l = arg;
    if (!l->cancelled)
        l->o.found(l->o.arg, l->address, l->count, l->why);
    lookup_free(l);
}

static void keep_addresses(struct stream_lookup *l, const struct evutil_addrinfo *ai)
{
    for (; ai && l->count < STREAM_ADDRESSES_MAX; ai = ai->ai_next) {
        struct stream_address *a = &l->address[l->count];
        if (ai->ai_addrlen > sizeof a->v6)
            continue;
        memcpy(&a->any, ai->ai_addr, ai->ai_addrlen);
        a->len = ai->ai_addrlen;
        l->count++;
    }
}

static void on_answer(int result, struct evutil_addrinfo *ai, void *arg)
{
    struct stream_lookup *l = arg;
    l->request = NULL;
    if (result == EVUTIL_EAI_CANCEL) {
        lookup_free(l);
        return;
    }
    if (result == 0)
        keep_addresses(l, ai);
    if (ai)
        evutil_freeaddrinfo(ai);
    if (result == EVUTIL_EAI_NONAME || result == EVUTIL_EAI_NODATA)
        snprintf(l->why, sizeof l->why, "no such name; check host");
    else
        snprintf(l->why, sizeof l->why,
                 "no answer of a name server; check /etc/resolv.conf, or write an address");
    loop_timer_set(l->later, 0);
}

static void ask(struct stream_lookup *l)
{
    const char *conf =
        l->o.resolv_conf && *l->o.resolv_conf ? l->o.resolv_conf : "/etc/resolv.conf";
    struct evutil_addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
    char port[12];
    snprintf(port, sizeof port, "%d", l->o.port);
    evdns_base_resolv_conf_parse(l->dns, DNS_OPTIONS_ALL, conf); /* else 127.0.0.1 */
    l->request = evdns_getaddrinfo(l->dns, l->o.host, port, &hints, on_answer, l);
}

struct stream_lookup *stream_lookup_new(const struct stream_lookup_options *o)
{
    struct stream_lookup *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->o = *o;
    l->later = loop_timer_new(o->loop, tell, l);
    l->dns = l->later ? evdns_base_new(loop_base(o->loop), EVDNS_BASE_DISABLE_WHEN_INACTIVE) : NULL;
    if (!l->dns) {
        lookup_free(l);
        return NULL;
    }
    ask(l);
    l->o.host = l->o.resolv_conf = NULL;
    return l;
}

void stream_lookup_cancel(struct stream_lookup *l)
{
    l->cancelled = true;
    if (l->request)
        evdns_getaddrinfo_cancel(l->request);
}
