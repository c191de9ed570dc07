/* /counter: an operator opens a session for a person at the counter, and it ends: /counter/end. */
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "civic/counter.h"
#include "civic/residence.h"
#include "login.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/session.h"

static const char *const categories[] = { "registered", "displaced", "works", "studies", "none", NULL };
static const struct field visit_form[] = {
	{ "document", FIELD_CHOICE, 1, 20, .choices = counter_documents, .label = N_("Document") },
	{ "number", FIELD_LINE, 1, 20, .label = N_("Tax number") },
	{ "family_name", FIELD_LINE, 1, PERSON_NAME_MAX, .label = N_("Family name") },
	{ "given_name", FIELD_LINE, 1, PERSON_NAME_MAX, .label = N_("Given name") },
	{ "middle_name", FIELD_LINE, 0, PERSON_NAME_MAX, .label = N_("Patronymic") },
	{ "birthdate", FIELD_LINE, 10, 10, .label = N_("Date of birth") },
	{ "category", FIELD_CHOICE, 1, 20, .choices = categories, .label = N_("Residence") },
	{ 0 },
};

static void
show_counter(struct request *rq, bool sent)
{
	const char *office;

	counter_office(rq->db, rq->community_id, rq->session.person, rq->lang == LANG_EN, &office);
	json_object_set_new(rq->page, "office", json_string(office));
	json_object_set_new(rq->page, "today",
	    json_integer(counter_today(rq->db, rq->community_id, rq->session.person)));
	json_object_set_new(rq->page, "most", json_integer(COUNTER_A_DAY_OPERATOR));
	json_object_set_new(rq->page, "csrf", json_string(csrf_token(rq)));
	form_show(rq, visit_form, sent ? NULL : json_object());
}

void
page_counter(struct request *rq)
{
	show_counter(rq, false);
	reply_view(rq, 200, "login/counter");
}

/* "17.04.1988" as people write it, or ISO 8601. */
static const char *
birthday_of(struct request *rq, const char *typed)
{
	const char *iso = typed;

	if (strlen(typed) == 10 && typed[2] == '.' && typed[5] == '.')
		iso = str_fmt(rq->pool, "%.4s-%.2s-%.2s", typed + 6, typed + 3, typed);
	return person_birthday(iso);
}

static void
check_number(struct request *rq, const char *born)
{
	switch (counter_number(rq->pool, form_text(rq, "number"), born)) {
	case NUMBER_SOUND: break;
	case NUMBER_NONE:
		form_error(rq, "number", _("Type the ten digits of the tax number, or the series and number of the passport of who has none for their faith."));
		break;
	case NUMBER_MISTYPED:
		form_error(rq, "number", _("There is no such tax number: some digit is mistyped. Compare it with the document."));
		break;
	case NUMBER_OF_OTHER_BIRTHDAY:
		form_error(rq, "number", _("This tax number is of another date of birth. Compare both with the document."));
		break;
	}
}

static void
too_many(struct request *rq, const char *detail)
{
	log_error("counter", "operator %" PRId64 " met a limit", rq->session.person);
	reply_header(rq, "Retry-After", "3600");
	reply_problem(rq, 429, "counter-limit", detail);
}

static void
open_for(struct request *rq, const struct counter_visit *v)
{
	int64_t operator = rq->session.person;

	session_supervise(rq, &(struct session_new){ .person = v->person, .operator = operator, .provider = "counter" });
	log_info("counter", "operator %" PRId64 " opened a session for person %" PRId64, operator, v->person);
	flash(rq, _("The session is open for at most 20 minutes; five minutes without use end it."));
	reply_see_other(rq, "/petitions");
}

void
post_counter(struct request *rq)
{
	if (!form_read(rq, visit_form))
		return;
	const char *born = birthday_of(rq, form_text(rq, "birthdate")), *category = form_text(rq, "category");
	if (born == NULL)
		form_error(rq, "birthdate", _("Type the date of birth as in the document: 17.04.1988."));
	if (*form_text(rq, "number") != '\0')
		check_number(rq, born);
	if (!form_right(rq)) {
		show_counter(rq, true);
		reply_invalid(rq, "login/counter");
		return;
	}
	struct counter_visit v = { .community = rq->community, .operator = rq->session.person,
		.document = form_text(rq, "document"), .category = str_eq(category, "none") ? "" : category,
		.identity = { .tax_number = form_text(rq, "number"), .given_name = form_text(rq, "given_name"),
		    .family_name = form_text(rq, "family_name"), .middle_name = form_text(rq, "middle_name"),
		    .birthdate = born } };
	switch (counter_begin(rq->db, rq->pool, &v)) {
	case COUNTER_BEGUN: open_for(rq, &v); break;
	case COUNTER_NO_OPERATOR:
		reply_problem(rq, 403, "forbidden", _("Your account may not do this in this community."));
		break;
	case COUNTER_SELF:
		reply_problem(rq, 403, "own-counter", _("That is you. Use your own session, or let a colleague serve you."));
		break;
	case COUNTER_OPERATOR_FULL:
		too_many(rq, _("You have opened as many sessions as one operator may in 24 hours. A colleague can go on."));
		break;
	case COUNTER_OFFICE_FULL:
		too_many(rq, _("Your office has opened as many sessions as one office may in 24 hours. Go on tomorrow."));
		break;
	case COUNTER_PERSON_FULL:
		too_many(rq, _("For this person three sessions were opened in 24 hours. They can come again tomorrow."));
		break;
	case COUNTER_FAILED: request_fail(rq, "a session at the counter could not be opened"); break;
	}
}

/* GET /counter/end: where the visitor's session ended by itself, the way back. */
void
page_counter_end(struct request *rq)
{
	json_object_set_new(rq->page, "aside", json_boolean(session_aside(rq)));
	json_object_set_new(rq->page, "csrf", json_string(csrf_token(rq)));
	reply_view(rq, 200, "login/counter-end");
}

void
post_counter_end(struct request *rq)
{
	int64_t operator = rq->session.operator;

	if (rq->session.person != 0 && operator == 0) { /* nothing to end */
		reply_see_other(rq, "/");
		return;
	}
	if (operator != 0)
		counter_end(rq->db, rq->community_id, operator, rq->session.person);
	bool back = session_return(rq);
	json_object_set_new(rq->data, "logged_in", json_boolean(back));
	flash(rq, back ? _("The visitor’s session has ended. You are in your own again.")
	               : _("The visitor’s session has ended. Log in to go on."));
	reply_see_other(rq, back ? "/counter" : "/");
}
