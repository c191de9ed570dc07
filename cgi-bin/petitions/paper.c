/* POST /sheets/{id}/confirm: a sheet of paper signatures that two operators read alike becomes signatures.
 * It was entered at /counter/sheets, in the program that may see numbers; this one never does. */
#include "petitions.h"

#include <inttypes.h>

#include "civic/paper.h"
#include "web/i18n.h"
#include "web/problem.h"

void
post_sheet_confirm(struct request *rq)
{
	int64_t id = path_id(rq), added = 0;

	switch (paper_confirm(rq->db, rq->community_id, id, rq->session.person, &added)) {
	case PAPER_DONE:
		flash(rq, str_fmt(rq->pool, _("The sheet is confirmed. Signatures added: %lld."), (long long)added));
		reply_see_other(rq, "/counter/sheets/%" PRId64, id);
		break;
	case PAPER_CONFIRMED:
		reply_problem(rq, 409, "sheet-confirmed", _("This sheet is confirmed already."));
		break;
	case PAPER_UNCHECKED:
		reply_problem(rq, 409, "sheet-unchecked", _("Some line is not checked by another operator yet, or no line stands."));
		break;
	case PAPER_CLOSED:
		reply_problem(rq, 409, "petition-closed", _("The petition does not gather signatures now. The sheet stays as it is."));
		break;
	case PAPER_UNKNOWN: reply_not_found(rq); break;
	case PAPER_NO_OPERATOR:
	case PAPER_TWICE:
	case PAPER_FULL:
	case PAPER_OTHER_NAME:
	case PAPER_MISMATCH:
	case PAPER_OWN:
	case PAPER_REFUSED:
	case PAPER_FAILED: request_fail(rq, "a sheet could not be confirmed"); break;
	}
}
