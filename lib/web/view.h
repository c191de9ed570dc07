/*
 * view: Mustache views (the official spec's comments, delimiters, interpolation, inverted,
 * partials, sections and ~inheritance), parsed once and rendered from a JSON model.
 *
 * Names are looked up by the spec, in a stack whose bottom is the model's objects (the last given
 * first). In strict mode a name that no object on the stack has is an error; null, false and the
 * empty list are falsy, everything else (0 and "" too, as in the spec) is truthy.
 *
 * {{{name}}} takes only what view_safe() marked: a plain string is an error in strict mode and is
 * escaped otherwise. {{name}} of a marked value is an error likewise. In a *.txt view (mail) nothing
 * is escaped.
 *
 * {{>partial}} and the parts of {{<layout}}…{{/layout}} that are written in other files do not see
 * the blocks of the page around them: a block belongs to the {{<layout}} that it stands in.
 *
 * Named lambdas, in the page's language (i18n.h). t and plural do not nest in each other; the others
 * hold exactly one {{name}} and may stand in both. null gives nothing.
 *   {{#t}}of {{threshold}} needed{{/t}}              the text is the msgid (white space folded);
 *                                                    its translation is a template too
 *   {{#plural}}{{n}} day|{{n}} days{{/plural}}       msgid | msgid_plural; the number is the first
 *                                                    tag's value
 *   {{#date}}{{published_at}}{{/date}}               21 липня 2026 (ISO 8601 in, Kyiv's calendar)
 *   {{#day}}…{{/day}}                                21 липня, with the year where it is not this
 *   {{#time}}…{{/time}}                              21 липня 2026, 14:05
 *   {{#ago}}…{{/ago}}                                5 хвилин тому, вчора, else as day
 *   {{#number}}{{n}}{{/number}}                      4 569 726 (no-break spaces; en: 4,569,726)
 *   {{#money}}{{n}}{{/money}}                        6 000 000 ₴ (whole hryvnias)
 */
#ifndef VICHE_WEB_VIEW_H
#define VICHE_WEB_VIEW_H

#include <jansson.h>
#include <stdbool.h>

#include "base/pool.h"
#include "base/str.h"
#include "web/i18n.h"

struct views;

/* Parses every *.html (and *.txt) under folder, named by its path without the ending
 * ("petitions/show"). Exits with one sentence naming file and line where one is malformed or a
 * partial is missing, or where a translation is malformed. Folders "static" and "locale" are left out.
 * i18n_open() comes first. Process lifetime. */
struct views *views_open(const char *folder, bool strict);
void views_close(struct views *views);

/* Renders into out. False with one line in error (in the pool) where strict mode found a missing
 * name or an unsafe triple, or the view does not exist. */
bool view_render(const struct views *views, const char *name, enum lang lang, json_t *page,
    json_t *data, struct buf *out, const char **error);

/* Marks trusted HTML (a renderer's output such as text_markdown()) for {{{…}}}. */
json_t *view_safe(const char *html);

/* The HTML that view_safe() marked; NULL where value is none. */
const char *view_safe_html(const json_t *value);

/* For the spec's tests: renders one template with partials ({name: text} or NULL), not strict,
 * triples unrestricted. NULL where the template is malformed. */
char *view_render_text(struct pool *pool, const char *text, json_t *model, json_t *partials);

#endif
