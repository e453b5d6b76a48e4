/* SPDX-License-Identifier: Apache-2.0 */
/* An entry of the content by its address, and the file written again with that entry changed.
 *
 * An address is FILE#ID, or FILE#SECTION/ID where a file has several lists and ID is not in the
 * first one:
 *
 *   texts/lo/fees.json#fee.rule.th-visa      menu.json#main          channels.json#th-doe-1694
 *   fees.json#la-th-visa (a rule)            fees.json#corridors/la-th, fees.json#items/visa
 *   keywords.json#main (words of a node)     keywords.json#languages/lo
 *   glossary.json#broker (a term)            glossary.json#currencies/baht, #cautions/plans
 *   centres.json#ID   sources.json#ID   facts.json#ID   languages.json#lo
 *
 * A changed entry is written as the house writes: in one line, or one line a member, as it stood
 * before; a new one like the last of its list, behind it. All else stays octet for octet. */
#ifndef ML_EDITING_PLACE_H
#define ML_EDITING_PLACE_H

#include "editing/files.h"

enum {
    PLACE_FILE_MAX = 128,   /* octets of each part, the NUL included */
    PLACE_SECTION_MAX = 16, /* "rules", "nodes" and so on */
    PLACE_ID_MAX = 96,
    PLACE_MAX = PLACE_FILE_MAX + PLACE_SECTION_MAX + PLACE_ID_MAX,
    PLACE_WHY_MAX = 256,
    PLACE_MARK_SIZE = 17
};

/* An address in parts. */
struct place_parts {
    char file[PLACE_FILE_MAX];
    char section[PLACE_SECTION_MAX]; /* the member of the file that holds the list */
    char id[PLACE_ID_MAX];
    char language[8]; /* of a text; "" elsewhere */
};

/* Take an address apart. Returns 0, or -1 with why (a sentence with the remedy) if no file of the
 * content has such a place. It need not be there. */
int place_parse(const char *place, struct place_parts *out, char why[PLACE_WHY_MAX]);

/* The entry as it stands in its file, NUL-terminated and the caller's to free; NULL if it is not
 * there (or there is no memory). */
char *place_get(const struct files *f, const char *place);

/* The files with the entry changed, or put behind the last one; json NULL: without it. json is any
 * valid JSON value of the right kind, in any layout. An entry that holds its own id must hold that
 * of the place. NULL with why. Deleting what is not there gives the same files. */
struct files *place_set(const struct files *f, const char *place, const char *json,
                        char why[PLACE_WHY_MAX]);

/* Entries of a file in its order. json (len octets, not terminated) is as it stands in the file. fn
 * returns 0 to go on. Returns what fn returned, or -1 if there is no such file or it is no JSON. */
typedef int (*place_fn)(void *arg, const char *place, const char *json, size_t len);
int place_list(const struct files *f, const char *file, place_fn fn, void *arg);

/* The mark of an entry as it was read: first 16 hex digits of its SHA-256; "" of NULL. */
void place_mark(const char *json, char mark[PLACE_MARK_SIZE]);

#endif
