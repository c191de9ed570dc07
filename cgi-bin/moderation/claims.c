/* Taking an item on and giving it back: POST /moderation/petitions/{id}/claim and …/release. */
#include "moderation.h"

#include "base/clock.h"
#include "civic/desk.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field claim_fields[] = {
	{ "id", JSON_KIND_INT, "number" },
	{ "claim", JSON_KIND_OBJECT, "who works on it, or null" },
	{ "claim.name", JSON_KIND_TEXT, "their name" },
	{ "claim.until", JSON_KIND_TIME, "when the claim ends by itself" },
	{ "claim.yours", JSON_KIND_BOOL, "that is you" },
	{ 0 },
};

json_t *
claim_model(struct request *rq, int64_t petition)
{
	json_t *c = claim_of(rq->db, rq->community_id, "petition", petition, rq->session.person);

	if (c == NULL)
		return json_null();
	int64_t until = json_integer_value(json_object_get(c, "until"));
	return json_pack("{s:O, s:s, s:O}", "name", json_object_get(c, "name"), "until",
	    clock_iso(rq->pool, (time_t)until), "yours", json_object_get(c, "yours"));
}

static void
reply_claimed(struct request *rq)
{
	json_t *c = claim_model(rq, path_id(rq));
	const char *until = json_string_value(json_object_get(c, "until"));

	/* It may have been given back in between. */
	reply_problem(rq, 409, "claimed",
	    until == NULL
	        ? _("Somebody else is working on this petition. Try again.")
	        : str_fmt(rq->pool, _("%s is working on this petition, until %s at most."),
	              json_string_value(json_object_get(c, "name")), i18n_time(rq->pool, rq->lang, until)));
}

bool
claim_for_act(struct request *rq)
{
	switch (claim_take(rq->db, rq->community_id, "petition", path_id(rq), rq->session.person)) {
	case CLAIM_YOURS: return true;
	case CLAIM_TAKEN: reply_claimed(rq); return false;
	case CLAIM_UNKNOWN: reply_not_found(rq); return false;
	case CLAIM_FAILED: request_fail(rq, "a claim could not be taken"); return false;
	}
	return false;
}

void
release_after_act(struct request *rq)
{
	claim_release(rq->db, rq->community_id, "petition", path_id(rq), rq->session.person);
}

static void
reply_claim(struct request *rq, const char *message)
{
	json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
	json_object_set_new(rq->data, "claim", claim_model(rq, path_id(rq)));
	flash(rq, message);
	reply_see_other(rq, "/moderation/petitions/%" PRId64, path_id(rq));
}

void
post_claim(struct request *rq)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL)
		return;
	if (!act_allowed(rq, p, "claim"))
		return;
	if (claim_for_act(rq))
		reply_claim(rq, _("You have taken this petition on. The claim ends by itself in half an hour."));
}

void
post_release(struct request *rq)
{
	if (petition_of_desk(rq) == NULL)
		return;
	release_after_act(rq);
	reply_claim(rq, _("The petition is free again."));
}
