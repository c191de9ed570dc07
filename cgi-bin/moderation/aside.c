/* Suspending and hiding what is public, with a public reason, and taking that back:
 * /moderation/petitions/{id}/suspend, …/resume, …/hide, …/restore. */
#include "moderation.h"

#include "civic/refusal.h"
#include "web/i18n.h"
#include "web/problem.h"

static const struct field hide_fields[] = {
	{ "reason", FIELD_CHOICE, 1, 20, .choices = refusal_codes, .label = N_("Ground") },
	{ "explanation", FIELD_LINES, EXPLANATION_MIN, EXPLANATION_MAX, .label = N_("Public reason") },
	{ 0 },
};
static const struct field suspend_fields[] = {
	{ "explanation", FIELD_LINES, EXPLANATION_MIN, EXPLANATION_MAX, .label = N_("Public reason") },
	{ 0 },
};
static const struct field no_fields[] = { { 0 } };

static const struct field *
fields_of(const char *act)
{
	return str_eq(act, "hide") ? hide_fields : suspend_fields;
}

static void
show_form(struct request *rq, json_t *p, const char *act, json_t *values)
{
	show_heading(rq, p);
	form_show(rq, fields_of(act), values);
	show_grounds(rq);
	json_object_set_new(rq->page, "suspends", json_boolean(str_eq(act, "suspend")));
	json_object_set_new(rq->page, "action",
	    json_string(str_fmt(rq->pool, "/moderation/petitions/%" PRId64 "/%s", path_id(rq), act)));
}

static void
page_aside(struct request *rq, const char *act)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, act))
		return;
	show_form(rq, p, act, json_object());
	reply_view(rq, 200, "moderation/aside");
}

static void
finish(struct request *rq, enum moderation_result result, const char *state, const char *message)
{
	if (result == MODERATION_DONE)
		reply_done(rq, state, message);
	else
		reply_undecided(rq, result);
}

static struct decision
decision_of(struct request *rq)
{
	const char *words = form_text(rq, "explanation"), *reason = form_text(rq, "reason");

	return (struct decision){ .community = rq->community_id, .petition = path_id(rq),
		.moderator = rq->session.person, .explanation = *words != '\0' ? words : NULL,
		.reason = *reason != '\0' ? reason : NULL,
		.operation = rq->id };
}

static void
put_aside(struct request *rq, const char *act, const char *state, const char *message,
    enum moderation_result (*run)(struct db *db, const struct decision *decision))
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, act) || !form_read(rq, fields_of(act)))
		return;
	if (!form_right(rq)) {
		if (!rq->json)
			show_form(rq, p, act, NULL);
		reply_invalid(rq, "moderation/aside");
		return;
	}
	struct decision d = decision_of(rq);
	finish(rq, run(rq->db, &d), state, message);
}

static void
bring_back(struct request *rq, const char *act, const char *message,
    enum moderation_result (*run)(struct db *db, const struct decision *decision))
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, act) || !form_read(rq, no_fields))
		return;
	if (!form_right(rq)) {
		reply_problem(rq, 422, "invalid", _("Some fields need your attention."));
		return;
	}
	struct decision d = decision_of(rq);
	finish(rq, run(rq->db, &d), json_string_value(json_object_get(p, "state_before")), message);
}

void
page_suspend(struct request *rq)
{
	page_aside(rq, "suspend");
}

void
page_hide(struct request *rq)
{
	page_aside(rq, "hide");
}

void
post_suspend(struct request *rq)
{
	put_aside(rq, "suspend", "suspended", _("Suspended: its clocks stand still."), moderation_suspend);
}

void
post_hide(struct request *rq)
{
	put_aside(rq, "hide", "hidden", _("Hidden: everyone sees the number, the date and the reason."),
	    moderation_hide);
}

void
post_resume(struct request *rq)
{
	bring_back(rq, "resume", _("It goes on; its terms are prolonged by the pause."), moderation_resume);
}

void
post_restore(struct request *rq)
{
	bring_back(rq, "restore", _("Everyone sees it again."), moderation_restore);
}
