#include "web/dispatch.h"

#include <stdint.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/session.h"
#include "web/settings.h"

enum { PATH_MAX_BYTES = 512, QUERY_MAX_BYTES = 7168, HOST_MAX_BYTES = 253 };

static const char API[] = "/api/v1";

static const char *
host_of(struct pool *pool, const char *header)
{
	size_t len = strcspn(header, ":");
	char *host = str_ndup(pool, header, len < HOST_MAX_BYTES ? len : 0);

	for (char *p = host; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return host;
}

static const struct route *
find_route(struct request *rq, bool *path_known)
{
	long long id;

	*path_known = false;
	for (const struct route *r = rq->app->routes; r->path != NULL; r++) {
		if (!route_match(r->path, rq->path, &id) || (r->flags & (rq->json ? FACE_HTML : FACE_JSON)))
			continue;
		*path_known = true;
		if (r->method == rq->method)
			return r;
	}
	return NULL;
}

static size_t
body_max(const struct route *route)
{
	return route->body_max != 0 ? route->body_max : BODY_DEFAULT;
}

static bool
take_body(struct request *rq, const struct incoming *in)
{
	size_t max = body_max(rq->route);

	if (rq->method != POST)
		return true;
	if (in->body_len == SIZE_MAX) {
		reply_problem(rq, 400, "malformed-body", _("The request is malformed."));
		return false;
	}
	if (in->body_len > max) {
		reply_problem(rq, 413, "too-large",
		    str_fmt(rq->pool, _("What you sent is too large: at most %zu kB fit here."), max / 1024));
		return false;
	}
	rq->body = in->body(rq, in->body_len);
	rq->body_len = in->body_len;
	if (rq->body == NULL) {
		rq->body = "";
		reply_problem(rq, 400, "malformed-body", _("The request was cut short. Send it again."));
		return false;
	}
	return true;
}

/* A sensitive act wants a recent proof of who acts: a page is found again after the login, a form that
 * was kept open for too long is not taken. */
static bool
fresh(struct request *rq)
{
	if (session_fresh(rq))
		return true;
	if (rq->method == GET && !rq->json && rq->app->login != NULL)
		rq->app->login(rq);
	else
		reply_problem(rq, 403, "fresh-login",
		    _("This wants a recent login. Log in once more, then do it again."));
	return false;
}

/* Who may: nobody logged in is sent to log in, another role is refused. */
static bool
admitted(struct request *rq)
{
	if (rq->session.operator != 0 && (rq->route->flags & (FRESH | ALONE))) {
		reply_problem(rq, 403, "at-the-counter",
		    _("In a session at a counter this stays closed: it is your own affair. Log in at home, or with somebody whom "
		      "you trust."));
		return false;
	}
	if (rq->route->who == ANYONE || (rq->roles & rq->route->who) != 0)
		return !(rq->route->flags & FRESH) || fresh(rq);
	if (rq->session.person == 0) {
		if (rq->json || rq->app->login == NULL)
			reply_problem(rq, 401, "login-required", _("Log in to do this."));
		else
			rq->app->login(rq);
		return false;
	}
	reply_problem(rq, 403, "forbidden", _("Your account may not do this in this community."));
	return false;
}

static const char *
sent_token(struct request *rq)
{
	const char *token = request_param(rq, "HTTP_X_CSRF_TOKEN");

	return *token != '\0' ? token : form_sent(rq, "csrf");
}

static bool
from_our_own_page(struct request *rq)
{
	if (rq->method != POST || (rq->route->flags & NO_CSRF))
		return true;
	if (csrf_same_origin(rq) && csrf_valid(rq, sent_token(rq)))
		return true;
	log_info("csrf", "refused %s", rq->path);
	reply_problem(rq, 403, "csrf",
	    _("This form is out of date or came from another site. Go back, reload the page and send it "
	      "again."));
	return false;
}

static bool
sound_address(struct request *rq, const struct incoming *in)
{
	return strlen(in->uri) <= PATH_MAX_BYTES && strlen(in->query) <= QUERY_MAX_BYTES &&
	    in->uri[0] == '/' && text_is_utf8(in->uri, strlen(in->uri)) &&
	    strpbrk(in->uri, "\r\n") == NULL;
}

/* /healthz/NAME: the program runs and reaches the database. For supervisors, so without a community. */
static bool
health(struct request *rq)
{
	SQL(ping, "SELECT 1 AS alive");

	if (rq->json || !str_starts(rq->path, "/healthz/") || strcmp(rq->path + 9, rq->app->name) != 0)
		return false;
	bool well = rq->db == NULL || db_number(rq->db, &ping, NO_ARGS, 0) == 1;
	rq->reply.failed = false;
	reply_text(rq, well ? 200 : 503, "text/plain; charset=utf-8", well ? "ok\n" : "no database\n");
	return true;
}

/* Without the database: the page that says so holds what was sent, to send it again. */
static void
keep_what_was_sent(struct request *rq, const struct incoming *in)
{
	bool path_known;
	const struct route *route = find_route(rq, &path_known);
	const char *body;

	if (route == NULL || rq->method != POST || in->body_len > body_max(route))
		return;
	if ((body = in->body(rq, in->body_len)) != NULL)
		rq->body = body;
}

static void
serve(struct request *rq, const struct incoming *in)
{
	bool path_known, sound = sound_address(rq, in);

	if (!sound)
		rq->path = "/", rq->query = "";
	/* Language and display are switched on any page, also on those that refuse. */
	if (health(rq) || (sound && settings_switch(rq)))
		return;
	bool entered = rq->app->enter == NULL || rq->app->enter(rq);
	if (entered && !sound) {
		reply_problem(rq, 400, "malformed-address", _("This address is malformed."));
		return;
	}
	if (request_failed(rq))
		keep_what_was_sent(rq, in);
	if (request_failed(rq) || !entered)
		return;
	if (strcmp(in->method, "GET") != 0 && strcmp(in->method, "POST") != 0 && !rq->head) {
		reply_header(rq, "Allow", "GET, HEAD, POST");
		reply_problem(rq, 405, "method", _("This address does not answer that method."));
		return;
	}
	if ((rq->route = find_route(rq, &path_known)) == NULL) {
		if (!path_known) {
			reply_not_found(rq);
			return;
		}
		reply_header(rq, "Allow", rq->method == GET ? "POST" : "GET, HEAD");
		reply_problem(rq, 405, "method", _("This address does not answer that method."));
		return;
	}
	if (strlen(in->query) > (rq->route->query_max != 0 ? rq->route->query_max : QUERY_DEFAULT)) {
		reply_problem(rq, 400, "malformed-address", _("This address is malformed."));
		return;
	}
	/* The order matters: who is not logged in keeps the text, and needs no valid token for that. */
	if (!take_body(rq, in) || (rq->route->flags & PARKS ? false : !from_our_own_page(rq)))
		return;
	if (!admitted(rq) || request_failed(rq))
		return;
	if ((rq->route->flags & PARKS) && !from_our_own_page(rq))
		return;
	rq->route->handler(rq);
}

void
dispatch(struct request *rq, const struct incoming *in)
{
	const char *path = in->uri;

	rq->id = in->id;
	rq->client = in->client;
	rq->host = host_of(rq->pool, in->host);
	rq->head = strcmp(in->method, "HEAD") == 0;
	rq->method = strcmp(in->method, "POST") == 0 ? POST : GET;
	rq->body = "";
	if (str_starts(path, API) && (path[sizeof API - 1] == '/' || path[sizeof API - 1] == '\0')) {
		rq->json = true;
		path += sizeof API - 1;
	}
	rq->path = *path != '\0' ? path : "/";
	rq->query = in->query;
	rq->page = json_object();
	rq->data = json_object();
	rq->form = json_object();
	rq->errors = json_object();
	buf_init(&rq->reply.headers, rq->pool);
	settings_read(rq);
	i18n_use(rq->lang);

	serve(rq, in);
	if (rq->reply.status == 0 && !request_failed(rq))
		request_fail(rq, "%s: the handler did not answer", rq->path);
	/* The health check has already said what failed. */
	if (request_failed(rq) && rq->reply.status != 503)
		reply_failure(rq);
}
