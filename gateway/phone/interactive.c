/* SPDX-License-Identifier: Apache-2.0 */
#include "phone/interactive.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/msisdn.h"

enum { INPUT_MAX = 8192, NUMBER_LEAST = 6 };

struct desk {
    struct handsets *all;
    struct handset *h;
    const struct display *d;
    const struct interactive_options *o;
    char input[INPUT_MAX];
    size_t len;
    bool at_end, quit;
};

static const char help[] = "  *1234#         dial that code (dial: the usual one)\n"
                           "  7              answer the screen; any other text too\n"
                           "  sms 1234 FEES  send an SMS\n"
                           "  end            hang up\n"
                           "  number MSISDN  use another phone\n"
                           "  quit           leave\n";

/* Take what stands ready on standard input. */
static void on_input(void *arg)
{
    struct desk *k = arg;
    ssize_t n = -1;
    if (k->len < sizeof k->input)
        n = read(STDIN_FILENO, k->input + k->len, sizeof k->input - k->len);
    if (n > 0)
        k->len += (size_t)n;
    else if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
        k->at_end = true;
    loop_stop(k->all->loop);
}

/* Take the first line out of the input. Returns whether there was one. */
static bool take_line(struct desk *k, char out[INPUT_MAX + 1])
{
    char *end = memchr(k->input, '\n', k->len);
    if (!end && (!k->at_end || k->len == 0))
        return false;
    size_t n = end ? (size_t)(end - k->input) : k->len;
    size_t used = end ? n + 1 : n;
    memcpy(out, k->input, n);
    out[n] = '\0';
    memmove(k->input, k->input + used, k->len - used);
    k->len -= used;
    if (n > 0 && out[n - 1] == '\r')
        out[n - 1] = '\0';
    return true;
}

/* Draw SMS that were not seen yet. */
static void draw_inbox(struct desk *k)
{
    struct handset *h = k->h;
    while (h->inbox_read < h->inbox_len)
        display_sms(k->d, &h->inbox[h->inbox_read++]);
}

static void draw(struct desk *k)
{
    if (k->h->outcome == OUTCOME_SCREEN)
        display_screen(k->d, k->h->screen, k->h->ended);
    display_outcome(k->d, k->h);
    draw_inbox(k);
}

static void prompt(const struct desk *k)
{
    fprintf(k->d->out, "%s> ", k->h->in_session ? "answer" : k->h->number);
    fflush(k->d->out);
}

static void say(const struct desk *k, const char *sentence)
{
    fprintf(k->d->out, "  %s\n", sentence);
}

static void change_phone(struct desk *k, const char *number)
{
    size_t n = strlen(number);
    struct handset *h = NULL;
    if (n >= NUMBER_LEAST && msisdn_valid(number, n))
        h = handsets_get(k->all, number);
    if (h)
        k->h = h;
    else
        say(k, "A number has 6 to 15 digits.");
}

static void send_sms(struct desk *k, char *rest)
{
    char *text = strchr(rest, ' ');
    if (!text || text == rest) {
        say(k, "Write: sms 1234 TEXT");
        return;
    }
    *text++ = '\0';
    if (handset_send_sms(k->all, k->h, rest, text) == 0) {
        handset_wait(k->all, k->h);
        draw(k);
    }
}

static void dial(struct desk *k, const char *code)
{
    if (handset_dial(k->all, k->h, code) == 0) {
        handset_wait(k->all, k->h);
        draw(k);
    }
}

static void answer(struct desk *k, const char *text)
{
    if (handset_answer(k->all, k->h, text) < 0) {
        say(k, "There is no session. Dial first, or type help.");
        return;
    }
    handset_wait(k->all, k->h);
    draw(k);
}

static void obey(struct desk *k, char *line)
{
    size_t n = strlen(line);
    if (n == 0)
        return;
    if (n > 1 && line[0] == '*' && line[n - 1] == '#')
        dial(k, line);
    else if (strcmp(line, "dial") == 0)
        dial(k, k->o->code);
    else if (strncmp(line, "sms ", 4) == 0)
        send_sms(k, line + 4);
    else if (strncmp(line, "number ", 7) == 0)
        change_phone(k, line + 7);
    else if (strcmp(line, "end") == 0)
        say(k, handset_hang_up(k->all, k->h, CAUSE_USER) < 0 ? "There is no session." : "Ended.");
    else if (strcmp(line, "help") == 0)
        fputs(help, k->d->out);
    else if (strcmp(line, "quit") == 0)
        k->quit = true;
    else
        answer(k, line);
}

/* Give the phone the lines that are there. */
static void work_off(struct desk *k)
{
    char line[INPUT_MAX + 1];
    while (!k->quit && take_line(k, line)) {
        obey(k, line);
        if (!k->quit)
            prompt(k);
    }
    if (k->len == sizeof k->input)
        k->len = 0; /* no line is that long */
}

/* A regular file or /dev/null is always readable, and the loop cannot watch it. */
static bool can_watch(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return false;
    return isatty(fd) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
}

int interactive_run(struct handsets *all, const struct display *d,
                    const struct interactive_options *o)
{
    struct desk k = {.all = all, .d = d, .o = o, .h = handsets_get(all, o->number)};
    if (!k.h)
        return 1;
    bool watched = can_watch(STDIN_FILENO);
    if (watched && loop_on_readable(all->loop, STDIN_FILENO, on_input, &k) < 0)
        return 1;
    fprintf(d->out, "Dial %s, or type help.\n", o->code);
    prompt(&k);
    while (!k.quit && !k.at_end) {
        if (!watched)
            on_input(&k);
        else if (loop_run(all->loop) < 0)
            return 1;
        draw_inbox(&k);
        work_off(&k);
    }
    fputc('\n', d->out);
    return 0;
}
