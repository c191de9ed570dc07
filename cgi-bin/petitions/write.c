/* Writing a petition: a new one, an edit of a draft or of a returned one, sending it in. */
#include "petitions.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "civic/parked.h"
#include "civic/petition.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/view.h"

static const char *const steps[] = { "save", "preview", "submit", NULL };

static const struct field whole[] = {
	{ "title", FIELD_LINE, PETITION_TITLE_MIN, PETITION_TITLE_MAX, .label = N_("Title of the petition") },
	{ "text", FIELD_LINES, PETITION_TEXT_MIN, PETITION_TEXT_MAX, .label = N_("Text") },
	{ "do", FIELD_CHOICE, .choices = steps, .label = N_("Step") },
	{ 0 },
};

/* A draft may be unfinished; a title it needs, to be found again. */
static const struct field unfinished[] = {
	{ "title", FIELD_LINE, 1, PETITION_TITLE_MAX, .label = N_("Title of the petition") },
	{ "text", FIELD_LINES, 0, PETITION_TEXT_MAX, .label = N_("Text") },
	{ "do", FIELD_CHOICE, .choices = steps, .label = N_("Step") },
	{ 0 },
};

static void
show_form(struct request *rq, int status, json_t *petition, json_t *values, bool restored)
{
	int64_t id = petition != NULL ? json_integer_value(json_object_get(petition, "id")) : 0;
	bool returned = petition != NULL &&
	    str_eq(json_string_value(json_object_get(petition, "state")), "returned");

	form_show(rq, whole, values);
	json_object_set_new(rq->page, "action",
	    json_string(id != 0 ? str_fmt(rq->pool, "/petitions/%" PRId64, id) : "/petitions"));
	json_object_set_new(rq->page, "is_new", json_boolean(id == 0));
	json_object_set_new(rq->page, "petition",
	    id != 0 ? json_pack("{s:I}", "id", (json_int_t)id) : json_null());
	json_object_set_new(rq->page, "remarks",
	    returned ? json_pack("{s:O, s:O}", "text", json_object_get(petition, "remarks"), "at",
	                   json_object_get(petition, "decided_at"))
	             : json_null());
	json_object_set_new(rq->page, "restored", json_boolean(restored));
	if (id != 0)
		show_files(rq, id);
	if (json_object_get(rq->page, "preview") == NULL)
		json_object_set_new(rq->page, "preview", json_null());
	if (status == 422)
		reply_invalid(rq, "petitions/write");
	else
		reply_view(rq, status, "petitions/write");
}

static void
show_preview(struct request *rq, json_t *petition)
{
	json_object_set_new(rq->page, "preview",
	    json_pack("{s:s, s:o}", "title", form_text(rq, "title"), "text_html",
	        view_safe(text_markdown(rq->pool, form_text(rq, "text")))));
	show_form(rq, 200, petition, NULL, false);
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
	show_form(rq, 200, NULL, kept != NULL ? kept : json_object(), kept != NULL);
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

/* GET /petitions/{id}/edit */
void
page_edit(struct request *rq)
{
	int64_t subject = 0;
	json_t *p = own_of_path(rq), *kept;

	if (p == NULL)
		return;
	kept = parked_peek(rq, &subject);
	if (kept != NULL && subject == path_id(rq)) {
		show_form(rq, 200, p, kept, true);
		return;
	}
	show_form(rq, 200, p,
	    json_pack("{s:O, s:O}", "title", json_object_get(p, "title"), "text",
	        json_object_get(p, "text")),
	    false);
}

static void
finish(struct request *rq, int64_t id, const char *state, const char *message)
{
	parked_drop(rq);
	json_object_set_new(rq->data, "id", json_integer(id));
	json_object_set_new(rq->data, "state", json_string(state));
	flash(rq, message);
}

/* After create or edit: what is left to do and where to go. */
static void
go_on(struct request *rq, int64_t id, const char *state, bool created)
{
	if (strcmp(form_text(rq, "do"), "submit") != 0) {
		finish(rq, id, state, _("The draft is saved. You find it on your page."));
		if (created && rq->json)
			reply_created(rq, "/petitions/%" PRId64, id);
		else
			reply_see_other(rq, rq->json ? "/petitions/%" PRId64 : "/petitions/%" PRId64 "/edit", id);
		return;
	}
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

static const struct field *
fields_for(struct request *rq)
{
	const char *step = form_sent(rq, "do");
	return rq->json || str_eq(step, "save") ? unfinished : whole;
}

static bool
read_petition(struct request *rq)
{
	if (!form_read(rq, fields_for(rq)))
		return false;
	/* A bot's step stands in its object: what is to be sent in is refused before a draft is kept. */
	return !rq->json || !str_eq(form_text(rq, "do"), "submit") || form_read(rq, whole);
}

/* POST /petitions */
void
post_create(struct request *rq)
{
	struct petition_draft draft;
	int64_t id = 0;

	if (!read_petition(rq))
		return;
	if (!form_right(rq)) {
		show_form(rq, 422, NULL, NULL, false);
		return;
	}
	if (strcmp(form_text(rq, "do"), "preview") == 0 && !rq->json) {
		show_preview(rq, NULL);
		return;
	}
	draft = (struct petition_draft){ rq->community_id, rq->session.person, form_text(rq, "title"),
		form_text(rq, "text"), rq->id };
	switch (petition_create(rq->db, &draft, &id)) {
	case PETITION_DONE: go_on(rq, id, "draft", true); break;
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
		show_form(rq, 422, p, NULL, false);
		return;
	}
	if (strcmp(form_text(rq, "do"), "preview") == 0 && !rq->json) {
		show_preview(rq, p);
		return;
	}
	struct petition_draft draft = { rq->community_id, rq->session.person, form_text(rq, "title"),
		form_text(rq, "text"), rq->id };
	switch (petition_edit(rq->db, path_id(rq), &draft)) {
	case PETITION_DONE:
		go_on(rq, path_id(rq), json_string_value(json_object_get(p, "state")), false);
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
			flash(rq, _("Finish the title and the text first."));
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
