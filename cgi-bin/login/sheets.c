/* /counter/sheets: signatures on paper: sheets, and one of them: its lines are entered, checked by another
 * operator, struck out. The confirmation is petitions' (POST /sheets/{id}/confirm). */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "civic/counter.h"
#include "civic/paper.h"
#include "login.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/session.h"

/* Characters at once: a hundred lines of Cyrillic names, percent-encoded, fit into a body of BODY_DEFAULT. */
enum { TEXT_MAX = 8000, NUMBER_TYPED_MAX = 80 /* bytes */ };

static const struct field sheet_form[] = {
	{ "petition", FIELD_NUMBER, 1, 999999999999, .label = N_("Number of the petition") },
	{ "sheet", FIELD_LINE, 1, PAPER_SHEET_MAX, .label = N_("Number of the sheet") },
	{ "collected_on", FIELD_LINE, 10, 10, .label = N_("Day of the last signature") },
	{ 0 },
};

static const struct field rows_form[] = {
	{ "rows", FIELD_LINES, 1, TEXT_MAX, .label = N_("Lines of the sheet") },
	{ 0 },
};

static const struct field strike_form[] = {
	{ "line", FIELD_NUMBER, 1, PAPER_LINES, .label = N_("Line") },
	{ 0 },
};

static const char *
day_typed(struct request *rq, const char *typed)
{
	if (strlen(typed) == 10 && typed[2] == '.' && typed[5] == '.')
		typed = str_fmt(rq->pool, "%.4s-%.2s-%.2s", typed + 6, typed + 3, typed);
	return person_birthday(typed);
}

static void
show_sheets(struct request *rq, bool sent)
{
	json_t *rows = paper_list(rq->db, rq->community_id), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		json_object_set_new(row, "open", json_boolean(json_is_null(json_object_get(row, "confirmed_at"))));
	json_object_set(rq->page, "sheets", rows);
	json_object_set_new(rq->page, "has_sheets", json_boolean(json_array_size(rows) > 0));
	json_object_set_new(rq->page, "csrf", json_string(csrf_token(rq)));
	form_show(rq, sheet_form, sent ? NULL : json_object());
}

void
page_sheets(struct request *rq)
{
	show_sheets(rq, false);
	reply_view(rq, 200, "login/sheets");
}

static void
sheet_again(struct request *rq)
{
	show_sheets(rq, true);
	reply_invalid(rq, "login/sheets");
}

/* In the current request's language; NULL where nothing went wrong. */
static const char *
in_words(enum paper_result result, enum sign_result why)
{
	switch (result) {
	case PAPER_DONE: return NULL;
	case PAPER_UNKNOWN: return _("There is no such line any more, or it is checked already.");
	case PAPER_NO_OPERATOR: return _("Your account may not do this in this community.");
	case PAPER_TWICE: return _("This person stands in this sheet already.");
	case PAPER_FULL: return _("A sheet has at most 100 lines. Begin another one.");
	case PAPER_CONFIRMED: return _("This sheet is confirmed already.");
	case PAPER_OTHER_NAME: return _("The number is of somebody with another name. Compare it with the sheet.");
	case PAPER_MISMATCH: return _("The number does not lead to the person of this line. Compare it with the sheet; if the line is wrong, strike it out.");
	case PAPER_OWN: return _("You entered this line: another operator checks it.");
	case PAPER_UNCHECKED: return _("Some lines are not checked yet.");
	case PAPER_CLOSED: return _("Signatures are no longer gathered here.");
	case PAPER_FAILED: return _("This line could not be saved. Send it again.");
	case PAPER_REFUSED: break;
	}
	switch (why) {
	case SIGN_ALREADY: return _("This person has signed this petition already.");
	case SIGN_WITHDRAWN: return _("This person has withdrawn their signature here: that is final for this petition.");
	case SIGN_NOT_LOCAL: return _("It is not known that this person lives in the community, as this petition asks. Invite them to the counter with a document.");
	case SIGN_TOO_YOUNG: return _("This person has not reached the age that this petition asks of signers.");
	case SIGN_PAUSED: return _("Signing stands still for now. The term is prolonged by that time.");
	case SIGN_CLOSED:
	case SIGN_UNKNOWN:
	case SIGN_ADDED:
	case SIGN_FAILED: break;
	}
	return _("Signatures are no longer gathered here.");
}

void
post_sheets(struct request *rq)
{
	if (!form_read(rq, sheet_form))
		return;
	const char *day = day_typed(rq, form_text(rq, "collected_on"));
	if (day == NULL)
		form_error(rq, "collected_on", _("Type a day that has been: 17.04.2026."));
	if (!form_right(rq)) {
		sheet_again(rq);
		return;
	}
	struct paper_sheet s = { .community = rq->community_id, .operator = rq->session.person,
		.petition = form_number(rq, "petition"), .sheet = form_text(rq, "sheet"), .collected_on = day };
	enum paper_result result = paper_begin(rq->db, &s);
	if (result == PAPER_DONE) {
		reply_see_other(rq, "/counter/sheets/%" PRId64, s.id);
	} else if (result == PAPER_FAILED) {
		request_fail(rq, "a sheet could not be begun");
	} else if (result == PAPER_NO_OPERATOR) {
		reply_problem(rq, 403, "forbidden", in_words(result, SIGN_FAILED));
	} else {
		form_error(rq, result == PAPER_TWICE ? "sheet" : "petition",
		    result == PAPER_TWICE ? _("This sheet of the petition is entered already.")
		                          : _("There is no petition of this number that gathers signatures."));
		sheet_again(rq);
	}
}

static const char *
outcome_words(const char *outcome)
{
	static const struct {
		const char *name;
		enum sign_result why;
	} outcomes[] = { { "already", SIGN_ALREADY }, { "withdrawn", SIGN_WITHDRAWN }, { "not_local", SIGN_NOT_LOCAL },
		{ "too_young", SIGN_TOO_YOUNG } };

	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
		if (str_eq(outcomes[i].name, outcome))
			return in_words(PAPER_REFUSED, outcomes[i].why);
	return _("signed");
}

/* The sheet and its lines; wrong: {line: message} of numbers typed to check. */
static bool
show_sheet(struct request *rq, json_t *wrong, json_t *refused, const char *rest)
{
	json_t *sheet = paper_find(rq->db, rq->community_id, path_id(rq)), *rows, *row;
	bool open, mine = false, others = false;
	size_t i;

	if (sheet == NULL) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return false;
	}
	open = json_is_null(json_object_get(sheet, "confirmed_at"));
	rows = paper_rows(rq->db, rq->community_id, path_id(rq));
	json_array_foreach(rows, i, row) {
		const char *key = str_fmt(rq->pool, "n_%lld", (long long)json_integer_value(json_object_get(row, "line")));
		const char *outcome = json_string_value(json_object_get(row, "outcome"));
		json_t *error = json_object_get(wrong, key);
		bool own = json_integer_value(json_object_get(row, "entered_by")) == rq->session.person;
		bool waits = open && !json_is_true(json_object_get(row, "struck")) && !json_is_true(json_object_get(row, "checked"));
		json_object_set_new(row, "to_check", json_boolean(waits && !own));
		json_object_set_new(row, "waits_for_another", json_boolean(waits && own));
		json_object_set_new(row, "may_strike", json_boolean(open && !json_is_true(json_object_get(row, "struck"))));
		json_object_set_new(row, "key", json_string(key));
		json_object_set(row, "error", error != NULL ? error : json_null());
		json_object_set_new(row, "typed", json_string(error != NULL && form_sent(rq, key) != NULL ? form_sent(rq, key) : ""));
		json_object_set_new(row, "outcome_label", outcome != NULL ? json_string(outcome_words(outcome)) : json_null());
		mine |= waits && own;
		others |= waits && !own;
	}
	json_object_set(rq->page, "sheet", sheet);
	json_object_set(rq->page, "rows", rows);
	json_object_set_new(rq->page, "has_rows", json_boolean(json_array_size(rows) > 0));
	json_object_set_new(rq->page, "open", json_boolean(open));
	json_object_set_new(rq->page, "to_check", json_boolean(others));
	json_object_set_new(rq->page, "may_confirm", json_boolean(open && !others && !mine &&
	    json_integer_value(json_object_get(sheet, "line_count")) > 0));
	json_object_set(rq->page, "refused", refused);
	json_object_set_new(rq->page, "has_refused", json_boolean(json_array_size(refused) > 0));
	json_object_set_new(rq->page, "has_wrong", json_boolean(json_object_size(wrong) > 0));
	json_object_set_new(rq->page, "rest", json_string(rest));
	json_object_set_new(rq->page, "csrf", json_string(csrf_token(rq)));
	return !request_failed(rq);
}

void
page_sheet(struct request *rq)
{
	if (show_sheet(rq, json_object(), json_array(), ""))
		reply_view(rq, 200, "login/sheet");
}

static const char *
trimmed(struct request *rq, const char *text)
{
	const char *clean = text_clean(rq->pool, text, TEXT_LINE);

	return clean != NULL ? clean : "";
}

/* "number; family name; given name; patronymic; 17.04.1988" of one line, in place; why not, or NULL. */
static const char *
enter(struct request *rq, struct paper_act *act, char *line)
{
	const char *part[5] = { NULL };
	size_t n = 0;

	for (char *save = NULL, *at = strtok_r(line, ";", &save); at != NULL && n < 5; at = strtok_r(NULL, ";", &save))
		part[n++] = trimmed(rq, at);
	const char *born = n == 5 ? day_typed(rq, part[4]) : NULL;
	if (born == NULL || *part[1] == '\0' || *part[2] == '\0')
		return _("A line has five parts with semicolons between them: number; family name; given name; patronymic (or -); date of birth.");
	switch (counter_number(rq->pool, part[0], born)) {
	case NUMBER_SOUND: break;
	case NUMBER_NONE:
	case NUMBER_MISTYPED: return _("There is no such tax number: some digit is mistyped. Compare it with the document.");
	case NUMBER_OF_OTHER_BIRTHDAY: return _("This tax number is of another date of birth. Compare both with the document.");
	}
	struct identity who = { .tax_number = part[0], .family_name = part[1], .given_name = part[2],
		.middle_name = str_eq(part[3], "-") ? "" : part[3], .birthdate = born };
	enum paper_result result = paper_enter(rq->db, rq->pool, act, &who);
	if (result == PAPER_FAILED && request_failed(rq))
		return NULL;
	return in_words(result, act->why);
}

void
post_rows(struct request *rq)
{
	struct paper_act act = { rq->community, path_id(rq), rq->session.person, 0, SIGN_FAILED };
	json_t *refused = json_array();
	struct buf rest;
	int added = 0;

	if (paper_find(rq->db, rq->community_id, act.sheet) == NULL) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return;
	}
	if (!form_read(rq, rows_form))
		return;
	buf_init(&rest, rq->pool);
	char *text = str_dup(rq->pool, form_text(rq, "rows")), *save = NULL;
	size_t n = 0;
	for (char *line = strtok_r(text, "\n", &save); line != NULL && n < 2 * PAPER_LINES; line = strtok_r(NULL, "\n", &save), n++) {
		const char *whole = trimmed(rq, line);
		if (*whole == '\0')
			continue;
		const char *why = enter(rq, &act, line);
		if (request_failed(rq))
			return;
		if (why == NULL) {
			added++;
			continue;
		}
		buf_fmt(&rest, "%s\n", whole);
		json_array_append_new(refused, json_pack("{s:s, s:s}", "line", whole, "why", why));
	}
	if (json_array_size(refused) > 0 || !form_right(rq)) {
		if (json_array_size(refused) == 0)
			json_array_append_new(refused, json_pack("{s:s, s:s}", "line", "", "why", _("Type at least one line.")));
		if (show_sheet(rq, json_object(), refused, rest.s))
			reply_view(rq, 422, "login/sheet");
		return;
	}
	flash(rq, str_fmt(rq->pool, _("Lines entered: %d. Another operator checks them."), added));
	reply_see_other(rq, "/counter/sheets/%" PRId64, act.sheet);
}

void
post_check(struct request *rq)
{
	struct paper_act act = { rq->community, path_id(rq), rq->session.person, 0, SIGN_FAILED };
	json_t *wrong = json_object();
	int typed = 0;

	if (paper_find(rq->db, rq->community_id, act.sheet) == NULL) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return;
	}
	for (act.line = 1; act.line <= PAPER_LINES; act.line++) {
		const char *key = str_fmt(rq->pool, "n_%" PRId64, act.line), *number = form_sent(rq, key);
		if (str_empty(number))
			continue;
		typed++;
		const char *why = strlen(number) > NUMBER_TYPED_MAX || *person_normalise(rq->pool, number) == '\0'
		    ? in_words(PAPER_MISMATCH, SIGN_FAILED)
		    : in_words(paper_check(rq->db, rq->pool, &act, number), SIGN_FAILED);
		if (request_failed(rq))
			return;
		if (why != NULL)
			json_object_set_new(wrong, key, json_string(why));
	}
	if (json_object_size(wrong) > 0) {
		if (show_sheet(rq, wrong, json_array(), ""))
			reply_view(rq, 422, "login/sheet");
		return;
	}
	flash(rq, typed > 0 ? _("The lines are checked: both numbers lead to the same people.") : _("No number was typed."));
	reply_see_other(rq, "/counter/sheets/%" PRId64, act.sheet);
}

void
post_strike(struct request *rq)
{
	struct paper_act act = { rq->community, path_id(rq), rq->session.person, 0, SIGN_FAILED };

	if (!form_read(rq, strike_form))
		return;
	if (paper_find(rq->db, rq->community_id, act.sheet) == NULL) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return;
	}
	act.line = form_right(rq) ? form_number(rq, "line") : 0;
	if (paper_strike(rq->db, &act) != PAPER_DONE) {
		if (!request_failed(rq))
			reply_problem(rq, 409, "no-line", in_words(PAPER_UNKNOWN, SIGN_FAILED));
		return;
	}
	flash(rq, _("The line is struck out and does not count."));
	reply_see_other(rq, "/counter/sheets/%" PRId64, act.sheet);
}
