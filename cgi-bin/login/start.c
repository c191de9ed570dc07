/*
 * A login begins: POST /login/start. Where the provider returns to one host of the installation only, it
 * goes on there: GET /login/go.
 */
#include <stdlib.h>
#include <time.h>

#include "attempt.h"
#include "base/log.h"
#include "civic/community.h"
#include "handoff.h"
#include "web/form.h"
#include "web/i18n.h"

const char *
callback_url(struct request *rq)
{
	return str_fmt(rq->pool, "%s/login/callback", request_origin(rq));
}

const char *
ui_locale(const struct request *rq)
{
	return rq->lang == LANG_EN ? "en" : "uk";
}

/* The provider of that id here. Without one the first, as a form sent by Enter has it. */
static const struct idp *
provider_of(struct request *rq, const char *id)
{
	const struct idp *list[IDP_MAX];

	if (!str_empty(id))
		return idp_find(rq->community->name, id);
	return idp_list(rq->community->name, list) > 0 ? list[0] : NULL;
}

static const struct field start_fields[] = {
	{ "to", FIELD_LINE, 0, 20, .label = N_("Intent") },
	{ "id", FIELD_LINE, 0, 18, .pattern = "[0-9]*", .label = N_("Number") },
	{ "provider", FIELD_LINE, 0, IDP_ID_MAX, .label = N_("Login service") },
	{ 0 },
};

static struct idp_attempt
new_attempt(struct request *rq, bool fresh, int64_t begun)
{
	struct idp_attempt attempt = idp_begin(rq->pool);

	attempt.redirect_uri = callback_url(rq);
	attempt.ui_locale = ui_locale(rq);
	attempt.fresh = fresh;
	attempt.begun = begun;
	return attempt;
}

/* On to the callback's host, which must be a community's: the file is the operator's, the table is ours. */
static void
start_there(struct request *rq, const struct idp *idp, const struct intent *intent, int64_t id)
{
	const struct community *there = community_of(rq->db, idp->callback_host);
	int64_t community = there != NULL ? there->id : 0;

	rq->community = community_of(rq->db, rq->host); /* what it was before may have been read anew */
	if (request_failed(rq))
		return;
	if (community == 0) {
		log_error("login", "%s: no community has the callback_host %s", idp->id, idp->callback_host);
		show_login(rq, 503, intent, id, "unreachable");
		return;
	}
	const char *token = attempt_send(rq, idp, community, intent, id);
	reply_leave(rq, str_fmt(rq->pool, "%s/login/go?t=%s", host_origin(rq->pool, idp->callback_host), token));
}

void
post_start(struct request *rq)
{
	const char *url = NULL;

	if (!form_read(rq, start_fields))
		return;
	const struct intent *intent = intent_find(form_text(rq, "to"));
	int64_t id = form_right(rq) ? strtoll(form_text(rq, "id"), NULL, 10) : 0;
	const struct idp *idp = provider_of(rq, form_text(rq, "provider"));
	if (idp == NULL) {
		show_login(rq, 422, intent, id, "unreachable");
		return;
	}
	if (attempt_too_many(rq, idp)) {
		log_error("login", "%s: too many logins begin", idp->id);
		reply_header(rq, "Retry-After", "120");
		show_login(rq, 429, intent, id, "busy");
		return;
	}
	if (idp->callback_host != NULL && !str_eq(idp->callback_host, rq->host)) {
		start_there(rq, idp, intent, id);
		return;
	}
	struct idp_attempt attempt = new_attempt(rq, intent->fresh, time(NULL));
	if (idp->dialect->authorize(rq->pool, idp, &attempt, &url) != IDP_DONE) {
		log_error("login", "%s: the provider does not answer", idp->id);
		show_login(rq, 503, intent, id, "unreachable");
		return;
	}
	attempt_begin(rq, idp, &attempt, intent, id);
	reply_leave(rq, url);
}

void
page_go(struct request *rq)
{
	struct begun begun;
	struct idp_attempt attempt = new_attempt(rq, false, 0);
	const char *url = NULL;

	bool received = attempt_receive(rq, query_text(rq, "t"), &attempt, &begun);
	if (request_failed(rq))
		return;
	if (!received) {
		log_error("login", "a login that began nowhere");
		show_login(rq, 400, intent_find(NULL), 0, "expired");
		return;
	}
	attempt.fresh = begun.fresh;
	attempt.begun = begun.begun;
	if (begun.idp->dialect->authorize(rq->pool, begun.idp, &attempt, &url) != IDP_DONE) {
		log_error("login", "%s: the provider does not answer", begun.idp->id);
		handoff_send(rq, &begun, &(struct handoff){ .outcome = "unreachable" });
		return;
	}
	reply_leave(rq, url);
}
