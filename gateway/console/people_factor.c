/* SPDX-License-Identifier: Apache-2.0 */
#include "console/people_factor.h"

#include <string.h>

#include "base/digest.h"
#include "base/password.h"

/* What the row holds. A damaged key is none. */
struct keys {
    bool found, has_key, has_asked;
    uint8_t key[TOTP_KEY_SIZE], asked[TOTP_KEY_SIZE];
    int64_t last;
};

static bool copy_key(const struct db_value *v, uint8_t out[TOTP_KEY_SIZE])
{
    if (v->type != DB_BLOB || v->len != TOTP_KEY_SIZE)
        return false;
    memcpy(out, v->octets, TOTP_KEY_SIZE);
    return true;
}

static bool take_keys(void *arg, const struct db_value *columns, size_t count)
{
    struct keys *k = arg;
    (void)count;
    k->found = true;
    k->has_key = copy_key(&columns[0], k->key);
    k->has_asked = copy_key(&columns[1], k->asked);
    k->last = columns[2].num;
    return false;
}

static enum db_result read_keys(struct db *db, int64_t person, struct keys *k)
{
    *k = (struct keys){0};
    return db_run(db, "SELECT totp, totp_asked, totp_last FROM people WHERE id = ?1",
                  (struct db_value[]){DB_I(person), DB_END}, &(struct db_rows){take_keys, k}, NULL);
}

enum people_result people_factor_ask(struct db *db, int64_t person, uint8_t key[TOTP_KEY_SIZE])
{
    struct keys k;
    enum people_result r = people_of(read_keys(db, person, &k));
    if (r == PEOPLE_OK && !k.found)
        r = PEOPLE_UNKNOWN;
    if (r == PEOPLE_OK && k.has_key)
        r = PEOPLE_TAKEN;
    if (r == PEOPLE_OK && !k.has_asked) {
        digest_random(k.asked, sizeof k.asked);
        const struct db_value values[] = {DB_I(person), DB_B((const char *)k.asked, sizeof k.asked),
                                          DB_END};
        r = people_of(
            db_run(db, "UPDATE people SET totp_asked = ?2 WHERE id = ?1", values, NULL, NULL));
    }
    if (r == PEOPLE_OK)
        memcpy(key, k.asked, TOTP_KEY_SIZE);
    password_wipe(&k, sizeof k);
    return r;
}

/* Note that the code of this step is used. Only if none as new was: two that come at once with the
 * same code do not both get in. */
static enum people_factor note_step(struct db *db, int64_t person, int64_t step)
{
    int64_t changed = 0;
    if (db_run(db, "UPDATE people SET totp_last = ?2 WHERE id = ?1 AND totp_last < ?2",
               (struct db_value[]){DB_I(person), DB_I(step), DB_END}, NULL, &changed) != DB_OK)
        return FACTOR_FAULT;
    return changed > 0 ? FACTOR_RIGHT : FACTOR_WRONG;
}

/* Is it a code of the key that is in use, or, asked, of the one that is being set up? */
static enum people_factor take(struct db *db, int64_t person, const char *code, bool asked,
                               int64_t now_ms)
{
    struct keys k;
    enum people_factor r = FACTOR_NONE;
    if (read_keys(db, person, &k) != DB_OK)
        return FACTOR_FAULT;
    if (asked ? k.has_asked : k.has_key) {
        int64_t step = totp_fits(asked ? k.asked : k.key, code, now_ms, k.last);
        r = step >= 0 ? note_step(db, person, step) : FACTOR_WRONG;
    }
    password_wipe(&k, sizeof k);
    return r;
}

enum people_factor people_factor_confirm(struct db *db, int64_t person, const char *code,
                                         int64_t now_ms)
{
    enum people_factor r = take(db, person, code, true, now_ms);
    if (r == FACTOR_RIGHT &&
        db_run(db, "UPDATE people SET totp = totp_asked, totp_asked = x'' WHERE id = ?1",
               (struct db_value[]){DB_I(person), DB_END}, NULL, NULL) != DB_OK)
        return FACTOR_FAULT;
    return r;
}

enum people_factor people_factor_use(struct db *db, int64_t person, const char *code,
                                     int64_t now_ms)
{
    return take(db, person, code, false, now_ms);
}

enum people_result people_factor_remove(struct db *db, int64_t person)
{
    int64_t changed = 0;
    enum db_result r = db_run(db, "UPDATE people SET totp = x'', totp_asked = x'' WHERE id = ?1",
                              (struct db_value[]){DB_I(person), DB_END}, NULL, &changed);
    if (r != DB_OK)
        return people_of(r);
    return changed > 0 ? PEOPLE_OK : PEOPLE_UNKNOWN;
}
