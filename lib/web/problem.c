#include "web/problem.h"

#include <string.h>

#include "web/form.h"
#include "web/i18n.h"
#include "web/page.h"
#include "web/session.h"

enum { RESEND_FIELDS_MAX = 60 };

static const char *
heading(int status)
{
	switch (status) {
	case 400: return _("The request is malformed");
	case 401: return _("You need to log in");
	case 403: return _("This is not allowed");
	case 404: return _("There is no such page");
	case 405: return _("This address does not answer that method");
	case 409: return _("This is no longer possible");
	case 413: return _("Too large");
	case 415: return _("Unknown kind of content");
	case 421: return _("This site is not served here");
	case 422: return _("Something in the form needs your attention");
	case 429: return _("Too many attempts");
	case 503: return _("The site is temporarily unavailable");
	default: return _("Something broke on our side");
	}
}

static void
problem_json(struct request *rq, int status, const char *type, const char *detail)
{
	json_t *body = json_pack("{s:s, s:s, s:i, s:s, s:s}", "type",
	    str_fmt(rq->pool, "/problems/%s", type), "title", heading(status), "status", status, "detail",
	    detail, "request_id", rq->id);

	if (json_object_size(rq->errors) > 0) {
		json_t *list = json_array(), *message;
		const char *name;
		json_object_foreach(rq->errors, name, message)
			json_array_append_new(list, json_pack("{s:s, s:O}", "field", name, "message", message));
		json_object_set_new(body, "errors", list);
	}
	reply_text(rq, status, "application/problem+json", json_dumps(body, JSON_COMPACT));
}

static void
bare_text(struct buf *b, const char *before, const char *text, const char *behind)
{
	buf_add(b, before);
	buf_add_html(b, text, strlen(text));
	buf_add(b, behind);
}

static void
bare_field(struct buf *b, const char *name, const char *value)
{
	bare_text(b, "<input type=\"hidden\" name=\"", name, "\" ");
	bare_text(b, "value=\"", value, "\">\n");
}

/* What problem/resend shows. */
static void
bare_form(struct request *rq, struct buf *b)
{
	json_t *field;
	size_t i;

	bare_text(b, "<p>",
	    _("Nothing is lost: what you wrote is kept on this page. Do not close it; send it again in a "
	      "minute."), "</p>\n");
	bare_text(b, "<form method=\"post\" action=\"",
	    json_string_value(json_object_get(rq->page, "action")), "\">\n");
	bare_field(b, "csrf", json_string_value(json_object_get(rq->page, "csrf")));
	json_array_foreach(json_object_get(rq->page, "fields"), i, field)
		bare_field(b, json_string_value(json_object_get(field, "name")),
		    json_string_value(json_object_get(field, "value")));
	bare_text(b, "<button>", _("Send again"), "</button></form>\n");
}

/* When the page itself can't be made: plain, so that nothing can fail here. */
static void
problem_bare(struct request *rq, int status, const char *detail)
{
	struct buf b;

	buf_init(&b, rq->pool);
	buf_fmt(&b, "<!DOCTYPE html>\n<html lang=\"%s\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
	            "content=\"width=device-width\"><title>",
	    rq->lang == LANG_EN ? "en" : "uk");
	bare_text(&b, "", heading(status), "</title>");
	bare_text(&b, "<h1>", heading(status), "</h1>");
	if (json_object_get(rq->page, "fields") != NULL)
		bare_form(rq, &b);
	else
		bare_text(&b, "<p>", detail, "</p>");
	bare_text(&b, "<p>", rq->id, "</p></html>\n");
	reply_text(rq, status, "text/html; charset=utf-8", b.s);
}

static void
forget_answer(struct request *rq)
{
	rq->reply.failed = false;
	rq->reply.cacheable = false;
}

static void
show(struct request *rq, int status, const char *detail, const char *view)
{
	size_t len;

	json_object_set_new(rq->page, "status", json_integer(status));
	json_object_set_new(rq->page, "heading", json_string(heading(status)));
	json_object_set_new(rq->page, "detail", json_string(detail));
	json_object_set_new(rq->page, "retry", json_boolean(status >= 500 || status == 429));
	const char *html = json_object_get(rq->page, "community") != NULL ? page_html(rq, view, &len) : NULL;
	if (html == NULL) {
		forget_answer(rq);
		problem_bare(rq, status, detail);
		return;
	}
	reply_text(rq, status, "text/html; charset=utf-8", html);
	rq->reply.len = len;
}

void
reply_problem(struct request *rq, int status, const char *type, const char *detail)
{
	rq->reply.cacheable = false;
	if (rq->json)
		problem_json(rq, status, type, detail);
	else
		show(rq, status, detail, "problem/problem");
}

void
reply_not_found(struct request *rq)
{
	reply_problem(rq, 404, "not-found",
	    _("The address may be mistyped, or the page is not public. Search or start from the home page."));
}

void
reply_invalid(struct request *rq, const char *view)
{
	if (rq->json)
		problem_json(rq, 422, "invalid", _("Some fields need your attention."));
	else
		reply_view(rq, 422, view);
}

/* The form that was sent, as hidden fields, so that sending it again takes one press. */
static bool
show_resend(struct request *rq, const char *detail)
{
	json_t *pairs = str_starts(request_param(rq, "CONTENT_TYPE"), "application/x-www-form-urlencoded")
	    ? form_decode(rq->pool, rq->body, RESEND_FIELDS_MAX)
	    : NULL;
	json_t *fields = json_array(), *pair;
	size_t i;

	if (pairs == NULL || *rq->body == '\0')
		return false;
	json_array_foreach(pairs, i, pair) {
		const char *name = json_string_value(json_array_get(pair, 0));
		if (strcmp(name, "csrf") != 0)
			json_array_append_new(fields, json_pack("{s:s, s:O}", "name", name, "value",
			                                  json_array_get(pair, 1)));
	}
	json_object_set_new(rq->page, "fields", fields);
	json_object_set_new(rq->page, "action", json_string(query_without(rq, (const char *[]){ NULL })));
	/* Who was logged in is unknown without the database, yet the cookie is what the token is bound
	 * to; it is checked again when the form comes. */
	if (rq->session.person == 0 && rq->session.token != NULL)
		rq->session.secret = rq->session.token;
	json_object_set_new(rq->page, "csrf",
	    json_string(rq->session.secret != NULL ? csrf_token_for(rq, rq->session.secret) : ""));
	show(rq, 503, detail, "problem/resend");
	return true;
}

void
reply_failure(struct request *rq)
{
	bool away = rq->db != NULL && db_unreachable(rq->db);
	const char *detail = away
	    ? _("The database does not answer. Nothing is lost: try again in a minute.")
	    : _("The error is written down under the number below. Try again; if it stays, tell us the "
	        "number.");

	forget_answer(rq);
	buf_init(&rq->reply.headers, rq->pool);
	reply_header(rq, "Retry-After", away ? "15" : "5");
	if (rq->json)
		problem_json(rq, away ? 503 : 500, away ? "unavailable" : "failure", detail);
	else if (!away || rq->method != POST || !show_resend(rq, detail))
		show(rq, away ? 503 : 500, detail, "problem/problem");
}
