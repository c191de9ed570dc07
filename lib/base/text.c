#include "base/text.h"

#include <cmark.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"

bool
text_is_utf8(const char *s, size_t len)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;

	while (len > 0) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(p, (utf8proc_ssize_t)len, &c);
		if (n <= 0 || c == 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

size_t
text_length(const char *s)
{
	size_t n = 0;
	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Characters that show nothing and can mislead: controls, bidi overrides and isolates, zero-width
 * space, the byte-order mark. The joiners U+200C and U+200D stay (emoji and other scripts). */
static bool
misleads(utf8proc_int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200b || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	    (c >= 0xfff9 && c <= 0xfffb) || c == 0x00ad;
}

static bool
is_space(utf8proc_int32_t c)
{
	return c == ' ' || c == '\t' || c == 0x2028 || c == 0x2029 || c == 0x3000;
}

char *
text_clean(struct pool *pool, const char *s, enum text_shape shape)
{
	utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)s);
	if (composed == NULL)
		return NULL;

	struct buf out;
	buf_init(&out, pool);
	int newlines = 0;
	bool space = false;
	const utf8proc_uint8_t *p = composed;
	while (*p != '\0') {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &c);
		if (n <= 0)
			break;
		if (c == '\r') {
			c = '\n';
			if (p[1] == '\n')
				n = 2;
		}
		p += n;
		if (c == '\n' && shape == TEXT_LINES) {
			newlines++;
			space = false;
		} else if (is_space(c) || c == '\n') {
			/* Leading spaces of a line mean something in Markdown (lists, code). */
			if (shape == TEXT_LINES && (newlines > 0 || out.len == 0)) {
				for (; newlines > 0; newlines--)
					if (out.len > 0 && newlines <= 3)
						buf_add_char(&out, '\n');
				if (out.len > 0)
					buf_add_char(&out, ' ');
			} else {
				space = true;
			}
		} else if (!misleads(c)) {
			for (; newlines > 0; newlines--)
				if (out.len > 0 && newlines <= 3)
					buf_add_char(&out, '\n');
			if (space && out.len > 0)
				buf_add_char(&out, ' ');
			space = false;
			utf8proc_uint8_t bytes[4];
			utf8proc_ssize_t len = utf8proc_encode_char(c, bytes);
			buf_add_n(&out, (const char *)bytes, (size_t)len);
		}
	}
	free(composed);
	return out.s;
}

char *
text_markdown(struct pool *pool, const char *s)
{
	char *html = cmark_markdown_to_html(s, strlen(s), CMARK_OPT_DEFAULT);
	char *copy = str_dup(pool, html != NULL ? html : "");
	free(html);
	return copy;
}

char *
text_excerpt(struct pool *pool, const char *markdown, size_t len)
{
	cmark_node *doc = cmark_parse_document(markdown, strlen(markdown), CMARK_OPT_DEFAULT);
	cmark_iter *it = cmark_iter_new(doc);
	struct buf out;
	buf_init(&out, pool);
	while (cmark_iter_next(it) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);
		const char *literal = cmark_node_get_literal(node);
		cmark_node_type type = cmark_node_get_type(node);
		if (literal != NULL && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE))
			buf_add(&out, literal);
		else if (out.len > 0 && out.s[out.len - 1] != ' ')
			buf_add_char(&out, ' ');
	}
	cmark_iter_free(it);
	cmark_node_free(doc);

	size_t chars = 0, cut = 0, i = 0;
	for (; i < out.len && chars <= len; i++) {
		if (((unsigned char)out.s[i] & 0xc0) != 0x80)
			chars++;
		if (out.s[i] == ' ')
			cut = i;
	}
	if (chars <= len) {
		while (out.len > 0 && out.s[out.len - 1] == ' ')
			out.s[--out.len] = '\0';
		return out.s;
	}
	return str_fmt(pool, "%.*s…", (int)(cut > 0 ? cut : i), out.s);
}
