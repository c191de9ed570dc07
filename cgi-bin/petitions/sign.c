/* A resident signs. A GET only asks: the signature is always a POST of one's own. */
#include "petitions.h"

#include <inttypes.h>
#include <string.h>

#include "civic/contact.h"
#include "civic/follow.h"
#include "civic/petition.h"
#include "civic/signing.h"
#include "web/i18n.h"
#include "web/problem.h"

/* GET /petitions/{id}/sign: after login, one confirming click. */
void
page_sign(struct request *rq)
{
	json_t *p = open_petition_of_path(rq);

	if (p == NULL)
		return;
	if (!may_sign(rq, p)) {
		/* The petition's own page says which of these it is. */
		reply_see_other(rq, "/petitions/%" PRId64, path_id(rq));
		return;
	}
	json_t *card = petition_card(p);
	copy_columns(rq->data, p, (const char *const[]){ "id", "title", "state", "signature_count",
	                              "threshold", "closes_at", NULL });
	copy_columns(rq->page, card,
	    (const char *const[]){ "is_reached", "days_left", "last_day", "content_lang", NULL });
	json_object_set(rq->page, "author_name", json_object_get(p, "author_name"));
	show_hiding(rq, p);
	reply_view(rq, 200, "petitions/confirm");
}

static const char *const on[] = { "1", NULL };
static const struct field sign_form[] = {
	{ "hide_name", FIELD_CHOICE, 0, 1, .choices = on, .label = N_("Do not show my name") },
	{ "follow", FIELD_CHOICE, 0, 1, .choices = on, .label = N_("Tell me of the answer by e-mail") },
	{ 0 },
};

static void
thank(struct request *rq, int64_t id, bool already)
{
	int64_t person = rq->session.person;
	json_t *own = already ? NULL : petition_just_signed(rq->db, rq->community_id, id, person);

	if (own == NULL)
		own = petition_own_signature(rq->db, rq->community_id, id, person);
	/* Signed by an account that was closed in favour of this one (civic/person.h). */
	if (own == NULL && already)
		own = petition_find(rq->db, rq->community_id, id, person, false);
	if (own == NULL)
		return;
	/* Only where it was asked for; not asking again does not take it back. Nobody follows before they sign. */
	bool follows = *form_text(rq, "follow") != '\0'
	    ? follow_begin(rq->db, rq->community_id, id, person)
	    : already && follow_on(rq->db, rq->community_id, id, person);
	bool unreached = follows && !contact_works(rq->db, person);
	json_object_set_new(rq->data, "id", json_integer(id));
	json_object_set(rq->data, "signature_count", json_object_get(own, "signature_count"));
	json_object_set_new(rq->data, "already", json_boolean(already));
	json_object_set_new(rq->data, "followed", json_boolean(follows));
	if (already) {
		flash(rq, _("You have already signed this petition."));
		reply_see_other(rq, "/petitions/%" PRId64, id);
	} else {
		flash(rq, unreached ? _("Thank you. Your signature is counted. To get letters, add your e-mail "
		                        "address on your page.")
		                    : _("Thank you. Your signature is counted."));
		reply_created(rq, "/petitions/%" PRId64, id);
	}
}

/* Exactly why, and what to do. */
static void
reply_not_local(struct request *rq, int64_t id)
{
	json_t *p = petition_find(rq->db, rq->community_id, id, rq->session.person, false);

	if (p == NULL)
		return;
	enum residence_verdict verdict = signer_verdict(rq, p);
	const char *kinds = json_string_value(json_object_get(p, "residence_kinds"));
	bool waits = verdict == RESIDENCE_WAITS;
	reply_problem(rq, 403, waits ? "residence-waits" : "not-a-resident",
	    str_fmt(rq->pool, "%s %s", residence_reason(verdict), residence_advice(verdict, kinds)));
}

/* POST /petitions/{id}/sign */
void
post_sign(struct request *rq)
{
	int64_t id = path_id(rq);

	if (!form_read(rq, sign_form))
		return;
	if (rq->json && !form_right(rq)) {
		reply_invalid(rq, "");
		return;
	}
	struct signer signer = { rq->community_id, id, rq->session.person, *form_text(rq, "hide_name") != '\0',
		rq->session.operator != 0 ? SIGN_AT_COUNTER : SIGN_SELF };
	switch (petition_sign(rq->db, &signer)) {
	case SIGN_ADDED: thank(rq, id, false); break;
	case SIGN_ALREADY: thank(rq, id, true); break;
	case SIGN_CLOSED:
		reply_problem(rq, 409, "petition-closed", _("Signatures are no longer gathered here."));
		break;
	case SIGN_NOT_LOCAL: reply_not_local(rq, id); break;
	case SIGN_PAUSED:
		reply_problem(rq, 409, "paused", _("Signing stands still for now. The term is prolonged by that time."));
		break;
	case SIGN_TOO_YOUNG:
		reply_problem(rq, 403, "too-young",
		    _("The charter of the community asks for an age of signers that your login has not confirmed. If you "
		      "have reached it since, log out and log in again."));
		break;
	case SIGN_WITHDRAWN:
		reply_problem(rq, 409, "withdrawn",
		    _("You have withdrawn your signature here: that is final for this petition."));
		break;
	case SIGN_UNKNOWN: reply_not_found(rq); break;
	case SIGN_FAILED: break;
	}
}
