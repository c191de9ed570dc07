/* Writing a petition: a new one, an edit of a draft or of a returned one, sending it in. */
#include "petitions.h"

#include <inttypes.h>
#include <string.h>

#include "civic/community.h"
#include "civic/parked.h"
#include "civic/petition.h"
#include "steps.h"
#include "web/i18n.h"
#include "web/problem.h"

static const char *
column(json_t *petition, const char *name)
{
	const char *s = json_string_value(json_object_get(petition, name));
	return s != NULL ? s : "";
}

/* The viewer's own, in a state in which its text is still theirs to change. */
static bool
may_change(json_t *petition)
{
	const char *state = json_string_value(json_object_get(petition, "state"));

	return json_is_true(json_object_get(petition, "mine")) &&
	    (str_eq(state, "draft") || str_eq(state, "returned"));
}

/* GET /petitions/new */
void
page_new(struct request *rq)
{
	int64_t subject = 0;
	json_t *kept = parked_peek(rq, &subject);

	if (kept != NULL && subject != 0) {
		/* Someone else may have logged in by now, or sent the petition from another browser. */
		json_t *p = petition_find(rq->db, rq->community_id, subject, rq->session.person, false);
		if (may_change(p)) {
			reply_see_other(rq, "/petitions/%" PRId64 "/edit", subject);
			return;
		}
		kept = NULL;
	}
	show_step(rq, 200, NULL, STEP_ABOUT, kept != NULL ? kept : json_object(), kept != NULL);
}

json_t *
own_of_path(struct request *rq)
{
	json_t *p = petition_of_path(rq);

	if (p == NULL)
		return NULL;
	if (!json_is_true(json_object_get(p, "mine"))) {
		reply_not_found(rq);
		return NULL;
	}
	if (!may_change(p)) {
		reply_problem(rq, 409, "petition-sent",
		    _("This petition has been sent to the moderators: its text can no longer be changed."));
		return NULL;
	}
	return p;
}

/* What stands in the draft, as its forms take it. A new one is addressed to the council. */
static json_t *
values_of(struct request *rq, json_t *p)
{
	bool addressed = !json_is_null(json_object_get(p, "addressee")) || *column(p, "text") != '\0';

	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "title", column(p, "title"), "text", column(p, "text"), "topic",
	    column(p, "topic"), "district",
	    str_fmt(rq->pool, "%" PRId64, (int64_t)json_integer_value(json_object_get(p, "district_id"))), "addressee",
	    addressed ? column(p, "addressee") : rq->community->council[LANG_UK]);
}

/* GET /petitions/{id}/edit */
void
page_edit(struct request *rq)
{
	int64_t subject = 0;
	json_t *p = own_of_path(rq), *kept;

	if (p == NULL)
		return;
	enum write_step step = step_named(query_text(rq, "step"));
	kept = parked_peek(rq, &subject);
	if (kept != NULL && subject == path_id(rq)) {
		enum write_step was = step_named(json_string_value(json_object_get(kept, "step")));
		json_t *values = values_of(rq, p);
		json_object_update(values, kept);
		show_step(rq, 200, p, was == STEP_TEXT ? STEP_TEXT : STEP_ABOUT, values, true);
		return;
	}
	if (step == STEP_COUNT)
		step = *column(p, "text") != '\0' ? STEP_TEXT : STEP_ABOUT;
	show_step(rq, 200, p, step, values_of(rq, p), false);
}

static void
finish(struct request *rq, int64_t id, const char *state, const char *message)
{
	parked_drop(rq);
	json_object_set_new(rq->data, "id", json_integer(id));
	json_object_set_new(rq->data, "state", json_string(state));
	if (message != NULL)
		flash(rq, message);
}

static void
send_in(struct request *rq, int64_t id, bool created)
{
	enum petition_result sent = petition_submit(rq->db, rq->community_id, id, rq->session.person, rq->id);

	if (sent != PETITION_DONE) {
		if (sent == PETITION_UNFINISHED)
			reply_problem(rq, 422, "unfinished", _("Finish the title and the text first."));
		else if (sent != PETITION_FAILED)
			reply_problem(rq, 409, "petition-sent", _("This petition has already been sent."));
		return;
	}
	finish(rq, id, "submitted", _("The petition is sent. A moderator reviews it within two working days."));
	if (created)
		reply_created(rq, "/petitions/%" PRId64, id);
	else
		reply_see_other(rq, "/petitions/%" PRId64, id);
}

/* After create or edit: what is left to do and where to go. */
static void
go_on(struct request *rq, int64_t id, const struct petition_draft *draft, const char *state, bool created)
{
	enum write_step step = rq->json ? STEP_COUNT : step_named(form_text(rq, "step"));
	const char *what = form_text(rq, "do");

	if (strcmp(what, "submit") == 0) {
		send_in(rq, id, created);
		return;
	}
	if (!rq->json && (strcmp(what, "next") == 0 || strcmp(what, "preview") == 0)) {
		enum write_step next =
		    step == STEP_COUNT ? STEP_PREVIEW : step_after(rq, step, draft->title, draft->text, id);
		finish(rq, id, state, NULL);
		reply_see_other(rq, "/petitions/%" PRId64 "/edit?step=%s", id, write_steps[next]);
		return;
	}
	finish(rq, id, state, _("The draft is saved. You find it on your page."));
	if (created && rq->json)
		reply_created(rq, "/petitions/%" PRId64, id);
	else if (rq->json)
		reply_see_other(rq, "/petitions/%" PRId64, id);
	else if (step == STEP_COUNT)
		reply_see_other(rq, "/petitions/%" PRId64 "/edit", id);
	else
		reply_see_other(rq, "/petitions/%" PRId64 "/edit?step=%s", id, write_steps[step]);
}

static bool
read_petition(struct request *rq)
{
	bool unfinished = rq->json || str_eq(form_sent(rq, "do"), "save");

	if (!form_read(rq, step_fields(rq->json ? STEP_COUNT : step_named(form_sent(rq, "step")), unfinished)))
		return false;
	/* A bot's step stands in its object: what is to be sent in is refused before a draft is kept. */
	return !rq->json || !str_eq(form_text(rq, "do"), "submit") || form_read(rq, step_fields(STEP_COUNT, false));
}

/* The form's fields; of a step the others stay as they are in the draft (p, or NULL of a new one). */
static struct petition_draft
read_draft(struct request *rq, json_t *p)
{
	enum write_step step = rq->json ? STEP_COUNT : step_named(form_text(rq, "step"));
	struct petition_draft d = { .community = rq->community_id, .author = rq->session.person, .operation = rq->id,
		.title = column(p, "title"), .text = column(p, "text"), .topic = column(p, "topic"),
		.addressee = column(p, "addressee"), .district = json_integer_value(json_object_get(p, "district_id")) };
	bool whole = step != STEP_ABOUT && step != STEP_TEXT;

	if (whole || step == STEP_ABOUT) {
		d.title = form_text(rq, "title");
		/* What another program does not name stays; the form's own choice may be none. */
		if (!whole || *form_text(rq, "topic") != '\0')
			d.topic = form_text(rq, "topic");
		if (!whole || form_number(rq, "district") != 0)
			d.district = form_number(rq, "district");
	}
	if (whole || step == STEP_TEXT || *form_text(rq, "text") != '\0')
		d.text = form_text(rq, "text");
	if (step == STEP_TEXT || (whole && *form_text(rq, "addressee") != '\0'))
		d.addressee = form_text(rq, "addressee");
	if (*d.topic == '\0')
		d.topic = NULL;
	if (*d.addressee == '\0')
		d.addressee = NULL;
	return d;
}

/* The page with its errors. A form of all in one is shown as the step that has one. */
static void
show_errors(struct request *rq, json_t *p)
{
	enum write_step step = step_named(form_text(rq, "step"));

	if (step != STEP_ABOUT && step != STEP_TEXT)
		step = json_object_get(rq->errors, "text") != NULL && json_object_get(rq->errors, "title") == NULL
		    ? STEP_TEXT
		    : STEP_ABOUT;
	show_step(rq, 422, p, step, NULL, false);
}

/* POST /petitions */
void
post_create(struct request *rq)
{
	int64_t id = 0;

	if (!read_petition(rq))
		return;
	if (!form_right(rq)) {
		show_errors(rq, NULL);
		return;
	}
	struct petition_draft draft = read_draft(rq, NULL);
	switch (petition_create(rq->db, &draft, &id)) {
	case PETITION_DONE: go_on(rq, id, &draft, "draft", true); break;
	case PETITION_TOO_MANY:
		reply_header(rq, "Retry-After", "86400");
		reply_problem(rq, 429, "too-many-drafts",
		    _("You have many drafts already. Finish one of them, or come back tomorrow."));
		break;
	case PETITION_UNFINISHED:
	case PETITION_CLOSED:
	case PETITION_UNKNOWN:
	case PETITION_FAILED: request_fail(rq, "a petition could not be made"); break;
	}
}

/* POST /petitions/{id} */
void
post_edit(struct request *rq)
{
	json_t *p = own_of_path(rq);

	if (p == NULL || !read_petition(rq))
		return;
	if (!form_right(rq)) {
		show_errors(rq, p);
		return;
	}
	struct petition_draft draft = read_draft(rq, p);
	switch (petition_edit(rq->db, path_id(rq), &draft)) {
	case PETITION_DONE:
		go_on(rq, path_id(rq), &draft, json_string_value(json_object_get(p, "state")), false);
		break;
	case PETITION_CLOSED:
		reply_problem(rq, 409, "petition-sent",
		    _("This petition has been sent to the moderators: its text can no longer be changed."));
		break;
	case PETITION_UNKNOWN: reply_not_found(rq); break;
	case PETITION_UNFINISHED:
	case PETITION_TOO_MANY:
	case PETITION_FAILED: request_fail(rq, "a petition could not be changed"); break;
	}
}

/* POST /petitions/{id}/submit */
void
post_submit(struct request *rq)
{
	int64_t id = path_id(rq);

	switch (petition_submit(rq->db, rq->community_id, id, rq->session.person, rq->id)) {
	case PETITION_DONE:
		finish(rq, id, "submitted",
		    _("The petition is sent. A moderator reviews it within two working days."));
		reply_see_other(rq, "/petitions/%" PRId64, id);
		break;
	case PETITION_UNFINISHED:
		if (!rq->json) {
			flash_bad(rq, _("Finish the title and the text first."));
			reply_see_other(rq, "/petitions/%" PRId64 "/edit", id);
			break;
		}
		reply_problem(rq, 422, "unfinished", _("Finish the title and the text first."));
		break;
	case PETITION_CLOSED:
		reply_problem(rq, 409, "petition-sent", _("This petition has already been sent."));
		break;
	case PETITION_UNKNOWN: reply_not_found(rq); break;
	case PETITION_TOO_MANY:
	case PETITION_FAILED: request_fail(rq, "a petition could not be sent"); break;
	}
}
