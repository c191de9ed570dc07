/* A moderator's decision of what was sent in or contested, and taking it back:
 * POST /moderation/petitions/{id}/publish, …/return, …/refuse, …/undo. */
#include "moderation.h"

#include "civic/refusal.h"
#include "web/i18n.h"
#include "web/problem.h"

/* Which text was read: two moderators and an author may be at work at once. */
#define SEEN { "version", FIELD_LINE, 0, 30, .label = N_("Version") }

static const struct field publish_fields[] = {
	{ "explanation", FIELD_LINES, 0, EXPLANATION_MAX, .label = N_("Explanation to the author") },
	{ "reason", FIELD_LINE, 0, 20, .label = N_("Reason, if you refuse") },
	SEEN,
	{ 0 },
};
static const struct field return_fields[] = {
	{ "explanation", FIELD_LINES, EXPLANATION_MIN, EXPLANATION_MAX,
	    .label = N_("Explanation to the author") },
	{ "reason", FIELD_LINE, 0, 20, .label = N_("Reason, if you refuse") },
	SEEN,
	{ 0 },
};
static const struct field refuse_fields[] = {
	{ "explanation", FIELD_LINES, EXPLANATION_MIN, EXPLANATION_MAX,
	    .label = N_("Explanation to the author") },
	{ "reason", FIELD_CHOICE, 1, 20, .choices = refusal_codes, .label = N_("Reason, if you refuse") },
	SEEN,
	{ 0 },
};

struct verb {
	const char *act, *state, *message;
	const struct field *fields;
	enum moderation_result (*run)(struct db *db, const struct decision *decision);
	bool silent, coded; /* no words to the author; with a reason's code */
};

static const struct verb publish = { "publish", "collecting", N_("Published."), publish_fields,
	moderation_publish, .silent = true };
static const struct verb give_back = { "return", "returned", N_("Returned to the author for changes."),
	return_fields, moderation_return };
static const struct verb refuse = { "refuse", "refused", N_("Refused; the reason is public."),
	refuse_fields, moderation_refuse, .coded = true };

static void
decide(struct request *rq, const struct verb *verb)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, verb->act) || !form_read(rq, verb->fields))
		return;
	if (!form_right(rq)) {
		if (!rq->json)
			show_review(rq, p, NULL);
		reply_invalid(rq, "moderation/review");
		return;
	}
	if (!claim_for_act(rq))
		return;
	enum moderation_result result = verb->run(rq->db,
	    &(struct decision){ .community = rq->community_id, .petition = path_id(rq),
	        .moderator = rq->session.person,
	        .reason = verb->coded ? form_text(rq, "reason") : NULL,
	        .explanation = verb->silent ? NULL : form_text(rq, "explanation"),
	        .version = form_text(rq, "version"), .operation = rq->id });
	if (result != MODERATION_FAILED)
		release_after_act(rq);
	if (result == MODERATION_DONE)
		reply_done(rq, verb->state, _(verb->message));
	else
		reply_undecided(rq, result);
}

void
post_publish(struct request *rq)
{
	decide(rq, &publish);
}

void
post_return(struct request *rq)
{
	decide(rq, &give_back);
}

void
post_refuse(struct request *rq)
{
	decide(rq, &refuse);
}

void
post_undo(struct request *rq)
{
	if (petition_of_desk(rq) == NULL)
		return;
	enum moderation_result result = moderation_undo(rq->db,
	    &(struct decision){ .community = rq->community_id, .petition = path_id(rq),
	        .moderator = rq->session.person, .operation = rq->id });
	if (result != MODERATION_DONE) {
		reply_undecided(rq, result);
		return;
	}
	json_t *p = petition_of_desk(rq);
	if (p != NULL)
		reply_done(rq, state_of(p), _("The decision is taken back: the petition waits again."));
}
