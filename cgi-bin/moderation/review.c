/* GET /moderation/petitions/{id}: one petition in whatever state, as staff sees it, with what may be
 * done of it, its legal terms and its whole history. */
#include "moderation.h"

#include <string.h>

#include "base/text.h"
#include "civic/attachment.h"
#include "civic/desk.h"
#include "civic/legal_clock.h"
#include "civic/merge.h"
#include "civic/petition.h"
#include "civic/petition_similar.h"
#include "civic/refusal.h"
#include "civic/topic.h"
#include "web/i18n.h"
#include "web/view.h"

enum { SIMILAR_SHOWN = 5, BESIDE = 10 /* of the queue */, BEFORE = 3 /* of them, before this one */ };

/* The queue beside the petition, the part of it around this one, with the neighbours that J and K lead
 * to. From what does not wait (any more) J leads to the most urgent. */
static void
show_queue(struct request *rq, int64_t id)
{
	const char *next;
	json_t *queue = desk_queue(rq->db, rq->pool,
	    &(struct desk_query){ .community = rq->community_id, .viewer = rq->session.person,
	        .parts = parts_of(rq) }, &next), *item, *shown = json_array();
	size_t i, at = json_array_size(queue);

	json_array_foreach(queue, i, item)
		if (json_integer_value(json_object_get(item, "id")) == id)
			at = i;
	bool listed = at < json_array_size(queue);
	json_t *before = listed && at > 0 ? json_array_get(queue, at - 1) : NULL;
	json_t *after = json_array_get(queue, listed ? at + 1 : 0);
	size_t first = listed && at > BEFORE ? at - BEFORE : 0;
	for (i = first; i < json_array_size(queue) && i < first + BESIDE; i++) {
		item = json_array_get(queue, i);
		json_object_set_new(item, "current", json_boolean(i == at));
		json_array_append(shown, item);
	}
	json_object_set_new(rq->page, "queue", shown);
	json_object_set_new(rq->page, "norms", json_false());
	json_object_set_new(rq->page, "has_queue", json_boolean(json_array_size(queue) > 0));
	json_object_set(rq->page, "next_id", after != NULL ? json_object_get(after, "id") : json_null());
	json_object_set(rq->page, "previous_id", before != NULL ? json_object_get(before, "id") : json_null());
}

void
show_grounds(struct request *rq)
{
	const char *chosen = form_text(rq, "reason");
	json_t *law = json_array(), *rest = json_array();

	for (const struct ground *g = grounds; g->code != NULL; g++)
		json_array_append_new(g->law ? law : rest,
		    json_pack("{s:s, s:s, s:s, s:s, s:b}", "code", g->code, "label", _(g->label), "norm", _(g->norm),
		        "check", _(g->check), "selected", str_eq(chosen, g->code)));
	json_object_set_new(rq->page, "law_grounds", law);
	json_object_set_new(rq->page, "other_grounds", rest);
}

/* The words of the last return that counted, and when. A return that was taken back at once counts
 * not, nor does the petition know: its own column has the words of whatever was decided last. */
static json_t *
last_return(json_t *history)
{
	json_t *event, *found = NULL;
	size_t i;

	json_array_foreach(history, i, event) {
		if (!str_eq(json_string_value(json_object_get(event, "to_state")), "returned"))
			continue;
		if (!json_is_true(json_object_get(json_array_get(history, i + 1), "undo")))
			found = event;
	}
	return found == NULL ? json_null()
	                     : json_pack("{s:O, s:O}", "text", json_object_get(found, "note"), "at",
	                           json_object_get(found, "at"));
}

static void
show_history(struct request *rq, json_t *p)
{
	bool contested = str_eq(state_of(p), "contested");
	json_t *history = desk_history(rq->db, rq->community_id, "petition", path_id(rq), contested), *event;
	json_t *rows = json_array();
	json_t *contest = json_null(), *refusal = json_null();
	size_t i;

	json_array_foreach(history, i, event) {
		const char *program = json_string_value(json_object_get(event, "program"));
		const char *to = json_string_value(json_object_get(event, "to_state"));
		const char *note = json_string_value(json_object_get(event, "note"));
		const char *reason = json_string_value(json_object_get(event, "reason"));
		bool undo = str_eq(note, "undo") && str_eq(program, "moderation") &&
		    (str_eq(to, "submitted") || str_eq(to, "contested"));
		json_object_set_new(event, "undo", json_boolean(undo));
		json_t *row = json_copy(event);
		json_object_set_new(row, "words", undo || str_empty(note) ? json_null() : json_string(note));
		json_object_set_new(row, "reason_label",
		    str_empty(reason) ? json_null() : json_string(refusal_label(reason)));
		json_object_set_new(row, "by_clock", json_boolean(str_eq(program, "worker")));
		json_object_set_new(row, "brought", json_boolean(str_eq(program, "manage")));
		json_array_append_new(rows, row);
		if (str_eq(to, "contested") && !undo)
			contest = json_pack("{s:o, s:O}", "text", json_string(note != NULL ? note : ""), "at",
			    json_object_get(event, "at"));
		json_object_del(event, "from_label");
		json_object_del(event, "to_label");
	}
	json_object_set_new(rq->page, "remarks",
	    str_eq(state_of(p), "submitted") ? last_return(history) : json_null());
	json_object_set_new(rq->data, "returned_before", json_boolean(!json_is_null(last_return(history))));
	if (contested || str_eq(state_of(p), "refused"))
		refusal = json_pack("{s:s, s:s, s:O, s:O}", "label",
		    refusal_label(json_string_value(json_object_get(p, "reason"))), "norm",
		    refusal_norm(json_string_value(json_object_get(p, "reason"))), "text",
		    json_object_get(p, "remarks"), "at", json_object_get(p, "decided_at"));
	json_object_set_new(rq->page, "refusal", refusal);
	json_object_set_new(rq->page, "contest", contested ? contest : json_null());
	json_object_set_new(rq->data, "history", history);
	json_object_set_new(rq->page, "events", rows);
	json_object_set_new(rq->page, "has_events", json_boolean(json_array_size(rows) > 0));
}

/* The open step stands at the top; all of them in the table. */
static void
show_steps(struct request *rq)
{
	json_t *steps = legal_steps(rq->db, "petition", rq->community_id, path_id(rq)), *step;
	json_t *open = json_null(), *queued;
	size_t i;

	json_array_foreach(steps, i, step) {
		if (json_is_null(json_object_get(step, "done_at")))
			open = step;
		if (str_empty(json_string_value(json_object_get(step, "office"))))
			json_object_set_new(step, "office", json_null());
	}
	json_object_set_new(rq->data, "steps", steps);
	json_object_set_new(rq->page, "has_steps", json_boolean(json_array_size(steps) > 0));
	/* The queue knows how near the end is. */
	json_array_foreach(json_object_get(rq->page, "queue"), i, queued)
		if (json_is_true(json_object_get(queued, "current")))
			open = queued;
	open = json_is_null(open) ? json_null() : json_copy(open);
	if (json_is_object(open) && json_object_get(open, "soon") == NULL)
		json_object_set_new(open, "soon", json_false());
	json_object_set_new(rq->page, "open_step", open);
}

/* What belongs to a subject: as JSON sends it; *cards: as views show it. */
static json_t *
files_of(struct request *rq, const char *kind, int64_t subject, json_t **cards)
{
	json_t *rows = attachment_list(rq->db, rq->community_id, kind, subject), *row;
	json_t *items = json_array();
	size_t i;

	*cards = json_array();
	json_array_foreach(rows, i, row) {
		json_array_append_new(items, attachment_item(row));
		json_array_append_new(*cards, attachment_card(rq->pool, row));
	}
	return items;
}

static void
show_files(struct request *rq)
{
	json_t *cards;

	json_object_set_new(rq->data, "files", files_of(rq, "petition", path_id(rq), &cards));
	json_object_set_new(rq->page, "file_cards", cards);
	json_object_set_new(rq->page, "has_files", json_boolean(json_array_size(cards) > 0));
	json_object_set_new(rq->data, "answer_files", files_of(rq, "answer", path_id(rq), &cards));
	json_object_set_new(rq->page, "answer_cards", cards);
}

static const char *
outcome_label(const char *outcome)
{
	return str_eq(outcome, "merged") ? _("joined")
	    : str_eq(outcome, "declined")
	    ? _("an author declined")
	    : str_eq(outcome, "withdrawn")
	    ? _("taken back by a moderator")
	    : _("dropped: one of them gathers no signatures any more");
}

static void
show_work(struct request *rq, json_t *p)
{
	json_t *joins = merge_proposals(rq->db, rq->community_id, path_id(rq));
	json_t *rows = milestones(rq->db, rq->community_id, path_id(rq)), *row, *shown = json_array();
	json_t *cards = json_array();
	const char *answer = json_string_value(json_object_get(p, "answer"));
	size_t i;

	json_object_set_new(rq->data, "joins", joins);
	json_array_foreach(joins, i, row) {
		json_t *card = json_copy(row);
		const char *outcome = json_string_value(json_object_get(row, "outcome"));
		json_object_set_new(card, "outcome_label", json_string(outcome_label(outcome)));
		json_object_set_new(card, "may_withdraw", json_boolean(outcome == NULL && (rq->roles & MODERATOR) != 0));
		json_array_append_new(cards, card);
	}
	json_object_set_new(rq->page, "joins", cards);
	json_object_set_new(rq->page, "has_joins", json_boolean(json_array_size(joins) > 0));
	json_object_set_new(rq->data, "milestones", rows);
	json_array_foreach(rows, i, row) {
		json_t *pictures;
		const char *words = json_string_value(json_object_get(row, "text"));
		json_object_set_new(row, "pictures",
		    files_of(rq, "milestone", json_integer_value(json_object_get(row, "id")), &pictures));
		json_array_append_new(shown,
		    json_pack("{s:O, s:O, s:O, s:b, s:o, s:o, s:b}", "number", json_object_get(row, "id"), "title",
		        json_object_get(row, "title"), "happened_on", json_object_get(row, "happened_on"),
		        "has_text", !str_empty(words), "text_html",
		        view_safe(text_markdown(rq->pool, words)), "pictures", pictures, "has_pictures",
		        json_array_size(pictures) > 0));
	}
	json_object_set_new(rq->page, "works", shown);
	json_object_set_new(rq->page, "has_works", json_boolean(json_array_size(rows) > 0));
	json_object_set_new(rq->page, "answer_html",
	    answer != NULL ? view_safe(text_markdown(rq->pool, answer)) : json_null());
}

/* Beside what waits for review: what may be the same already. */
static void
show_similar(struct request *rq, const char *title, const char *text, bool waits)
{
	json_t *items = json_array(), *cards = json_array(), *rows = json_array(), *row;
	size_t i;

	if (waits)
		rows = petition_similar(rq->db, rq->pool,
		    &(struct similar_query){ .community = rq->community_id, .title = title, .text = text,
		        .exclude = path_id(rq), .limit = SIMILAR_SHOWN }, NULL);
	json_array_foreach(rows, i, row) {
		json_t *item = petition_item(row);
		json_object_set(item, "score", json_object_get(row, "score"));
		json_array_append_new(items, item);
		json_array_append_new(cards, petition_card(row));
	}
	json_object_set_new(rq->data, "similar", items);
	json_object_set_new(rq->page, "alike", cards);
	json_object_set_new(rq->page, "has_alike", json_boolean(json_array_size(cards) > 0));
}

/* What the page says of a decision that has just been taken by this person. */
static void
show_undo(struct request *rq)
{
	int64_t left = rq->roles & MODERATOR
	    ? moderation_undo_left(rq->db, rq->community_id, path_id(rq), rq->session.person)
	    : 0;

	json_object_set_new(rq->data, "undo_seconds", json_integer(left));
	json_object_set_new(rq->page, "undo", left > 0 ? json_true() : json_false());
}

void
show_review(struct request *rq, json_t *p, json_t *values)
{
	static const char *const sent[] = { "id", "title", "text", "state", "topic", "district_name",
		"addressee", "submitted_at", "published_at", "closes_at", "signature_count", "threshold",
		"author_name", "reason", "notice_reason", "verdict", "answer", "answered_by", "answered_at",
		"merged_into" };
	static const struct field decision[] = {
		{ "reason", FIELD_LINE, .label = N_("Reason, if you refuse") },
		{ "explanation", FIELD_LINES, .label = N_("Explanation to the author") },
		{ 0 },
	};
	const char *title = json_string_value(json_object_get(p, "title"));
	const char *text = json_string_value(json_object_get(p, "text"));
	const char *topic = json_string_value(json_object_get(p, "topic"));

	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
		json_object_set(rq->data, sent[i], json_object_get(p, sent[i]));
	json_object_set_new(rq->data, "version", json_string(moderation_version(rq->pool, title, text)));
	json_object_set_new(rq->data, "claim", claim_model(rq, path_id(rq)));
	bool waits = str_eq(state_of(p), "submitted") || str_eq(state_of(p), "contested");
	json_t *hints = waits
	    ? desk_hints(rq->db, rq->pool, rq->community_id, title, text)
	    : json_array();
	json_object_set_new(rq->data, "hints", hints);
	json_object_set_new(rq->page, "has_hints", json_boolean(json_array_size(hints) > 0));
	json_object_set_new(rq->page, "topic_label",
	    topic != NULL ? json_string(topic_label(topic)) : json_null());

	show_sections(rq, "");
	json_object_set(rq->page, "verdict", json_object_get(p, "verdict"));
	json_object_set(rq->page, "threshold", json_object_get(p, "threshold"));
	petition_state_flags(rq->page, state_of(p));
	json_object_set(rq->page, "content_lang", json_object_get(p, "lang"));
	json_object_set_new(rq->page, "text_html", view_safe(text_markdown(rq->pool, text)));
	form_show(rq, decision, values);
	show_grounds(rq);
	show_queue(rq, path_id(rq));
	show_history(rq, p);
	show_steps(rq);
	show_files(rq);
	show_similar(rq, title, text, waits);
	show_work(rq, p);
	show_undo(rq);
	json_t *claim = json_object_get(rq->data, "claim");
	show_acts(rq, p, json_is_object(claim) && !json_is_true(json_object_get(claim, "yours")));
}

void
page_petition(struct request *rq)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL)
		return;
	show_review(rq, p, json_object());
	reply_view(rq, 200, "moderation/review");
}
