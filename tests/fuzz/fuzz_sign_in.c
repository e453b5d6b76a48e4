/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody sends to the console before anybody knows who it is: a Cookie header, a list of
 * addresses, names, a code, a password. What is taken is what it should be, and nothing else. */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "console/password_rules.h"
#include "console/people.h"
#include "console/session.h"
#include "console/throttle.h"
#include "console/totp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

/* A secret stands in the header under our name, and is read again as it was written. */
static void check_cookie(const char *header)
{
    char secret[SESSION_SECRET_SIZE], again[SESSION_HEADER_SIZE], same[SESSION_SECRET_SIZE];
    if (session_read_cookie(header, secret) < 0) {
        must(secret[0] == '\0');
        return;
    }
    must(strlen(secret) == SESSION_SECRET_SIZE - 1);
    must(strspn(secret, "0123456789abcdef") == SESSION_SECRET_SIZE - 1);
    session_write_cookie(secret, again);
    again[strcspn(again, ";")] = '\0';
    must(strstr(header, again) != NULL);
    must(session_read_cookie(again, same) == 0 && strcmp(secret, same) == 0);
}

static void check_address(const char *list)
{
    char out[THROTTLE_ADDRESS_SIZE];
    struct in6_addr v6;
    struct in_addr v4;
    throttle_address("unix", list, out);
    must(memchr(out, '\0', sizeof out) != NULL);
    must(strcmp(out, "unknown") == 0 || inet_pton(AF_INET, out, &v4) == 1 ||
         inet_pton(AF_INET6, out, &v6) == 1);
    throttle_address(list, NULL, out);
    must(memchr(out, '\0', sizeof out) != NULL);
}

static void check_names(const char *text)
{
    char login[PERSON_LOGIN_SIZE];
    people_login_fold(text, login);
    must(login[0] == '\0' || strlen(login) == strlen(text));
    if (people_is_login(login))
        must(!strpbrk(login, " \t\r\n<>\"'%/\\"));
    if (people_is_name(text))
        must(strlen(text) < PERSON_NAME_SIZE && utf8_valid(text, strlen(text)) &&
             !strpbrk(text, "\t\r\n\x7f"));
}

static void check_code(const char *text)
{
    static const uint8_t key[TOTP_KEY_SIZE] = "12345678901234567890";
    int64_t step = totp_fits(key, text, 59 * 1000, -1);
    must(step >= -1 && step <= 2);
    if (step >= 0)
        must(strspn(text, "0123456789 ") == strlen(text));
}

/* JSON has seen to it that a password is UTF-8. */
static void check_password(const char *text)
{
    if (!utf8_valid(text, strlen(text)))
        return;
    const char *why = password_weakness(text, "bounmy", "Bounmy");
    if (!why)
        must(strlen(text) >= PASSWORD_LEAST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    must(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    check_cookie(text);
    check_address(text);
    check_names(text);
    check_code(text);
    check_password(text);
    free(text);
    return 0;
}
