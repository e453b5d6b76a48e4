/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_redis_slots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

/* CRC-16/XMODEM, four bits at a time. */
static unsigned crc16(const char *data, size_t n)
{
    static const uint16_t table[16] = {0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5,
                                       0x60c6, 0x70e7, 0x8108, 0x9129, 0xa14a, 0xb16b,
                                       0xc18c, 0xd1ad, 0xe1ce, 0xf1ef};
    unsigned crc = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned octet = (unsigned char)data[i];
        crc = (crc << 4 & 0xffff) ^ table[crc >> 12 ^ octet >> 4];
        crc = (crc << 4 & 0xffff) ^ table[crc >> 12 ^ (octet & 15)];
    }
    return crc;
}

unsigned slot_of(const char *key)
{
    const char *open = strchr(key, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    unsigned crc = close && close > open + 1 ? crc16(open + 1, (size_t)(close - open - 1))
                                             : crc16(key, strlen(key));
    return crc % SLOT_COUNT;
}

/* The place of an address in the map, where it is added if it is new. -1 if there is no room. */
static int place_of(struct slot_map *m, const struct address *a)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->at[i].port == a->port && strcmp(m->at[i].host, a->host) == 0)
            return (int)i;
    if (m->count == SLOT_MASTERS_MAX)
        return -1;
    m->at[m->count] = *a;
    return (int)m->count++;
}

/* The master of a range: an address, a port and more. Returns 0 or -1. */
static int read_master(const redisReply *r, const char *asked, struct address *out)
{
    char port[24];
    if (r->type != REDIS_REPLY_ARRAY || r->elements < 2 ||
        r->element[1]->type != REDIS_REPLY_INTEGER)
        return -1;
    const redisReply *host = r->element[0];
    bool left_out =
        host->type == REDIS_REPLY_NIL || (host->type == REDIS_REPLY_STRING && !host->len);
    if (!left_out && host->type != REDIS_REPLY_STRING)
        return -1;
    snprintf(port, sizeof port, "%lld", r->element[1]->integer);
    return address_of(left_out ? asked : host->str, port, out);
}

/* One range: its first slot, its last, the master, then replicas. */
static int read_range(const redisReply *r, const char *asked, struct slot_map *out,
                      char why[SLOT_WHY_MAX])
{
    struct address at;
    bool fits = r->type == REDIS_REPLY_ARRAY && r->elements >= 3 &&
                r->element[0]->type == REDIS_REPLY_INTEGER &&
                r->element[1]->type == REDIS_REPLY_INTEGER && r->element[0]->integer >= 0 &&
                r->element[0]->integer <= r->element[1]->integer &&
                r->element[1]->integer < SLOT_COUNT;
    if (!fits || read_master(r->element[2], asked, &at) < 0) {
        snprintf(why, SLOT_WHY_MAX, "the slots are given without addresses in numbers");
        return -1;
    }
    int place = place_of(out, &at);
    if (place < 0) {
        snprintf(why, SLOT_WHY_MAX, "more than %d masters", SLOT_MASTERS_MAX);
        return -1;
    }
    for (long long i = r->element[0]->integer; i <= r->element[1]->integer; i++)
        out->owner[i] = (uint8_t)(place + 1);
    return 0;
}

int slot_map_read(const redisReply *r, const char *asked, struct slot_map *out,
                  char why[SLOT_WHY_MAX])
{
    memset(out, 0, sizeof *out);
    if (r->type == REDIS_REPLY_ERROR) {
        snprintf(why, SLOT_WHY_MAX, "%.100s", r->str);
        return -1;
    }
    if (r->type != REDIS_REPLY_ARRAY || r->elements == 0) {
        snprintf(why, SLOT_WHY_MAX, "the node knows of no slots; it is in no cluster yet");
        return -1;
    }
    for (size_t i = 0; i < r->elements; i++)
        if (read_range(r->element[i], asked, out, why) < 0)
            return -1;
    return 0;
}

/* HOST:PORT, where a host may have colons too, and stands without brackets. */
static int read_place(char *text, struct address *out)
{
    char *colon = strrchr(text, ':');
    if (!colon)
        return -1;
    *colon = '\0';
    bool left_out = colon == text;
    if (address_of(left_out ? "0.0.0.0" : text, colon + 1, out) < 0)
        return -1;
    if (left_out)
        out->host[0] = '\0';
    return 0;
}

int slot_redirect_read(const char *error, size_t n, struct slot_redirect *out)
{
    char text[ADDRESS_TEXT_SIZE + 16], place[ADDRESS_TEXT_SIZE];
    int end = 0;
    if (n >= sizeof text || memchr(error, '\0', n))
        return -1;
    memcpy(text, error, n);
    text[n] = '\0';
    bool moved = strncmp(text, "MOVED ", 6) == 0;
    if (!moved && strncmp(text, "ASK ", 4) != 0)
        return -1;
    const char *rest = text + (moved ? 6 : 4);
    size_t digits = strspn(rest, "0123456789");
    if (digits == 0 || digits > 5 || sscanf(rest, "%u %116s%n", &out->slot, place, &end) != 2 ||
        rest[end] != '\0' || out->slot >= SLOT_COUNT)
        return -1;
    out->turn = moved ? SLOT_MOVED : SLOT_ASK;
    return read_place(place, &out->at);
}
