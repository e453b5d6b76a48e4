/* SPDX-License-Identifier: Apache-2.0 */
#include "phone/display.h"

#include <string.h>
#include <wchar.h>

#include "base/utf8.h"
#include "text/coding.h"

enum { LINE_MAX_OCTETS = 8192 };

/* Columns that a character takes in the terminal. */
static int columns_of(uint32_t cp)
{
    int n = wcwidth((wchar_t)cp);
    return n > 0 ? n : 0;
}

static int width(const char *s, size_t len)
{
    int columns = 0;
    uint32_t cp;
    for (size_t i = 0; i < len;) {
        int n = utf8_next(s + i, len - i, &cp);
        if (n <= 0)
            break;
        columns += columns_of(cp);
        i += (size_t)n;
    }
    return columns;
}

static void repeat(FILE *out, const char *s, int times)
{
    while (times-- > 0)
        fputs(s, out);
}

static void row(FILE *out, const char *s, size_t len)
{
    fprintf(out, "│ %.*s", (int)len, s);
    repeat(out, " ", DISPLAY_COLUMNS - width(s, len));
    fputs(" │\n", out);
}

/* How many octets of a line stand in one row, cuts grading its offsets. At least one character. */
static size_t fit(const char *s, size_t len, const uint8_t *cuts)
{
    size_t word = 0, grapheme = 0;
    int columns = 0;
    uint32_t cp;
    for (size_t i = 0; i < len;) {
        int n = utf8_next(s + i, len - i, &cp);
        if (n <= 0)
            return len;
        columns += columns_of(cp);
        if (columns > DISPLAY_COLUMNS && cp != ' ')
            return word > 0 ? word : grapheme > 0 ? grapheme : i > 0 ? i : (size_t)n;
        i += (size_t)n;
        if (cuts[i] >= CUT_WORD)
            word = i;
        if (cuts[i] >= CUT_GRAPHEME)
            grapheme = i;
    }
    return len;
}

/* One line of the text, in as many rows as it needs. */
static void rows(const struct display *d, const char *s, size_t len)
{
    uint8_t cuts[LINE_MAX_OCTETS + 1];
    if (len == 0 || len > LINE_MAX_OCTETS || words_cuts(d->words, "", s, len, cuts) < 0) {
        row(d->out, s, len);
        return;
    }
    for (size_t i = 0; i < len;) {
        size_t n = fit(s + i, len - i, cuts + i), shown = n;
        while (shown > 1 && s[i + shown - 1] == ' ')
            shown--;
        row(d->out, s + i, shown);
        i += n;
    }
}

void display_box(const struct display *d, const char *title, const char *text)
{
    fputs("┌─", d->out);
    if (title[0] != '\0')
        fprintf(d->out, " %s ", title);
    repeat(d->out, "─", DISPLAY_COLUMNS + 1 - (title[0] ? width(title, strlen(title)) + 2 : 0));
    fputs("┐\n", d->out);
    for (const char *s = text;; s++) {
        size_t len = strcspn(s, "\n");
        rows(d, s, len);
        s += len;
        if (*s == '\0')
            break;
    }
    fputs("└", d->out);
    repeat(d->out, "─", DISPLAY_COLUMNS + 2);
    fputs("┘\n", d->out);
}

/* Does a line of the text begin with the key for more? */
static bool has_more(const struct display *d, const char *text)
{
    size_t n = strlen(d->more);
    for (const char *s = text; s && n > 0; s = strchr(s, '\n')) {
        s += *s == '\n';
        if (strncmp(s, d->more, n) == 0 && s[n] == ' ')
            return true;
    }
    return false;
}

void display_screen(const struct display *d, const char *text, bool ended)
{
    struct measure m;
    display_box(d, "", text);
    if (coding_measure(text, strlen(text), &m) < 0)
        return;
    if (m.coding == CODING_GSM7)
        fprintf(d->out, "  gsm7 %zu of %d septets", m.septets, (int)d->carrier->ussd_septets);
    else
        fprintf(d->out, "  ucs2 %zu of %d units · %zu octets", m.units, (int)d->carrier->ussd_units,
                coding_octets(&m));
    if (has_more(d, text))
        fprintf(d->out, " · goes on with %s", d->more);
    fputs(ended ? " · the end\n" : "\n", d->out);
}

void display_sms(const struct display *d, const struct handset_sms *sms)
{
    char title[DISPLAY_COLUMNS];
    struct measure m;
    snprintf(title, sizeof title, "SMS from %.15s", sms->from);
    display_box(d, title, sms->text);
    if (coding_measure(sms->text, strlen(sms->text), &m) < 0)
        return;
    if (m.coding == CODING_GSM7)
        fprintf(d->out, "  gsm7 %zu septets", m.septets);
    else
        fprintf(d->out, "  ucs2 %zu units", m.units);
    fprintf(d->out, " · %u SMS segment%s\n", sms->segments, sms->segments == 1 ? "" : "s");
}

void display_outcome(const struct display *d, const struct handset *h)
{
    if (h->outcome == OUTCOME_SILENT)
        fputs("  (no answer was meant)\n", d->out);
    else if (h->outcome == OUTCOME_REFUSED)
        fprintf(d->out, "  refused: %s\n", h->refusal);
    else if (h->outcome == OUTCOME_LOST)
        fprintf(d->out, "  no answer in %d s. Are broker and gateway running?\n",
                LINE_GIVE_UP_MS / 1000);
}
