#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "web/app.h"
#include "web/dispatch.h"

static const struct {
	int status;
	const char *phrase;
} phrases[] = { { 200, "OK" }, { 201, "Created" }, { 303, "See Other" }, { 304, "Not Modified" },
	{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
	{ 405, "Method Not Allowed" }, { 409, "Conflict" }, { 410, "Gone" },
	{ 413, "Content Too Large" }, { 415, "Unsupported Media Type" }, { 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" }, { 429, "Too Many Requests" },
	{ 500, "Internal Server Error" }, { 502, "Bad Gateway" }, { 503, "Service Unavailable" } };

static const char *
phrase(int status)
{
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Answer";
}

/* The same for every page: no script, no inline style, no frame, nothing from elsewhere. */
static void
add_security(struct request *rq, struct buf *b)
{
	const char *leads_to = rq->app->form_action;

	buf_fmt(b,
	    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self' data:; "
	    "form-action 'self'%s%s; frame-ancestors 'none'; base-uri 'none'\r\n",
	    str_empty(leads_to) ? "" : " ", leads_to != NULL ? leads_to : "");
	buf_add(b, "X-Content-Type-Options: nosniff\r\n"
	           "X-Frame-Options: DENY\r\n"
	           "Referrer-Policy: same-origin\r\n"
	           "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
	           "Cross-Origin-Opener-Policy: same-origin\r\n"
	           "Cross-Origin-Resource-Policy: same-origin\r\n");
	if (str_starts(config_get("base_url"), "https:"))
		buf_add(b, "Strict-Transport-Security: max-age=31536000\r\n");
}

static const char *
etag(struct request *rq)
{
	unsigned char hash[16];

	crypto_generichash(hash, sizeof hash, (const unsigned char *)rq->reply.body, rq->reply.len, NULL,
	    0);
	return str_fmt(rq->pool, "\"%s\"", str_base64url(rq->pool, hash, sizeof hash));
}

const char *
answer_headers(struct request *rq)
{
	struct reply *reply = &rq->reply;
	/* What is unlike all others is never the one that a browser has. */
	bool tagged = reply->status == 200 && rq->method == GET && !reply->elsewhere && !reply->unlike;
	/* A cacheable answer's conditions are nginx's matter: a 304 from here would be cached as one. */
	const char *tag = tagged ? etag(rq) : "";
	struct buf b;

	if (tagged && !reply->cacheable && str_eq(request_param(rq, "HTTP_IF_NONE_MATCH"), tag)) {
		reply->status = 304;
		reply->len = 0;
	}
	buf_init(&b, rq->pool);
	buf_fmt(&b, "Status: %d %s\r\n", reply->status, phrase(reply->status));
	/* Before Cache-Control: nginx heeds the first of the two that forbids or allows. */
	buf_fmt(&b, "X-Accel-Expires: %d\r\n", reply->cacheable ? reply->cache_seconds : 0);
	buf_fmt(&b, "Cache-Control: %s\r\n", reply->cacheable ? "no-cache" : "private, no-cache");
	if (reply->status != 304 && reply->type != NULL)
		buf_fmt(&b, "Content-Type: %s\r\n", reply->type);
	if (tagged)
		buf_fmt(&b, "ETag: %s\r\n", tag);
	if (reply->status != 304 && !reply->elsewhere)
		buf_fmt(&b, "Content-Length: %zu\r\n", reply->len);
	buf_fmt(&b, "Content-Language: %s\r\n", rq->lang == LANG_EN ? "en" : "uk");
	if (!str_empty(rq->id))
		buf_fmt(&b, "X-Request-Id: %s\r\n", rq->id);
	add_security(rq, &b);
	buf_add_n(&b, reply->headers.s, reply->headers.len);
	return b.s;
}
