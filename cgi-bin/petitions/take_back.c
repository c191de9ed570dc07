/* What is taken back: a petition by its author, a signature by its signer. A GET only asks. */
#include "petitions.h"

#include <inttypes.h>

#include "civic/petition.h"
#include "civic/signing.h"
#include "web/i18n.h"
#include "web/problem.h"

static void
show_question(struct request *rq, json_t *p, const char *view)
{
	copy_columns(rq->data, p, (const char *const[]){ "id", "title", "state", NULL });
	json_object_set(rq->page, "content_lang", json_object_get(p, "lang"));
	json_object_set_new(rq->page, "is_published",
	    json_boolean(!json_is_null(json_object_get(p, "published_at"))));
	reply_view(rq, 200, view);
}

static void
done(struct request *rq, const char *state, const char *message)
{
	json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
	json_object_set_new(rq->data, "state", json_string(state));
	flash(rq, message);
}

/* GET /petitions/{id}/withdraw */
void
page_withdraw(struct request *rq)
{
	json_t *p = petition_of_path(rq);

	if (p == NULL)
		return;
	if (!json_is_true(json_object_get(p, "mine")))
		reply_not_found(rq);
	else if (!may_withdraw(p))
		reply_see_other(rq, "/petitions/%" PRId64, path_id(rq));
	else
		show_question(rq, p, "petitions/withdraw");
}

/* POST /petitions/{id}/withdraw */
void
post_withdraw(struct request *rq)
{
	switch (petition_withdraw(rq->db, rq->community_id, path_id(rq), rq->session.person, rq->id)) {
	case PETITION_DONE:
		done(rq, "withdrawn", _("The petition is withdrawn."));
		reply_see_other(rq, "/petitions/%" PRId64, path_id(rq));
		break;
	case PETITION_CLOSED:
		reply_problem(rq, 409, "withdrawal-closed",
		    _("This petition can no longer be withdrawn: somebody else has signed it, or its state does "
		      "not allow that."));
		break;
	case PETITION_UNKNOWN: reply_not_found(rq); break;
	case PETITION_TOO_MANY:
	case PETITION_UNFINISHED:
	case PETITION_FAILED: request_fail(rq, "a petition could not be withdrawn"); break;
	}
}

/* GET /petitions/{id}/withdraw-signature */
void
page_withdraw_signature(struct request *rq)
{
	json_t *p = open_petition_of_path(rq);

	if (p == NULL)
		return;
	if (!may_withdraw_signature(rq, p))
		reply_see_other(rq, "/petitions/%" PRId64, path_id(rq));
	else
		show_question(rq, p, "petitions/withdraw-signature");
}

/* POST /petitions/{id}/withdraw-signature */
void
post_withdraw_signature(struct request *rq)
{
	int64_t id = path_id(rq), person = rq->session.person;

	switch (petition_withdraw_signature(rq->db, rq->community_id, id, person)) {
	case WITHDRAW_DONE:
		done(rq, "withdrawn", _("Your signature is withdrawn. It no longer counts."));
		reply_see_other(rq, "/petitions/%" PRId64, id);
		break;
	case WITHDRAW_NOT_SIGNED:
		reply_problem(rq, 409, "not-signed", _("You have no signature under this petition."));
		break;
	case WITHDRAW_FORBIDDEN:
		reply_problem(rq, 403, "withdrawal-forbidden",
		    _("By the rules of this petition a signature cannot be withdrawn."));
		break;
	case WITHDRAW_CLOSED:
		reply_problem(rq, 409, "petition-closed",
		    _("Signatures are not gathered here now, so none can be withdrawn."));
		break;
	case WITHDRAW_UNKNOWN: reply_not_found(rq); break;
	case WITHDRAW_FAILED: request_fail(rq, "a signature could not be withdrawn"); break;
	}
}
