/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/preview.h"

#include <stdio.h>
#include <string.h>

#include "editing/screens.h"
#include "editing/sights.h"

enum { FINDINGS_HERE_MAX = 60 };

/* A preview in the making. */
struct preview {
    const struct preview_wish *w;
    struct json_out *out;
    struct place_parts place;
    struct catalog *catalog; /* with what is typed; NULL if not even screens could be made */
    struct findings *findings;
    bool faulty;
    struct sights sights;
};

void preview_put_finding(const struct finding *f, struct json_out *out)
{
    json_out_open(out, NULL, '{');
    json_out_text(out, "level", f->level == FINDING_ERROR ? "error" : "warning");
    json_out_text(out, "code", f->code);
    json_out_text(out, "file", f->file);
    json_out_number(out, "line", f->line);
    json_out_text(out, "id", f->id);
    json_out_text(out, "language", f->language);
    json_out_text(out, "detail", f->detail);
    json_out_close(out, '{');
}

static bool is_text(const struct preview *p)
{
    return p->place.language[0] != '\0';
}

static bool is_source(const char *language)
{
    return !strcmp(language, "en");
}

/* Is the language of interest? The English text is the business of all. */
static bool concerns_language(const struct preview *p, const char *language)
{
    const char *wanted = p->w->language[0] ? p->w->language : p->place.language;
    return !language[0] || !wanted[0] || is_source(p->place.language) || !strcmp(language, wanted);
}

static bool is_here(const struct preview *p, const struct finding *f)
{
    if (!concerns_language(p, f->language))
        return false;
    if (!strcmp(f->id, p->place.id))
        return is_text(p) ? !strncmp(f->file, "texts/", 6) || !f->file[0]
                          : !strcmp(f->file, p->place.file) || !f->file[0];
    for (size_t i = 0; i < p->sights.count; i++) {
        const struct sight *s = &p->sights.list[i];
        if (!strcmp(s->as, "screen") && !strcmp(f->id, s->node->id) && f->id[0])
            return true;
    }
    return false;
}

static void put_findings(const struct preview *p)
{
    size_t here = 0;
    json_out_open(p->out, "findings", '{');
    json_out_number(p->out, "errors", findings_count(p->findings, FINDING_ERROR));
    json_out_number(p->out, "warnings", findings_count(p->findings, FINDING_WARNING));
    json_out_open(p->out, "here", '[');
    for (size_t i = 0; i < findings_total(p->findings) && here < FINDINGS_HERE_MAX; i++) {
        const struct finding *f = findings_at(p->findings, i);
        if (is_here(p, f)) {
            preview_put_finding(f, p->out);
            here++;
        }
    }
    json_out_close(p->out, '[');
    json_out_close(p->out, '{');
}

static bool wants_language(const struct preview *p, size_t lang)
{
    const char *wanted = p->w->language[0] ? p->w->language : p->place.language;
    return !wanted[0] || !strcmp(wanted, catalog_language(p->catalog, lang)->code);
}

static void put_layout(const struct preview *p, const struct sight *s, size_t lang, size_t layout)
{
    const struct screens_how how = {
        .studio = p->w->studio, .catalog = p->catalog, .lang = lang, .layout = layout};
    bool compiled = studio_handler(p->w->studio, s->node)->compiled;
    if (p->faulty && compiled && !catalog_page(p->catalog, s->node, lang, layout, 0))
        return; /* it does not fit; a finding says so */
    json_out_open(p->out, NULL, '{');
    json_out_number(p->out, "layout", layout);
    size_t segments = screens_put(&how, &s->view, "screens", p->out);
    if (catalog_layout(p->catalog, layout)->limits.segments)
        json_out_number(p->out, "segments", segments);
    json_out_close(p->out, '{');
}

/* Does the language show English because it has no words of its own? */
static bool falls_back(const struct preview *p, const struct sight *s, size_t lang)
{
    const struct text *t = is_text(p) ? catalog_text(p->catalog, p->place.id) : s->node->body;
    return t && !t->in[lang].utf8;
}

static void put_language(const struct preview *p, const struct sight *s, size_t lang)
{
    json_out_open(p->out, NULL, '{');
    json_out_text(p->out, "language", catalog_language(p->catalog, lang)->code);
    json_out_bool(p->out, "plain", lang >= catalog_language_count(p->catalog));
    json_out_bool(p->out, "fallback", falls_back(p, s, lang));
    json_out_open(p->out, "layouts", '[');
    for (size_t i = 0; catalog_layout(p->catalog, i); i++)
        put_layout(p, s, lang, i);
    json_out_close(p->out, '[');
    json_out_close(p->out, '{');
}

static void put_seen(const struct preview *p)
{
    json_out_open(p->out, "seen", '[');
    for (size_t i = 0; i < p->sights.count; i++) {
        const struct sight *s = &p->sights.list[i];
        json_out_open(p->out, NULL, '{');
        json_out_text(p->out, "node", s->node->id);
        json_out_text(p->out, "as", s->as);
        json_out_open(p->out, "languages", '[');
        for (size_t lang = 0; lang < catalog_drawn_count(p->catalog); lang++) {
            if (wants_language(p, lang))
                put_language(p, s, lang);
        }
        json_out_close(p->out, '[');
        json_out_close(p->out, '{');
    }
    json_out_close(p->out, '[');
    json_out_number(p->out, "more", p->sights.more);
}

/* What the words take that are typed, without what stands around them. */
static void put_text(const struct preview *p)
{
    int lang = is_text(p) ? catalog_find_language(p->catalog, p->place.language) : -1;
    const struct text *t = lang < 0 ? NULL : catalog_text(p->catalog, p->place.id);
    const char *words = t ? t->in[lang].utf8 : NULL;
    struct measure m;
    if (!words || coding_measure(words, t->in[lang].len, &m) < 0) {
        json_out_text(p->out, "text", NULL);
        return;
    }
    json_out_open(p->out, "text", '{');
    json_out_text(p->out, "coding", m.coding == CODING_GSM7 ? "gsm7" : "ucs2");
    json_out_number(p->out, "octets", coding_octets(&m));
    json_out_number(p->out, "septets", m.septets);
    json_out_number(p->out, "units", m.units);
    screens_put_guilty(words, t->in[lang].len, "guilty", p->out);
    json_out_close(p->out, '{');
}

/* The files as they would be. NULL with why. */
static struct files *typed_files(const struct preview_wish *w, char why[PLACE_WHY_MAX])
{
    if (!w->json)
        return files_ref((struct files *)w->files);
    return place_set(w->files, w->place, w->json, why);
}

static struct catalog *compile(const struct preview_wish *w, const struct files *f,
                               struct findings *findings)
{
    const struct studio_wish how = {
        .today = w->today, .drafts = true, .faulty = true, .like = w->base};
    return studio_load(w->studio, f, &how, findings);
}

static void put_all(struct preview *p, const struct files *f)
{
    const struct sights_wish where = {.studio = p->w->studio,
                                      .catalog = p->catalog,
                                      .faulty = p->faulty,
                                      .base = p->w->base,
                                      .atlas = p->w->atlas};
    if (p->catalog)
        sights_of(&where, &p->place, &p->sights);
    json_out_text(p->out, "version", files_version(f));
    json_out_text(p->out, "refused", NULL);
    json_out_bool(p->out, "faulty", p->faulty);
    put_findings(p);
    json_out_bool(p->out, "drafts_served", p->w->studio->conf->gateway_serve_drafts);
    screens_put_layouts(p->w->studio, "layouts", p->out);
    if (p->catalog) {
        put_text(p);
        put_seen(p);
    }
}

static void refuse(struct json_out *out, const char *why)
{
    json_out_text(out, "version", NULL);
    json_out_text(out, "refused", why);
}

void preview_write(const struct preview_wish *w, struct json_out *out)
{
    struct preview p = {.w = w, .out = out};
    char why[PLACE_WHY_MAX] = "There is no memory for the preview. Try again.";
    struct files *f = place_parse(w->place, &p.place, why) == 0 ? typed_files(w, why) : NULL;
    p.findings = findings_new();
    if (!f || !p.findings) {
        refuse(out, why);
    } else {
        p.catalog = compile(w, f, p.findings);
        p.faulty = !p.catalog || !catalog_is_whole(p.catalog);
        put_all(&p, f);
    }
    catalog_unref(p.catalog);
    findings_free(p.findings);
    files_unref(f);
}

void preview_put_check(const struct findings *f, struct json_out *out)
{
    json_out_number(out, "errors", findings_count(f, FINDING_ERROR));
    json_out_number(out, "warnings", findings_count(f, FINDING_WARNING));
    json_out_open(out, "findings", '[');
    for (size_t i = 0; i < findings_total(f); i++)
        preview_put_finding(findings_at(f, i), out);
    json_out_close(out, '[');
}
