/* /contact/confirm: the link of a letter. A GET only shows a button: mail scanners open links, too. */
#include "cabinet.h"

#include "civic/contact.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/session.h"

static void
show(struct request *rq, enum contact_result result, json_t *claim, const char *token)
{
	bool ready = result == CONTACT_DONE;

	json_object_set_new(rq->page, "ready", json_boolean(ready));
	json_object_set_new(rq->page, "used", json_boolean(result == CONTACT_USED));
	json_object_set_new(rq->page, "expired", json_boolean(result == CONTACT_EXPIRED));
	json_object_set_new(rq->page, "unknown", json_boolean(result == CONTACT_UNKNOWN));
	json_object_set(rq->page, "email", ready ? json_object_get(claim, "email") : json_null());
	json_object_set_new(rq->page, "token", ready ? json_string(token) : json_null());
	if (ready)
		json_object_set_new(rq->page, "csrf", json_string(csrf_token(rq)));
	reply_view(rq, ready ? 200 : result == CONTACT_UNKNOWN ? 404 : 410, "cabinet/confirm");
}

void
page_confirm(struct request *rq)
{
	const char *token = query_text(rq, "t");
	json_t *claim;
	enum contact_result result = contact_look(rq->db, rq->pool, rq->community_id, token, &claim);

	if (result == CONTACT_FAILED)
		return;
	show(rq, result, claim, token);
}

void
post_confirm(struct request *rq)
{
	const char *token = form_sent(rq, "t");

	switch (contact_confirm(rq->db, rq->pool, rq->community_id, token)) {
	case CONTACT_DONE:
		flash(rq, _("Your address is confirmed. Letters will come there."));
		reply_see_other(rq, rq->session.person != 0 ? "/me" : "/");
		break;
	case CONTACT_USED: show(rq, CONTACT_USED, NULL, NULL); break;
	case CONTACT_EXPIRED: show(rq, CONTACT_EXPIRED, NULL, NULL); break;
	case CONTACT_TOO_MANY:
	case CONTACT_UNKNOWN: show(rq, CONTACT_UNKNOWN, NULL, NULL); break;
	case CONTACT_FAILED: request_fail(rq, "an address could not be confirmed"); break;
	}
}
