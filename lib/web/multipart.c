#include "web/multipart.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "base/text.h"
#include "web/mime.h"
#include "web/upload.h"

/* RFC 2046 §5.1.1: bchars, not ending with a space. */
static bool
is_boundary(const char *s)
{
	static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
	size_t len = strlen(s);

	return len > 0 && len <= UPLOAD_BOUNDARY_MAX && s[len - 1] != ' ' &&
	    strspn(s, allowed) == len;
}

/* What follows a boundary makes it a delimiter or, as in "--boundaryX", part of the content. at is
 * behind the boundary; *after receives where the next part begins. */
static enum multipart_mark
delimiter_tail(const char *at, const char *end, const char **after)
{
	enum multipart_mark kind = MARK_NEXT;

	if (end - at >= 2 && memcmp(at, "--", 2) == 0) {
		kind = MARK_LAST;
		at += 2;
	}
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (end - at >= 2 && memcmp(at, "\r\n", 2) == 0)
		at += 2;
	else if (kind == MARK_NEXT || at < end)
		return MARK_NONE;
	*after = at;
	return kind;
}

/* The first delimiter from m->at on: *content_end receives where it starts, m->at moves behind. */
static enum multipart_mark
find_delimiter(struct multipart *m, const char **content_end)
{
	const char *from = m->at;

	for (;;) {
		const char *hit = memmem(from, (size_t)(m->end - from), m->mark, m->mark_len);
		if (hit == NULL)
			return MARK_NONE;
		*content_end = hit;
		enum multipart_mark kind = delimiter_tail(hit + m->mark_len, m->end, &m->at);
		if (kind != MARK_NONE)
			return kind;
		from = hit + m->mark_len;
	}
}

/* The first one may stand at the very beginning, without its CRLF. */
static enum multipart_mark
find_first_delimiter(struct multipart *m)
{
	const char *preamble = m->at, *preamble_end;
	size_t len = m->mark_len - 2;

	if ((size_t)(m->end - m->at) >= len && memcmp(m->at, m->mark + 2, len) == 0) {
		enum multipart_mark kind = delimiter_tail(m->at + len, m->end, &m->at);
		if (kind != MARK_NONE)
			return kind;
	}
	enum multipart_mark kind = find_delimiter(m, &preamble_end);
	if (kind != MARK_NONE && preamble_end - preamble > UPLOAD_AROUND_MAX)
		return MARK_NONE;
	return kind;
}

static bool
has_control(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7f)
			return true;
	return false;
}

/* What the client calls the file, without the folders that some send along. */
static const char *
clean_filename(struct pool *pool, const char *s)
{
	for (const char *p = s; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			s = p + 1;
	const char *cleaned = text_clean(pool, s, TEXT_LINE);
	return cleaned != NULL ? cleaned : "";
}

/* False where the header is broken or must not be there. */
static bool
read_header(struct multipart *m, struct part *part, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	struct mime value;

	if (colon == NULL || colon == line || has_control(line, len) || !text_is_utf8(line, len))
		return false;
	for (const char *p = line; p < colon; p++)
		if (!mime_is_token(*p))
			return false;
	const char *name = str_ndup(m->pool, line, (size_t)(colon - line));
	bool read = mime_parse(m->pool, colon + 1, (size_t)(line + len - colon - 1), &value);

	if (strcasecmp(name, "Content-Disposition") == 0) {
		if (!read || part->name != NULL || !str_eq(value.type, "form-data"))
			return false;
		part->name = mime_param(&value, "name");
		/* filename* must not be sent (RFC 7578 §4.2); where it is, it is not looked at. */
		if (mime_param(&value, "filename") != NULL)
			part->filename = clean_filename(m->pool, mime_param(&value, "filename"));
		return !str_empty(part->name);
	}
	if (strcasecmp(name, "Content-Type") == 0) {
		if (part->type != NULL)
			return false;
		part->type = read && strchr(value.type, '/') != NULL ? value.type : "";
		return true;
	}
	/* Deprecated (RFC 7578 §4.7); what is encoded would be kept as it stands. */
	if (strcasecmp(name, "Content-Transfer-Encoding") == 0)
		return read && (str_eq(value.type, "binary") || str_eq(value.type, "8bit") ||
		    str_eq(value.type, "7bit"));
	return true;
}

/* Headers, an empty line, the content. */
static bool
read_part(struct multipart *m, struct part *part, const char *s, const char *end)
{
	const char *limit = end - s > UPLOAD_HEADER_MAX ? s + UPLOAD_HEADER_MAX : end;

	*part = (struct part){ 0 };
	for (;;) {
		const char *eol = memmem(s, (size_t)(limit - s), "\r\n", 2);
		if (eol == NULL)
			return false;
		if (eol > s && !read_header(m, part, s, (size_t)(eol - s)))
			return false;
		bool last = eol == s;
		s = eol + 2;
		if (last)
			break;
	}
	part->content = s;
	part->len = (size_t)(end - s);
	return part->name != NULL;
}

bool
multipart_open(struct multipart *m, struct pool *pool, const char *content_type, const char *body,
    size_t len)
{
	struct mime type;

	if (!mime_parse(pool, content_type, strlen(content_type), &type) ||
	    !str_eq(type.type, "multipart/form-data"))
		return false;
	const char *boundary = mime_param(&type, "boundary");
	if (boundary == NULL || !is_boundary(boundary))
		return false;
	*m = (struct multipart){
		.pool = pool,
		.at = body,
		.end = body + len,
		.mark = str_fmt(pool, "\r\n--%s", boundary),
	};
	m->mark_len = strlen(m->mark);
	m->last = find_first_delimiter(m);
	return m->last != MARK_NONE;
}

enum multipart_result
multipart_next(struct multipart *m, struct part *part)
{
	const char *start = m->at, *end;

	if (m->last == MARK_LAST)
		return m->end - m->at > UPLOAD_AROUND_MAX ? MULTIPART_BROKEN : MULTIPART_END;
	m->last = find_delimiter(m, &end);
	if (m->last == MARK_NONE || !read_part(m, part, start, end))
		return MULTIPART_BROKEN;
	return MULTIPART_PART;
}
