#include "web/mail_box.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/str.h"

static const char *
folder(struct pool *pool)
{
	return str_fmt(pool, "%s/mail", config_get("var"));
}

static int64_t
number_of(const char *name)
{
	return strspn(name, "0123456789") == 10 && str_ends(name, ".eml") ? strtoll(name, NULL, 10) : 0;
}

static int
is_letter(const struct dirent *e)
{
	return number_of(e->d_name) != 0;
}

/* Names by number, oldest first; the caller frees them. */
static int
scan(struct pool *pool, struct dirent ***names)
{
	return scandir(folder(pool), names, is_letter, alphasort);
}

static void
forget(struct dirent **names, int n)
{
	for (int i = 0; i < n; i++)
		free(names[i]);
	if (n >= 0)
		free(names);
}

static void
keep_newest(struct pool *pool)
{
	struct dirent **names;
	int n = scan(pool, &names);

	for (int i = 0; i < n - MAIL_BOX_MAX; i++)
		unlink(str_fmt(pool, "%s/%s", folder(pool), names[i]->d_name));
	forget(names, n);
}

bool
mail_box_put(struct pool *pool, int64_t number, const char *token, const char *message, size_t len)
{
	const char *to = str_fmt(pool, "%s/%010" PRId64 "-%s.eml", folder(pool), number, token);
	const char *new = str_fmt(pool, "%s.new", to);
	int fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written = fd >= 0 && write(fd, message, len) == (ssize_t)len;

	if (fd >= 0)
		close(fd);
	if (!written || rename(new, to) != 0) {
		log_error("mail", "cannot write %s: %s", to, strerror(errno));
		return false;
	}
	if (number % (MAIL_BOX_MAX / 10) == 0)
		keep_newest(pool);
	return true;
}

static char *
read_letter(struct pool *pool, const char *name)
{
	FILE *f = fopen(str_fmt(pool, "%s/%s", folder(pool), name), "re");
	char *text = NULL;
	struct stat st;

	if (f == NULL)
		return NULL;
	if (fstat(fileno(f), &st) == 0 && st.st_size <= MAIL_BOX_BYTES_MAX) {
		text = pool_alloc(pool, (size_t)st.st_size + 1);
		text[fread(text, 1, (size_t)st.st_size, f)] = '\0';
	}
	fclose(f);
	return text;
}

/* The decoded bytes of base64 up to the empty line, line ends as \n. */
static char *
decoded(struct pool *pool, const char *body)
{
	const char *end = strstr(body, "\r\n\r\n");
	size_t from = end != NULL ? (size_t)(end - body) : strlen(body), len = 0, kept = 0;
	char *bytes = pool_alloc(pool, from + 1);

	if (sodium_base642bin((unsigned char *)bytes, from, body, from, "\r\n", &len, NULL,
	        sodium_base64_VARIANT_ORIGINAL) != 0)
		return str_dup(pool, "");
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != '\r')
			bytes[kept++] = bytes[i];
	bytes[kept] = '\0';
	return bytes;
}

/* A header of our own making, its encoded words in clear (RFC 2047); NULL where there is none. */
static const char *
header(struct pool *pool, const char *letter, const char *name)
{
	const char *start = strstr(letter, str_fmt(pool, "\r\n%s: ", name));
	struct buf b;

	if (start == NULL)
		start = str_starts(letter, str_fmt(pool, "%s: ", name)) ? letter - 2 : NULL;
	if (start == NULL)
		return NULL;
	buf_init(&b, pool);
	for (const char *p = start + 2 + strlen(name) + 2; *p != '\0';) {
		if (str_starts(p, "=?UTF-8?B?")) {
			p += 10;
			size_t len = strcspn(p, "?");
			buf_add(&b, decoded(pool, str_ndup(pool, p, len)));
			p += len + (str_starts(p + len, "?=") ? 2 : 0);
			if (str_starts(p, "\r\n =?"))
				p += 3;
		} else if (str_starts(p, "\r\n ")) {
			p += 2;
		} else if (str_starts(p, "\r\n")) {
			break;
		} else {
			buf_add_char(&b, *p++);
		}
	}
	return b.s;
}

static const char *
part(struct pool *pool, const char *letter, const char *type)
{
	const char *p = strstr(letter, str_fmt(pool, "Content-Type: %s;", type));
	const char *body = p != NULL ? strstr(p, "\r\n\r\n") : NULL;

	return body != NULL ? decoded(pool, body + 4) : "";
}

/* The date that mail_build() wrote, as pages take it. */
static const char *
date(struct pool *pool, const char *letter)
{
	const char *s = header(pool, letter, "Date");
	struct tm t = { 0 };

	return s != NULL && strptime(s, "%a, %d %b %Y %H:%M:%S", &t) != NULL ? clock_iso(pool, timegm(&t)) : NULL;
}

static json_t *
summary(struct pool *pool, const char *name, const char *letter)
{
	return json_pack("{s:I, s:s?, s:s?, s:s?, s:s?}", "number", (json_int_t)number_of(name), "to",
	    header(pool, letter, "To"), "subject", header(pool, letter, "Subject"), "date",
	    date(pool, letter), "content_lang", header(pool, letter, "Content-Language"));
}

json_t *
mail_box_list(struct pool *pool)
{
	json_t *list = json_array();
	struct dirent **names;
	int n = scan(pool, &names);

	for (int i = n - 1; i >= 0 && n - i <= MAIL_BOX_SHOWN; i--) {
		/* A pool of its own: a hundred letters would not fit into a request's. */
		struct pool *own = pool_open(4 * MAIL_BOX_BYTES_MAX);
		const char *letter = read_letter(own, names[i]->d_name);
		if (letter != NULL)
			json_array_append_new(list, summary(own, names[i]->d_name, letter));
		pool_close(own);
	}
	forget(names, n);
	return list;
}

json_t *
mail_box_read(struct pool *pool, int64_t number)
{
	struct dirent **names;
	json_t *found = NULL;
	int n = scan(pool, &names);

	for (int i = 0; i < n && found == NULL; i++) {
		const char *letter = number_of(names[i]->d_name) == number
		    ? read_letter(pool, names[i]->d_name)
		    : NULL;
		if (letter == NULL)
			continue;
		found = summary(pool, names[i]->d_name, letter);
		json_object_update_new(found, json_pack("{s:s?, s:s?, s:s, s:s}", "from",
		    header(pool, letter, "From"), "unsubscribe", header(pool, letter, "List-Unsubscribe"),
		    "text", part(pool, letter, "text/plain"), "html", part(pool, letter, "text/html")));
	}
	forget(names, n);
	return found;
}
