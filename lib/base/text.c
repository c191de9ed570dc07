#include "base/text.h"

#include <cmark.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"

/* Characters that show nothing and can mislead: controls, bidi marks, overrides and isolates,
 * zero-width space, the byte-order mark. The joiners U+200C and U+200D stay (emoji and other
 * scripts). */
static bool
misleads(utf8proc_int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x00ad || c == 0x061c || c == 0x180e ||
	    c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	    (c & 0xfffe) == 0xfffe;
}

static bool
is_space(utf8proc_int32_t c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	    c == 0x205f || c == 0x3000;
}

/* Without what misleads; all white space is ' ' and '\n'. Comes before NFC, since what is dropped
 * may have stood between a letter and its accent. */
static const char *
filter(struct pool *pool, const char *s)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
	struct buf out;

	buf_init(&out, pool);
	while (*p != '\0') {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &c);
		if (n <= 0)
			return NULL;
		if (c == '\r' && p[1] == '\n')
			n = 2;
		if (c == '\r' || c == '\n')
			buf_add_char(&out, '\n');
		else if (is_space(c))
			buf_add_char(&out, ' ');
		else if (!misleads(c))
			buf_add_n(&out, (const char *)p, (size_t)n);
		p += n;
	}
	return out.s;
}

char *
text_clean(struct pool *pool, const char *s, enum text_shape shape)
{
	const char *kept = filter(pool, s);
	utf8proc_uint8_t *composed =
	    kept != NULL ? utf8proc_NFC((const utf8proc_uint8_t *)kept) : NULL;
	if (composed == NULL)
		return NULL;

	struct buf out;
	size_t newlines = 0, spaces = 0;
	buf_init(&out, pool);
	for (const char *p = (const char *)composed; *p != '\0'; p++) {
		if (*p == '\n' && shape == TEXT_LINES) {
			newlines++;
			spaces = 0;
			continue;
		}
		if (*p == ' ' || *p == '\n') {
			spaces++;
			continue;
		}
		if (out.len > 0) {
			for (size_t i = 0; i < newlines && i < 3; i++)
				buf_add_char(&out, '\n');
			/* Leading spaces of a line mean something in Markdown (lists, code). */
			for (size_t i = 0; i < spaces && (newlines > 0 || i < 1); i++)
				buf_add_char(&out, ' ');
		}
		newlines = spaces = 0;
		buf_add_char(&out, *p);
	}
	free(composed);
	return out.s;
}

/* The page's own heading is the only h1: a text's headings begin one level below. */
static void
lower_headings(cmark_node *doc)
{
	cmark_iter *it = cmark_iter_new(doc);
	cmark_event_type event;

	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);
		int level = cmark_node_get_heading_level(node);
		if (event == CMARK_EVENT_ENTER && level == 1)
			cmark_node_set_heading_level(node, 2);
	}
	cmark_iter_free(it);
}

char *
text_markdown(struct pool *pool, const char *s)
{
	cmark_node *doc = cmark_parse_document(s, strlen(s), CMARK_OPT_DEFAULT);

	lower_headings(doc);
	char *html = cmark_render_html(doc, CMARK_OPT_DEFAULT);
	cmark_node_free(doc);
	char *copy = str_dup(pool, html != NULL ? html : "");
	free(html);
	return copy;
}
