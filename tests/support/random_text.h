/* SPDX-License-Identifier: Apache-2.0 */
/* Random text in the seven languages, the same on each run. */
#ifndef ML_TEST_RANDOM_TEXT_H
#define ML_TEST_RANDOM_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* xorshift64*: small and good enough to choose words. The seed must not be 0. */
struct dice {
    uint64_t state;
};

static inline uint32_t dice_roll(struct dice *d, uint32_t sides)
{
    d->state ^= d->state >> 12;
    d->state ^= d->state << 25;
    d->state ^= d->state >> 27;
    return (uint32_t)((d->state * 0x2545F4914F6CDD1Dull) >> 33) % sides;
}

static const char *const random_pieces[][8] = {
    {"do not", "pay", "a broker", "passport", "agency", "fee", "contract", "work"},
    {"ຢ່າຈ່າຍ", "ຄ່ານາຍໜ້າ", "ຮຽກຮ້ອງ", "ໃບຮັບເງິນ", "ເຮັດວຽກ", "ໜັງສືຜ່ານແດນ", "ນ້ຳ", "ແຮງງານ"},
    {"อย่าจ่าย", "ค่านายหน้า", "ใบเสร็จ", "หนังสือเดินทาง", "ศุกร์", "น้ำ", "แรงงาน", "เงิน"},
    {"កុំបង់ថ្លៃ", "ឈ្មួញកណ្តាល", "បង្កាន់ដៃ", "ស្ត្រី", "ចាប់", "ពលករ", "ប្រយោជន៍", "លិខិត"},
    {"ပွဲစားခ", "မပေးပါနှင့်", "ပြေစာ", "မြန်မာ", "ကြေး", "ကျွန်ုပ်", "အင်္ဂလိပ်", "နိုင်ငံကူး"},
    {"đừng trả", "tiền", "môi giới", "hộ chiếu", "Tiếng Việt", "hợp đồng", "phí", "đường"},
    {"不要付", "中介费", "《护照》", "（合同）", "收据", "劳动者", "工资", "请索要"},
};

static const char *const random_joints[] = {
    " ",
    " ",
    "",
    "",
    "",
    ". ",
    ", ",
    "\n",
    "\n",
    " 1546 ",
    "1,500",
    "។",
    " ຕ ໑,໕໐໐ ບາດ ",
    "၊ ",
    "，",
    "  \n ",
    "😀",
    " 020 5555 1234 ",
};

enum {
    RANDOM_LANGUAGES = sizeof(random_pieces) / sizeof(random_pieces[0]),
    RANDOM_JOINTS = sizeof(random_joints) / sizeof(random_joints[0])
};

/* Write a text of about `pieces` pieces, NUL-terminated, never more than cap. Language 0 (English)
 * stays in GSM 7-bit unless a joint leaves it. Returns its octets. */
static inline size_t random_text(struct dice *d, uint32_t lang, size_t pieces, char *out,
                                 size_t cap)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < pieces; i++) {
        const char *word = random_pieces[lang][dice_roll(d, 8)];
        const char *joint = random_joints[dice_roll(d, lang == 0 ? 11 : RANDOM_JOINTS)];
        size_t more = strlen(word) + strlen(joint);
        if (len + more >= cap)
            break;
        strcpy(out + len, word);
        strcat(out + len, joint);
        len += more;
    }
    return len;
}

#endif
