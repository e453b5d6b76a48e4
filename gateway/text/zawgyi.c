/* SPDX-License-Identifier: Apache-2.0 */
/* The detector is the published model of Google's myanmar-tools (Apache-2.0), a first-order Markov
 * model of code point transitions: for each pair of states the difference of the logarithms of its
 * probability in Unicode and in Zawgyi. Format and evaluation follow that project's
 * zawgyi_detector.ts. The converter is CLDR's transform Zawgyi-my, as ICU has it.
 *
 * The file, big-endian: "UZMODEL ", u32 version (1 or 2), in version 2 a u32 state set; "BMARKOV ",
 * u32 0, u16 number of states; then a row for each state: u16 number of entries, and if there are
 * any a f32 for all other columns and for each entry u16 column (ascending) and f32. */
#include "text/zawgyi.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/utf8.h"

enum { MODEL_MAX = 1 << 20, LENGTH_MAX = 8192, STATES_MAX = 227 };

/* Ranges of code points that are states of their own, in the order of the states; state 0 is all
 * else. The digits U+1040 to U+1049 are the same in both encodings. */
static const struct {
    uint16_t first, last;
} ranges[] = {
    {0x1000, 0x103F}, {0x104A, 0x109F}, {0xAA60, 0xAA7F}, {0xA9E0, 0xA9FF}, {0x2000, 0x200B},
};

/* State sets of the file: with the spaces (the last range), or without. */
enum { SET_SPACES, SET_NO_SPACES, SETS };
static const uint16_t set_ranges[SETS] = {5, 4};
static const uint16_t set_states[SETS] = {STATES_MAX, STATES_MAX - 12};

struct zawgyi {
    UTransliterator *converter;
    uint32_t set;
    float delta[STATES_MAX][STATES_MAX]; /* from, to */
};

/* The rest of a file. Reading past its end sets bad and gives 0. */
struct reader {
    const uint8_t *at;
    size_t left;
    bool bad;
};

static uint32_t read_number(struct reader *r, size_t octets)
{
    uint32_t n = 0;
    if (r->left < octets) {
        r->bad = true;
        return 0;
    }
    for (size_t i = 0; i < octets; i++)
        n = n << 8 | r->at[i];
    r->at += octets;
    r->left -= octets;
    return n;
}

static float read_float(struct reader *r)
{
    uint32_t bits = read_number(r, 4);
    float f;
    memcpy(&f, &bits, sizeof f);
    if (!isfinite(f))
        r->bad = true;
    return f;
}

static void expect(struct reader *r, const char *tag)
{
    for (; *tag != '\0'; tag++)
        if (read_number(r, 1) != (uint8_t)*tag)
            r->bad = true;
}

static void read_row(struct reader *r, float *row, uint16_t states)
{
    uint32_t entries = read_number(r, 2), least = 0;
    float other = entries > 0 ? read_float(r) : 0;
    for (uint16_t i = 0; i < states; i++)
        row[i] = other;
    for (; entries > 0 && !r->bad; entries--) {
        uint32_t column = read_number(r, 2);
        float delta = read_float(r);
        if (column < least || column >= states)
            r->bad = true;
        else
            row[column] = delta;
        least = column + 1;
    }
}

/* Returns 0, or -1 if these are not exactly the octets of a model. */
static int read_model(struct zawgyi *z, const uint8_t *model, size_t len)
{
    struct reader r = {.at = model, .left = len};
    expect(&r, "UZMODEL ");
    uint32_t version = read_number(&r, 4);
    z->set = version == 2 ? read_number(&r, 4) : SET_SPACES;
    if (version < 1 || version > 2 || z->set >= SETS)
        return -1;
    expect(&r, "BMARKOV ");
    if (read_number(&r, 4) != 0 || read_number(&r, 2) != set_states[z->set])
        return -1;
    for (uint16_t i = 0; i < set_states[z->set] && !r.bad; i++)
        read_row(&r, z->delta[i], set_states[z->set]);
    return r.bad || r.left > 0 ? -1 : 0;
}

struct zawgyi *zawgyi_parse(const uint8_t *model, size_t len, char err[ZAWGYI_ERROR_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    struct zawgyi *z = calloc(1, sizeof *z);
    snprintf(err, ZAWGYI_ERROR_MAX, "no memory; free some");
    if (z == NULL)
        return NULL;
    if (read_model(z, model, len) < 0) {
        snprintf(err, ZAWGYI_ERROR_MAX,
                 "this is no model; take zawgyiUnicodeModel.dat of myanmar-tools");
        goto out;
    }
    z->converter = utrans_openU(u"Zawgyi-my", -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_SUCCESS(status))
        return z;
    snprintf(err, ZAWGYI_ERROR_MAX, "ICU has no transform Zawgyi-my (%s); install all of its data",
             u_errorName(status));
out:
    zawgyi_free(z);
    return NULL;
}

struct zawgyi *zawgyi_open(const char *path, char err[ZAWGYI_ERROR_MAX])
{
    char why[ZAWGYI_ERROR_MAX] = "no memory; free some";
    struct zawgyi *z = NULL;
    uint8_t *model = malloc(MODEL_MAX);
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        snprintf(why, sizeof why, "%s; name a file that can be read", strerror(errno));
    else if (model != NULL)
        z = zawgyi_parse(model, fread(model, 1, MODEL_MAX, in), why);
    if (z == NULL)
        snprintf(err, ZAWGYI_ERROR_MAX, "%.120s: %.120s", path, why);
    free(model);
    if (in != NULL)
        fclose(in);
    return z;
}

void zawgyi_free(struct zawgyi *z)
{
    if (z != NULL && z->converter != NULL)
        utrans_close(z->converter);
    free(z);
}

static size_t state_of(const struct zawgyi *z, uint32_t cp)
{
    size_t state = 1;
    for (size_t i = 0; i < set_ranges[z->set]; i++) {
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return state + cp - ranges[i].first;
        state += (size_t)(ranges[i].last - ranges[i].first + 1);
    }
    return 0;
}

double zawgyi_odds(const struct zawgyi *z, const char *text, size_t len)
{
    double sum = 0;
    size_t before = 0, letters = 0;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        if (step <= 0)
            return -INFINITY;
        at += (size_t)step;
        size_t state = state_of(z, cp);
        if (before != 0 || state != 0)
            sum += z->delta[before][state];
        letters += state > 0 && state < set_states[SET_NO_SPACES];
        before = state;
    }
    if (before != 0)
        sum += z->delta[before][0];
    return letters > 0 ? -sum : -INFINITY;
}

/* Convert in units, which have room for cap. Returns the new length, or -1. */
static int32_t convert(const struct zawgyi *z, UChar *units, int32_t n, int32_t cap)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t limit = n;
    utrans_transUChars(z->converter, units, &n, cap, 0, &limit, &status);
    return U_SUCCESS(status) ? n : -1;
}

static int convert_utf8(const struct zawgyi *z, const char *text, size_t len, char *out, size_t cap)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0, written = 0, room = (int32_t)len * 4 + 1;
    UChar *units = malloc((size_t)room * sizeof *units);
    if (units == NULL)
        return -1;
    u_strFromUTF8(units, room, &n, text, (int32_t)len, &status);
    n = U_SUCCESS(status) ? convert(z, units, n, room) : -1;
    if (n >= 0)
        u_strToUTF8(out, (int32_t)cap, &written, units, n, &status);
    free(units);
    return n < 0 || U_FAILURE(status) || (size_t)written >= cap ? -1 : written;
}

int zawgyi_to_unicode(const struct zawgyi *z, const char *text, size_t len, char *out, size_t cap)
{
    if (len > LENGTH_MAX || cap > INT32_MAX || !utf8_valid(text, len))
        return -1;
    if (zawgyi_odds(z, text, len) >= ZAWGYI_THRESHOLD)
        return convert_utf8(z, text, len, out, cap);
    if (len >= cap)
        return -1;
    memcpy(out, text, len);
    out[len] = '\0';
    return (int)len;
}
