/* SPDX-License-Identifier: Apache-2.0 */
/* Does a screen look as a transcript expects? */
#include <string.h>

#include "phone/script.h"

static bool line_is(const char *line, size_t len, const char *text)
{
    return strlen(text) == len && memcmp(line, text, len) == 0;
}

/* The next line of the text, NULL after the last. */
static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : NULL;
}

static bool some_line_holds(const char *text, const char *part)
{
    const char *at = strstr(text, part);
    return at != NULL; /* a part has no line end in it */
}

/* From `line` (NULL: after the last) on, do lines e to end match? *line_no is the expected line
 * where it stopped. */
static bool match_lines(const struct script_expected *e, const struct script_expected *end,
                        const char *line, unsigned *line_no)
{
    for (; e < end; e++) {
        if (e->match == SCRIPT_PART)
            continue;
        *line_no = e->line;
        if (e->match == SCRIPT_ANY) {
            for (; line; line = next_line(line))
                if (match_lines(e + 1, end, line, line_no))
                    return true;
            return match_lines(e + 1, end, NULL, line_no);
        }
        if (!line || !line_is(line, strcspn(line, "\n"), e->text))
            return false;
        line = next_line(line);
    }
    return line == NULL;
}

bool script_matches(const struct script *s, const struct script_step *step, const char *text,
                    unsigned *line)
{
    const struct script_expected *first = s->expected + step->first, *end = first + step->count;
    bool whole = false;
    for (const struct script_expected *e = first; e < end; e++) {
        *line = e->line;
        if (e->match == SCRIPT_PART && !some_line_holds(text, e->text))
            return false;
        whole = whole || e->match != SCRIPT_PART;
    }
    return !whole || match_lines(first, end, text, line);
}
