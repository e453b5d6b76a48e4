/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pseudonyms.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { PLACES = 4096 }; /* a power of two; the subscribers of some minutes */

struct place {
    uint8_t of[DIGEST_SIP_SIZE]; /* the MSISDN's SipHash */
    char key[SESSION_KEY_SIZE];  /* "" in a place that was never taken */
};

struct pseudonyms {
    struct digest_key secret;
    uint8_t sip_key[DIGEST_SIP_SIZE];
    struct place places[PLACES];
};

struct pseudonyms *pseudonyms_new(const char *secret, size_t secret_len)
{
    struct pseudonyms *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    digest_key_begin(&p->secret, secret, secret_len);
    digest_random(p->sip_key, sizeof p->sip_key);
    return p;
}

void pseudonyms_free(struct pseudonyms *p)
{
    if (p)
        explicit_bzero(p, sizeof *p);
    free(p);
}

void pseudonyms_key(struct pseudonyms *p, const char *msisdn, char out[SESSION_KEY_SIZE])
{
    uint8_t of[DIGEST_SIP_SIZE];
    uint32_t i;
    digest_sip(p->sip_key, msisdn, strlen(msisdn), of);
    memcpy(&i, of, sizeof i);
    struct place *place = &p->places[i % PLACES];
    if (place->key[0] == '\0' || memcmp(place->of, of, sizeof of) != 0) {
        session_key_of(&p->secret, msisdn, place->key);
        memcpy(place->of, of, sizeof of);
    }
    memcpy(out, place->key, SESSION_KEY_SIZE);
}
