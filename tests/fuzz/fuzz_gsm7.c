/* SPDX-License-Identifier: Apache-2.0 */
/* GSM 7-bit: any octets can be unpacked and shown, and what can be written comes back the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/gsm7.h"

enum { MOST = 1024 };

static void must(int holds)
{
    if (!holds)
        abort();
}

/* From octets to text. */
static void read_octets(const uint8_t *data, size_t size)
{
    uint8_t septets[2 * MOST];
    char text[8 * MOST];
    int n = gsm7_unpack_ussd(data, size, septets, sizeof(septets));
    must(n >= 0);
    must(gsm7_decode(septets, (size_t)n, text, sizeof(text)) >= 0);
    gsm7_decode(data, size, text, sizeof(text));
}

/* From text to octets and back. */
static void write_text(const uint8_t *data, size_t size, unsigned fill)
{
    uint8_t septets[2 * MOST], octets[2 * MOST], back[2 * MOST];
    char text[8 * MOST];
    int n = gsm7_encode((const char *)data, size, septets, sizeof(septets));
    if (n < 0)
        return;
    int packed = gsm7_pack(septets, (size_t)n, fill, octets, sizeof(octets));
    must(packed >= 0);
    must(gsm7_unpack(octets, (size_t)packed, fill, back, (size_t)n) == 0);
    must(memcmp(septets, back, (size_t)n) == 0);
    must(gsm7_decode(back, (size_t)n, text, sizeof(text)) == (int)size);
    must(memcmp(text, data, size) == 0);
    packed = gsm7_pack_ussd(septets, (size_t)n, octets, sizeof(octets));
    must(packed >= 0);
    int again = gsm7_unpack_ussd(octets, (size_t)packed, back, sizeof(back));
    must(again == n || again == n + 1);
    must(memcmp(septets, back, (size_t)n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > MOST)
        return 0;
    read_octets(data, size);
    write_text(data + 1, size - 1, data[0] % 7);
    return 0;
}
