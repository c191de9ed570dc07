#include "web/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "web/form.h"
#include "web/page.h"

const char *
request_cookie(const struct request *rq, const char *name)
{
	const char *p = request_param(rq, "HTTP_COOKIE");
	size_t n = strlen(name);

	while (*p != '\0') {
		p += strspn(p, "; ");
		if (strncmp(p, name, n) == 0 && p[n] == '=') {
			p += n + 1;
			return str_ndup(rq->pool, p, strcspn(p, "; "));
		}
		p += strcspn(p, ";");
	}
	return NULL;
}

int64_t
path_id(const struct request *rq)
{
	long long id = 0;
	route_match(rq->route->path, rq->path, &id);
	return id;
}

const char *
query_text(const struct request *rq, const char *name)
{
	return form_raw(rq->pool, rq->query, name);
}

int64_t
query_int(const struct request *rq, const char *name, int64_t min, int64_t max, int64_t otherwise)
{
	const char *s = query_text(rq, name);
	char *end;

	if (str_empty(s) || strlen(s) > 18)
		return otherwise;
	int64_t n = strtoll(s, &end, 10);
	return *end == '\0' && n >= min && n <= max ? n : otherwise;
}

/* Keeps what addresses are made of; the path came decoded from nginx. */
static void
add_path(struct buf *b, const char *path)
{
	for (const char *p = path; *p != '\0'; p++)
		if (strchr("%?#\"<>\\^`{|}", *p) != NULL || (unsigned char)*p <= ' ' ||
		    (unsigned char)*p >= 0x7f)
			buf_fmt(b, "%%%02X", (unsigned char)*p);
		else
			buf_add_char(b, *p);
}

static bool
among(const char *const *names, const char *s, size_t len)
{
	for (; *names != NULL; names++)
		if (strlen(*names) == len && memcmp(*names, s, len) == 0)
			return true;
	return false;
}

const char *
query_without(const struct request *rq, const char *const *names)
{
	struct buf b;
	char joint = '?';

	buf_init(&b, rq->pool);
	if (rq->json)
		buf_add(&b, "/api/v1");
	/* "//host" would be another site's address. */
	buf_add_char(&b, '/');
	add_path(&b, rq->path + strspn(rq->path, "/"));
	for (const char *p = rq->query; *p != '\0';) {
		size_t len = strcspn(p, "&"), name = strcspn(p, "=&");
		if (len > 0 && !among(names, p, name)) {
			buf_add_char(&b, joint);
			for (size_t i = 0; i < len; i++)
				if ((unsigned char)p[i] > ' ' && (unsigned char)p[i] < 0x7f && strchr("\"<>\\", p[i]) == NULL)
					buf_add_char(&b, p[i]);
			joint = '&';
		}
		p += len;
		p += *p == '&';
	}
	return b.s;
}

const char *
host_origin(struct pool *pool, const char *host)
{
	const char *base = config_get("base_url"), *scheme_end = strstr(base, "://");
	const char *port = strrchr(base, ':');

	if (scheme_end == NULL)
		return base;
	return str_fmt(pool, "%.*s://%s%s", (int)(scheme_end - base), base, host,
	    port > scheme_end ? port : "");
}

const char *
request_origin(const struct request *rq)
{
	return host_origin(rq->pool, rq->host);
}

void
reply_header(struct request *rq, const char *name, const char *value)
{
	/* A line end in a value would let it write headers of its own. */
	if (strpbrk(value, "\r\n") != NULL) {
		request_fail(rq, "header %s holds a line end", name);
		return;
	}
	buf_fmt(&rq->reply.headers, "%s: %s\r\n", name, value);
}

void
reply_cookie(struct request *rq, const char *name, const char *value, int64_t seconds)
{
	bool secure = str_starts(config_get("base_url"), "https:");
	const char *age = seconds == 0  ? ""
	    : seconds < 0               ? "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
	                                : str_fmt(rq->pool, "; Max-Age=%" PRId64, seconds);

	reply_header(rq, "Set-Cookie",
	    str_fmt(rq->pool, "%s=%s; Path=/%s; HttpOnly; SameSite=Lax%s", name, value, age,
	        secure ? "; Secure" : ""));
	rq->reply.cacheable = false;
}

void
reply_text(struct request *rq, int status, const char *type, const char *text)
{
	rq->reply.status = status;
	rq->reply.type = type;
	rq->reply.body = text;
	rq->reply.len = strlen(text);
	rq->reply.elsewhere = false;
}

void
reply_file(struct request *rq, const char *location, const char *name, const char *type, bool anyone)
{
	reply_header(rq, "X-Accel-Redirect", location);
	reply_header(rq, "Content-Disposition",
	    str_fmt(rq->pool, "attachment; filename*=UTF-8''%s", str_url_encode(rq->pool, name)));
	reply_text(rq, 200, type, "");
	rq->reply.elsewhere = true;
	rq->reply.cacheable = anyone;
	rq->reply.cache_seconds = 0;
}

static void
reply_data(struct request *rq, int status)
{
	size_t len;
	const char *body = page_json(rq, &len);

	if (body == NULL)
		return;
	reply_text(rq, status, "application/json", body);
	rq->reply.len = len;
}

void
reply_view(struct request *rq, int status, const char *view)
{
	size_t len;

	if (request_failed(rq))
		return;
	if (rq->json) {
		reply_data(rq, status);
		return;
	}
	const char *body = page_html(rq, view, &len);
	if (body == NULL)
		return;
	reply_text(rq, status, "text/html; charset=utf-8", body);
	rq->reply.len = len;
}

static void
go(struct request *rq, int json_status, const char *where)
{
	if (request_failed(rq))
		return;
	if (rq->json) {
		if (json_status == 201)
			reply_header(rq, "Location", str_fmt(rq->pool, "/api/v1%s", where));
		reply_data(rq, json_status);
		return;
	}
	reply_header(rq, "Location", where);
	reply_text(rq, 303, "text/plain; charset=utf-8", "");
}

void
reply_see_other(struct request *rq, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	go(rq, 200, str_vfmt(rq->pool, format, ap));
	va_end(ap);
}

void
reply_created(struct request *rq, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	go(rq, 201, str_vfmt(rq->pool, format, ap));
	va_end(ap);
}

void
reply_leave(struct request *rq, const char *url)
{
	reply_header(rq, "Location", url);
	reply_text(rq, 303, "text/plain; charset=utf-8", "");
}

void
reply_cacheable(struct request *rq, int seconds)
{
	if (rq->method != GET || rq->session.presented)
		return;
	rq->reply.cacheable = true;
	rq->reply.cache_seconds = seconds;
}

void
request_fail(struct request *rq, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	log_error("failure", "%s", str_vfmt(rq->pool, format, ap));
	va_end(ap);
	rq->reply.failed = true;
}

bool
request_failed(const struct request *rq)
{
	return rq->reply.failed || (rq->db != NULL && db_failed(rq->db));
}
