/* GET /petitions/{id}: the petition, its course, its answer, its latest signers, and what the reader can do. */
#include "petitions.h"

#include "base/text.h"
#include "civic/attachment.h"
#include "civic/consideration.h"
#include "civic/legal_clock.h"
#include "civic/petition.h"
#include "civic/petition_course.h"
#include "civic/refusal.h"
#include "civic/topic.h"
#include "web/problem.h"
#include "web/view.h"

enum { LATEST = 6 };

static const char *const sent[] = { "id", "title", "text", "state", "author_name", "submitted_at",
	"published_at", "closes_at", "threshold", "outside_count", "assisted_count", "signature_count", "topic", "district_name",
	"addressee", "verdict", "answer", "answered_by", "answered_at", "merged_into", "names_removed_at", NULL };

/* Of a hidden petition everyone sees its number, the dates and the reason. */
static const char *const sent_hidden[] = { "id", "state", "published_at", NULL };
static const char *const lists[] = { "files", "answer_files", "milestones", "events", "steps", NULL };

void
copy_columns(json_t *model, json_t *row, const char *const *names)
{
	for (; *names != NULL; names++)
		json_object_set(model, *names, json_object_get(row, *names));
}

void
show_outside(struct request *rq, json_t *p)
{
	json_object_set_new(rq->page, "has_assisted",
	    json_boolean(json_integer_value(json_object_get(p, "assisted_count")) > 0));
	json_object_set_new(rq->page, "has_outside",
	    json_boolean(json_integer_value(json_object_get(p, "outside_count")) > 0));
}

json_t *
petition_of_path(struct request *rq)
{
	json_t *p = petition_find(rq->db, rq->community_id, path_id(rq), rq->session.person,
	    (rq->roles & MODERATOR) != 0);

	if (p == NULL && !request_failed(rq))
		reply_not_found(rq);
	return p;
}

static const char *
state_of(json_t *p)
{
	return json_string_value(json_object_get(p, "state"));
}

bool
hidden_from(const struct request *rq, json_t *p)
{
	return str_eq(state_of(p), "hidden") && !json_is_true(json_object_get(p, "mine")) &&
	    (rq->roles & MODERATOR) == 0;
}

json_t *
open_petition_of_path(struct request *rq)
{
	json_t *p = petition_of_path(rq);

	if (p == NULL || !hidden_from(rq, p))
		return p;
	reply_not_found(rq);
	return NULL;
}

static json_t *
refusal(json_t *p)
{
	const char *state = state_of(p), *code = json_string_value(json_object_get(p, "reason"));

	if ((!str_eq(state, "refused") && !str_eq(state, "contested")) || code == NULL)
		return json_null();
	return json_pack("{s:s, s:s, s:O, s:O}", "code", code, "label", refusal_label(code), "text",
	    json_object_get(p, "remarks"), "at", json_object_get(p, "decided_at"));
}

/* Why a petition stands still or is not shown, as a moderator told everyone. */
static void
show_notice(struct request *rq, json_t *p)
{
	bool aside = str_eq(state_of(p), "suspended") || str_eq(state_of(p), "hidden");

	json_object_set_new(rq->data, "notice",
	    aside ? json_pack("{s:O, s:O}", "text", json_object_get(p, "notice_reason"), "at",
	                json_object_get(p, "paused_at"))
	          : json_null());
}

static void
add_files(struct request *rq, json_t *items, json_t *cards, const char *kind, int64_t subject)
{
	json_t *rows = attachment_list(rq->db, rq->community_id, kind, subject), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_array_append_new(items, attachment_item(row));
		json_array_append_new(cards, attachment_card(rq->pool, row));
	}
}

/* The authority's answer, with its document. */
static void
show_answer(struct request *rq, json_t *p, int64_t id)
{
	const char *answer = json_string_value(json_object_get(p, "answer"));
	json_t *items = json_array(), *cards = json_array();

	if (answer != NULL)
		add_files(rq, items, cards, "answer", id);
	json_object_set_new(rq->data, "answer_files", items);
	json_object_set_new(rq->page, "reply",
	    answer == NULL
	        ? json_null()
	        : json_pack("{s:o, s:s, s:O, s:O, s:b, s:o}", "answer_html",
	              view_safe(text_markdown(rq->pool, answer)), "verdict_label",
	              petition_state_label("answered", json_string_value(json_object_get(p, "verdict"))), "by",
	              json_object_get(p, "answered_by"), "at", json_object_get(p, "answered_at"), "has_files",
	              json_array_size(cards) > 0, "files", cards));
}

/* How it is carried out, with pictures. */
static void
show_milestones(struct request *rq, json_t *p, int64_t id)
{
	bool begun = str_starts(state_of(p), "implement");
	json_t *rows = begun ? milestones(rq->db, rq->community_id, id) : json_array(), *row;
	json_t *shown = json_array();
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *items = json_array(), *cards = json_array(), *one = json_copy(row);
		add_files(rq, items, cards, "milestone", json_integer_value(json_object_get(row, "id")));
		json_object_set_new(row, "files", items);
		json_object_set_new(one, "text_html",
		    view_safe(text_markdown(rq->pool, json_string_value(json_object_get(row, "text")))));
		json_object_set_new(one, "has_photos", json_boolean(json_array_size(cards) > 0));
		json_object_set_new(one, "photo_count", json_integer((json_int_t)json_array_size(cards)));
		json_object_set_new(one, "photos", cards);
		json_array_append_new(shown, one);
	}
	json_object_set_new(rq->data, "milestones", rows);
	json_object_set_new(rq->page, "has_milestones", json_boolean(json_array_size(shown) > 0));
	json_object_set_new(rq->page, "steps_taken", shown);
}

static void
show_course(struct request *rq, json_t *p, int64_t id)
{
	json_t *events = petition_timeline(rq->db, rq->community_id, id);
	json_t *steps = legal_steps(rq->db, "petition", rq->community_id, id), *step;
	size_t i;

	json_t *course = petition_course(p, events, steps);
	json_object_set_new(rq->page, "has_course", json_boolean(json_array_size(course) > 0));
	json_object_set_new(rq->page, "timeline", course);
	json_object_set_new(rq->page, "due", json_null());
	json_array_foreach(steps, i, step) {
		if (!json_is_null(json_object_get(step, "done_at")))
			continue;
		json_t *due = json_copy(step);
		if (str_empty(json_string_value(json_object_get(step, "office"))))
			json_object_set_new(due, "office", json_null());
		json_object_set_new(rq->page, "due", due);
	}
	json_object_set_new(rq->data, "events", events);
	json_object_set_new(rq->data, "steps", steps);
}

static void
show_latest(struct request *rq, json_t *p, int64_t id)
{
	const char *next;
	json_t *signers = petition_signers(rq->db, rq->pool, rq->community_id, id, NULL, LATEST, &next);

	json_object_set_new(rq->page, "has_signers", json_boolean(json_array_size(signers) > 0));
	json_object_set_new(rq->page, "signers", signers);
	json_object_set_new(rq->page, "named_count",
	    json_integer(json_integer_value(json_object_get(p, "signature_count")) -
	        json_integer_value(json_object_get(p, "outside_count"))));
	json_object_set(rq->page, "names_removed", json_object_get(p, "names_removed_at"));
	show_outside(rq, p);
}

static void
show_about(struct request *rq, json_t *p)
{
	const char *topic = json_string_value(json_object_get(p, "topic"));

	json_object_set_new(rq->page, "about",
	    json_pack("{s:o, s:o, s:O, s:O, s:O}", "topic",
	        topic != NULL ? json_string(topic_label(topic)) : json_null(), "topic_url",
	        topic != NULL
	            ? json_string(str_fmt(rq->pool, "/petitions?state=all&topic=%s", topic))
	            : json_null(),
	        "district", json_object_get(p, "district_name"), "district_id", json_object_get(p, "district_id"),
	        "addressee", json_object_get(p, "addressee")));
}

static void
show_hidden(struct request *rq, json_t *p)
{
	for (const char *const *name = sent; *name != NULL; name++)
		json_object_set_new(rq->data, *name, json_null());
	for (const char *const *name = lists; *name != NULL; name++)
		json_object_set_new(rq->data, *name, json_array());
	json_object_set_new(rq->data, "missing", json_null());
	json_object_set_new(rq->data, "refusal", json_null());
	copy_columns(rq->data, p, sent_hidden);
	show_notice(rq, p);
	petition_state_flags(rq->page, "hidden");
	reply_cacheable(rq, 1);
	reply_view(rq, 200, "petitions/hidden");
}

void
page_show(struct request *rq)
{
	json_t *p = petition_of_path(rq);

	if (p == NULL)
		return;
	if (hidden_from(rq, p)) {
		show_hidden(rq, p);
		return;
	}
	int64_t id = json_integer_value(json_object_get(p, "id"));
	int64_t threshold = json_integer_value(json_object_get(p, "threshold"));
	int64_t missing = threshold - json_integer_value(json_object_get(p, "signature_count"));

	copy_columns(rq->data, p, sent);
	json_object_set_new(rq->data, "missing",
	    threshold == 0 ? json_null() : json_integer(missing > 0 ? missing : 0));
	json_object_set_new(rq->data, "refusal", refusal(p));
	show_notice(rq, p);

	show_course(rq, p, id);
	show_files(rq, id);
	show_answer(rq, p, id);
	show_milestones(rq, p, id);
	reply_cacheable(rq, 1);
	if (rq->json) {
		/* What follows is for the view alone. */
		reply_view(rq, 200, "petitions/show");
		return;
	}
	json_t *card = petition_card(p);
	json_object_set(rq->page, "verdict", json_object_get(p, "verdict"));
	json_object_set(rq->page, "threshold", json_object_get(p, "threshold"));
	petition_state_flags(rq->page, state_of(p));
	copy_columns(rq->page, card, (const char *const[]){ "has_count", "is_reached", "days_left",
	                                 "last_day", "content_lang", NULL });
	json_object_set_new(rq->page, "text_html",
	    view_safe(text_markdown(rq->pool, json_string_value(json_object_get(p, "text")))));
	json_object_set_new(rq->page, "is_public",
	    json_boolean(!json_is_null(json_object_get(p, "published_at")) && !str_eq(state_of(p), "hidden")));
	show_about(rq, p);
	show_panel(rq, p);
	json_object_set_new(rq->page, "has_panel",
	    json_boolean(json_is_true(json_object_get(rq->page, "has_count")) ||
	        json_is_true(json_object_get(rq->page, "mine"))));
	show_beside(rq, p);
	show_curve(rq, p);
	show_latest(rq, p, id);
	show_share(rq, p);
	reply_view(rq, 200, "petitions/show");
}
