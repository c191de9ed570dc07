#include "web/mail.h"

#include <sodium.h>
#include <string.h>

#include "base/str.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63, WORD_BYTES = 42, LINE_BYTES = 57 };

#define DIGITS "0123456789"
#define HEX DIGITS "abcdef"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ATEXT LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~"
#define ID_MARK ".viche@"

bool
mail_address(const char *s)
{
	const char *at = strchr(s, '@');
	int labels = 0;

	if (at == NULL || at == s || at - s > LOCAL_MAX || strlen(s) > MAIL_ADDRESS_MAX)
		return false;
	for (const char *p = s; p < at; p++)
		if (strchr(ATEXT, *p) == NULL && (*p != '.' || p == s || p[-1] == '.' || p + 1 == at))
			return false;
	for (const char *p = at + 1;; p++) {
		size_t len = strspn(p, LETTERS DIGITS "-");
		if (len == 0 || len > LABEL_MAX || p[0] == '-' || p[len - 1] == '-')
			return false;
		labels++;
		p += len;
		if (*p == '\0')
			return labels >= 2;
		if (*p != '.')
			return false;
	}
}

const char *
mail_domain(const char *address)
{
	return strchr(address, '@') + 1;
}

const char *
mail_return_path(struct pool *pool, const char *address, const char *token)
{
	return str_fmt(pool, "%.*s+%s@%s", (int)strcspn(address, "@"), address, token,
	    mail_domain(address));
}

const char *
mail_token_of(struct pool *pool, const char *message)
{
	for (const char *p = strpbrk(message, "+<"); p != NULL; p = strpbrk(p + 1, "+<")) {
		const char *after = p + 1 + MAIL_TOKEN_LEN;
		if (strspn(p + 1, HEX) == MAIL_TOKEN_LEN &&
		    (*p == '+' ? *after == '@' : str_starts(after, ID_MARK)))
			return str_ndup(pool, p + 1, MAIL_TOKEN_LEN);
	}
	return NULL;
}

static char *
base64(struct pool *pool, const char *bytes, size_t len)
{
	size_t size = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);
	char *s = pool_alloc(pool, size);

	return sodium_bin2base64(s, size, (const unsigned char *)bytes, len,
	    sodium_base64_VARIANT_ORIGINAL);
}

/* The bytes of the longest whole characters of s that fit into max. */
static size_t
whole(const char *s, size_t max)
{
	size_t len = strlen(s);

	if (len <= max)
		return len;
	for (len = max; len > 1 && ((unsigned char)s[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

/* Encoded words, one a line; control characters (there should be none) become spaces. */
static void
add_encoded(struct buf *b, const char *words)
{
	char *s = str_dup(b->pool, words);

	for (char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	for (size_t len; *s != '\0'; s += len) {
		len = whole(s, WORD_BYTES);
		buf_fmt(b, "=?UTF-8?B?%s?=%s", base64(b->pool, s, len), s[len] != '\0' ? "\r\n " : "");
	}
}

/* Day and month in English whatever the locale is (RFC 5322 §3.3). */
static void
add_date(struct buf *b, time_t at)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
		"Oct", "Nov", "Dec" };
	struct tm t;

	gmtime_r(&at, &t);
	buf_fmt(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[t.tm_wday], t.tm_mday,
	    months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static void
add_part(struct buf *b, const struct mail *m, const char *type, const char *text)
{
	struct buf lines;

	buf_init(&lines, b->pool);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\n')
			buf_add_char(&lines, '\r');
		buf_add_char(&lines, *p);
	}
	buf_fmt(b, "--viche-%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Language: %s\r\n"
	           "Content-Transfer-Encoding: base64\r\n\r\n",
	    m->token, type, m->lang);
	for (size_t at = 0; at < lines.len; at += LINE_BYTES) {
		size_t len = lines.len - at < LINE_BYTES ? lines.len - at : LINE_BYTES;
		buf_fmt(b, "%s\r\n", base64(b->pool, lines.s + at, len));
	}
	buf_add(b, "\r\n");
}

static bool
sound(const struct mail *m)
{
	return mail_address(m->from) && mail_address(m->to) && strlen(m->token) == MAIL_TOKEN_LEN &&
	    strspn(m->token, HEX) == MAIL_TOKEN_LEN &&
	    (m->unsubscribe == NULL || strpbrk(m->unsubscribe, " <>\r\n") == NULL);
}

const char *
mail_build(struct pool *pool, const struct mail *m, size_t *len)
{
	struct buf b;

	if (!sound(m))
		return NULL;
	buf_init(&b, pool);
	add_date(&b, m->date);
	buf_add(&b, "From: ");
	add_encoded(&b, m->from_name);
	buf_fmt(&b, "\r\n <%s>\r\nTo: <%s>\r\nSubject: ", m->from, m->to);
	add_encoded(&b, m->subject);
	buf_fmt(&b, "\r\nMessage-ID: <%s" ID_MARK "%s>\r\nAuto-Submitted: auto-generated\r\n", m->token,
	    mail_domain(m->from));
	if (m->unsubscribe != NULL)
		buf_fmt(&b, "List-Unsubscribe: <%s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
		    m->unsubscribe);
	buf_fmt(&b, "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n"
	            " boundary=\"viche-%s\"\r\n\r\n", m->token);
	add_part(&b, m, "text/plain", m->text);
	add_part(&b, m, "text/html", m->html);
	buf_fmt(&b, "--viche-%s--\r\n", m->token);
	*len = b.len;
	return b.s;
}
