/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes: how much was served, counted by the hour (UTC), for whoever plans and pays for it.
 * Labels come from small sets (a carrier's name, a language, the country of a number, a node); a
 * number or anything else of a person never comes here.
 *
 * Counting is an increment in memory that was taken at the start. What is kept elsewhere is a
 * *record*: all that this process has counted in one hour, as text (core/volumes_record.h). Each
 * record of an hour replaces the one before it, so it may be stored again when nobody knows whether
 * it was; its sequence number tells the newer of two. A record has a writer's number, which no
 * other process has: those of several gateways, or of one before and after a restart, stand side by
 * side and are added by the reader.
 *
 * While nobody takes records, the last VOLUMES_HOURS hours in which something was counted are kept;
 * then the oldest is given up, and counted as lost. */
#ifndef ML_CORE_VOLUMES_H
#define ML_CORE_VOLUMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum volume_measure {
    VOLUME_SESSIONS, /* dialogues begun */
    VOLUME_STEPS,    /* messages of a worker that were stepped; a repeat is none */
    VOLUME_SMS_IN,   /* those of them that came by SMS */
    VOLUME_SMS_OUT,  /* SMS that a step caused */
    VOLUME_MEASURES
};

/* What happens at a node. A visit begins when its first screen is shown, and may end in one of the
 * other ways; pages, wrong answers and entries of a form are part of one visit. */
enum node_event {
    NODE_SHOWN,
    NODE_CHOSEN,  /* an answer led on, or the form was filed */
    NODE_BACK,    /* the worker went back, to the main menu, or left */
    NODE_DROPPED, /* the USSD dialogue ended here */
    NODE_EVENTS
};

enum {
    VOLUMES_KINDS = 2,     /* USSD and SMS */
    VOLUMES_CARRIERS = 32, /* label values at most; the last is "other" */
    VOLUMES_LANGUAGES = 16,
    VOLUMES_COUNTRIES = 8,
    VOLUMES_NODES = 512,
    VOLUMES_VERSIONS = 8,
    VOLUMES_HOURS = 26,
    VOLUMES_LABEL_SIZE = 96 /* octets of a label with its NUL */
};

/* One step, as it is counted. */
struct volume_step {
    int64_t now_ms;
    const char *bridge, *lang;
    const char *country; /* ISO 3166-1; "" counts as "other" */
    bool sms;            /* came by SMS; else USSD */
    bool begins;         /* a dialogue */
    unsigned sms_out;
    uint64_t version; /* of the content: first 64 bits of its name */
};

struct volumes;

/* writer differs between processes, also before and after a restart. NULL without memory. */
struct volumes *volumes_new(uint64_t writer);
void volumes_free(struct volumes *v); /* NULL is fine */

/* Count. v may be NULL. */
void volumes_step(struct volumes *v, const struct volume_step *s);
void volumes_node(struct volumes *v, int64_t now_ms, uint32_t key, const char *id,
                  enum node_event e);

/* The oldest hour after `after` (-1: of all) whose record is not stored. False if there is none. */
bool volumes_next(const struct volumes *v, int64_t after, int64_t *hour);

/* Write the record of an hour. Returns its sequence number, 0 if that hour is not kept. */
uint64_t volumes_write(const struct volumes *v, int64_t hour, FILE *out);

/* The record of that hour with that number is stored. Hours before now_ms's are then let go. */
void volumes_stored(struct volumes *v, int64_t hour, uint64_t seq, int64_t now_ms);

/* The writer's number of an hour's record. */
uint64_t volumes_writer(const struct volumes *v, int64_t hour);
size_t volumes_waiting(const struct volumes *v); /* hours that are not stored */
uint64_t volumes_lost(const struct volumes *v);  /* hours given up */

#endif
