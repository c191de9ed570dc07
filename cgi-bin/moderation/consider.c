/* What a clerk writes down of a petition that the authority considers: the start, the answer, the
 * beginning and the end of carrying it out: /moderation/petitions/{id}/start, …/answer, …/implement,
 * …/finish. */
#include "moderation.h"

#include "base/text.h"
#include "civic/rules.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/view.h"

static const char *const steps[] = { "preview", "send", NULL };

static const struct field start_fields[] = {
	{ "note", FIELD_LINES, 0, EXPLANATION_MAX, .label = N_("Words to everyone") },
	{ 0 },
};
static const struct field answer_fields[] = {
	{ "verdict", FIELD_CHOICE, 1, 20, .choices = verdicts, .label = N_("Decision") },
	{ "text", FIELD_LINES, ANSWER_MIN, ANSWER_MAX, .label = N_("Answer") },
	{ "answered_by", FIELD_LINE, 1, OFFICE_MAX, .label = N_("Who answers") },
	{ "decided_on", FIELD_LINE, 0, 10, .pattern = DAY_PATTERN, .label = N_("Day of the decision") },
	{ "do", FIELD_CHOICE, .choices = steps, .label = N_("Step") },
	{ 0 },
};
/* An ordinary appeal is answered; it is not supported or refused. */
static const struct field appeal_fields[] = {
	{ "text", FIELD_LINES, ANSWER_MIN, ANSWER_MAX, .label = N_("Answer") },
	{ "answered_by", FIELD_LINE, 1, OFFICE_MAX, .label = N_("Who answers") },
	{ "decided_on", FIELD_LINE, 0, 10, .pattern = DAY_PATTERN, .label = N_("Day of the answer") },
	{ "do", FIELD_CHOICE, .choices = steps, .label = N_("Step") },
	{ 0 },
};
static const struct field no_fields[] = { { 0 } };

static struct act
act_of(struct request *rq, const char *note)
{
	return (struct act){ .community = rq->community_id, .petition = path_id(rq),
		.clerk = rq->session.person, .operation = rq->id, .note = str_empty(note) ? NULL : note };
}

/* The answer to what was asked for; false: done, and the caller says so. */
static bool
refused(struct request *rq, enum consider_result result)
{
	switch (result) {
	case CONSIDER_DONE: return false;
	case CONSIDER_ELSEWHERE: reply_undecided(rq, MODERATION_DECIDED); break;
	case CONSIDER_DATE:
		form_error(rq, "decided_on",
		    _("The day lies ahead, or before the consideration was announced."));
		break;
	case CONSIDER_MANY: request_fail(rq, "an answer has files already"); break;
	case CONSIDER_UNKNOWN: reply_not_found(rq); break;
	case CONSIDER_FAILED: request_fail(rq, "a step of the consideration could not be written"); break;
	}
	return true;
}

static void
show_start(struct request *rq, json_t *p, json_t *values)
{
	show_heading(rq, p);
	form_show(rq, start_fields, values);
}

void
page_start(struct request *rq)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, "start"))
		return;
	show_start(rq, p, json_object());
	reply_view(rq, 200, "moderation/start");
}

void
post_start(struct request *rq)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, "start") || !form_read(rq, start_fields))
		return;
	if (!form_right(rq)) {
		if (!rq->json)
			show_start(rq, p, NULL);
		reply_invalid(rq, "moderation/start");
		return;
	}
	if (!claim_for_act(rq))
		return;
	struct act act = act_of(rq, form_text(rq, "note"));
	enum consider_result result = consider_start(rq->db, &act);
	release_after_act(rq);
	if (!refused(rq, result))
		reply_done(rq, "in_review", _("The start of consideration is announced."));
}

static bool
is_appeal(const json_t *p)
{
	return str_eq(state_of(p), "appeal");
}

static void
show_answer(struct request *rq, json_t *p, json_t *values)
{
	json_t *error = json_object_get(rq->errors, "file");

	show_heading(rq, p);
	form_show(rq, answer_fields, values);
	json_object_set_new(json_object_get(rq->page, "form"), "file", json_pack("{s:O?}", "error", error));
	json_object_set_new(rq->page, "is_appeal", json_boolean(is_appeal(p)));
	if (json_object_get(rq->page, "preview") == NULL)
		json_object_set_new(rq->page, "preview", json_null());
}

void
page_answer(struct request *rq)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, "answer"))
		return;
	json_t *rules = rules_find(rq->db, rq->community_id, 0);
	show_answer(rq, p, json_pack("{s:O?}", "answered_by", json_object_get(rules, "office_decision")));
	reply_view(rq, 200, "moderation/answer");
}

static void
show_answer_again(struct request *rq, json_t *p, bool preview)
{
	if (preview)
		json_object_set_new(rq->page, "preview",
		    json_pack("{s:o}", "text_html",
		        view_safe(text_markdown(rq->pool, form_text(rq, "text")))));
	if (!rq->json)
		show_answer(rq, p, NULL);
	if (preview)
		reply_view(rq, 200, "moderation/answer");
	else
		reply_invalid(rq, "moderation/answer");
}

static void
publish_answer(struct request *rq, json_t *p, const struct taken *taken)
{
	struct act act = act_of(rq, NULL);
	struct attachment row = { .kind = "answer", .subject = path_id(rq), .petition = path_id(rq),
		.most = ANSWER_FILES_MAX };
	char stored[FILE_NAME_SIZE];

	if (!claim_for_act(rq) || (taken->sent && !keep_file(rq, taken, &row, stored)))
		return;
	enum consider_result result = consider_answer(rq->db, &act,
	    &(struct answer){ .verdict = is_appeal(p) ? NULL : form_text(rq, "verdict"),
	        .text = form_text(rq, "text"), .answered_by = form_text(rq, "answered_by"),
	        .decided_on = form_text(rq, "decided_on"), .file = taken->sent ? &row : NULL });
	/* While the database is away nobody knows whether a row points to the bytes: then they stay. */
	if (taken->sent && result != CONSIDER_DONE && result != CONSIDER_FAILED)
		files_remove(rq->pool, stored);
	if (result != CONSIDER_DATE && result != CONSIDER_FAILED)
		release_after_act(rq);
	if (!refused(rq, result))
		reply_done(rq, is_appeal(p) ? "appeal_answered" : "answered",
		    _("The answer is published and goes to the author."));
	else if (!form_right(rq))
		show_answer_again(rq, p, false);
}

void
post_answer(struct request *rq)
{
	json_t *p = petition_of_desk(rq);
	struct taken taken;
	int64_t day;

	if (p == NULL || !act_allowed(rq, p, "answer") ||
	    !form_read(rq, is_appeal(p) ? appeal_fields : answer_fields) || !take_file(rq, "file", &taken))
		return;
	const char *decided = form_text(rq, "decided_on");
	if (*decided != '\0' && form_right(rq) && !real_day(rq->pool, decided, &day))
		form_error(rq, "decided_on", _("There is no such day."));
	if (!form_right(rq))
		show_answer_again(rq, p, false);
	else if (!rq->json && !str_eq(form_text(rq, "do"), "send"))
		show_answer_again(rq, p, true);
	else
		publish_answer(rq, p, &taken);
}

static void
go_on(struct request *rq, const char *name, const char *state, const char *message,
    enum consider_result (*run)(struct db *db, const struct act *act))
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, name) || !form_read(rq, no_fields))
		return;
	if (!form_right(rq)) {
		reply_problem(rq, 422, "invalid", _("Some fields need your attention."));
		return;
	}
	struct act act = act_of(rq, NULL);
	if (!refused(rq, run(rq->db, &act)))
		reply_done(rq, state, message);
}

void
post_implement(struct request *rq)
{
	go_on(rq, "implement", "implementing", _("Everyone sees that it is being carried out."),
	    consider_implement);
}

void
post_finish(struct request *rq)
{
	go_on(rq, "finish", "implemented", _("Everyone sees that it is carried out."), consider_finish);
}
