/* Two authors answer the proposal to join their petitions. */
#include "petitions.h"

#include <inttypes.h>

#include "civic/merge.h"
#include "web/i18n.h"
#include "web/problem.h"

static void
answered(struct request *rq, enum merge_result result, const char *done, const char *message)
{
	switch (result) {
	case MERGE_DONE:
	case MERGE_AGREED:
		json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
		json_object_set_new(rq->data, "result", json_string(result == MERGE_DONE ? done : "agreed"));
		flash(rq, result == MERGE_DONE ? message
		                               : _("Your consent is noted. The other author has not answered yet."));
		reply_see_other(rq, "/me");
		break;
	case MERGE_CLOSED:
	case MERGE_UNKNOWN:
		reply_problem(rq, 409, "merge-closed",
		    _("There is no such proposal for you, or it has been answered already."));
		break;
	case MERGE_SAME:
	case MERGE_OPEN:
	case MERGE_FAILED: request_fail(rq, "a proposal to join petitions could not be answered"); break;
	}
}

/* POST /merges/{id}/agree */
void
post_merge_agree(struct request *rq)
{
	answered(rq, merge_agree(rq->db, rq->community_id, path_id(rq), rq->session.person, rq->id), "merged",
	    _("The petitions are joined. Those who signed the closed one are invited to sign the other."));
}

/* POST /merges/{id}/decline */
void
post_merge_decline(struct request *rq)
{
	answered(rq, merge_decline(rq->db, rq->community_id, path_id(rq), rq->session.person), "declined",
	    _("You declined. Both petitions go on by themselves."));
}
