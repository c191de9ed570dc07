/*
 * moderation: the desk of a community's moderators: what waits, and what they decide of it.
 */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "civic/desk.h"
#include "civic/enter.h"
#include "civic/moderation.h"
#include "civic/petition.h"
#include "civic/refusal.h"
#include "web/form.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/view.h"

enum decided { PUBLISH, RETURN, REFUSE };

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

static unsigned
parts_of(struct request *rq)
{
	return (rq->roles & MODERATOR ? DESK_REVIEW : 0) | (rq->roles & CLERK ? DESK_DECISION : 0);
}

static json_t *
queue_of(struct request *rq, const char *after, const char **next)
{
	return desk_queue(rq->db, rq->pool,
	    &(struct desk_query){ rq->community_id, rq->session.person, parts_of(rq), after }, next);
}

static void
page_queue(struct request *rq)
{
	const char *next;
	json_t *items = queue_of(rq, query_text(rq, "after"), &next);

	json_object_set_new(rq->data, "items", items);
	json_object_set_new(rq->data, "next", next != NULL ? json_string(next) : json_null());
	json_object_set_new(rq->page, "total", json_integer(desk_waiting(rq->db, rq->community_id, parts_of(rq))));
	json_object_set_new(rq->page, "has_items", json_boolean(json_array_size(items) > 0));
	json_object_set_new(rq->page, "next_url",
	    next != NULL ? json_string(str_fmt(rq->pool, "/moderation?after=%s", next)) : json_null());
	reply_view(rq, 200, "moderation/queue");
}

/* The queue beside the petition, with the neighbours that J and K lead to. */
static void
show_queue(struct request *rq, int64_t id)
{
	const char *next;
	json_t *queue = queue_of(rq, NULL, &next), *item;
	json_t *before = json_null(), *after = json_null(), *last = NULL;
	bool found = false;
	size_t i;

	json_array_foreach(queue, i, item) {
		bool current = json_integer_value(json_object_get(item, "id")) == id;
		json_object_set_new(item, "current", json_boolean(current));
		if (current && last != NULL)
			before = json_incref(json_object_get(last, "id"));
		else if (found)
			after = json_incref(json_object_get(item, "id"));
		found = current;
		last = item;
	}
	json_object_set_new(rq->page, "queue", queue);
	json_object_set_new(rq->page, "next_id", after);
	json_object_set_new(rq->page, "previous_id", before);
}

/* A submitted petition for the moderator's eyes, or NULL: it has replied. */
static json_t *
submitted_of_path(struct request *rq)
{
	json_t *p = petition_find(rq->db, rq->community_id, path_id(rq), rq->session.person, true);

	if (request_failed(rq))
		return NULL;
	if (p == NULL) {
		reply_not_found(rq);
	} else if (!str_eq(json_string_value(json_object_get(p, "state")), "submitted") &&
	    !str_eq(json_string_value(json_object_get(p, "state")), "contested")) {
		reply_problem(rq, 409, "decided", _("This petition does not wait for a decision any more."));
		return NULL;
	}
	return p;
}

static void
show_review(struct request *rq, json_t *p, json_t *values)
{
	static const char *const sent[] = { "id", "title", "text", "submitted_at", "author_name" };
	json_t *reasons = json_array();
	bool before = !json_is_null(json_object_get(p, "remarks"));

	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
		json_object_set(rq->data, sent[i], json_object_get(p, sent[i]));
	json_object_set_new(rq->data, "returned_before", json_boolean(before));
	json_object_set_new(rq->data, "version",
	    json_string(moderation_version(rq->pool, json_string_value(json_object_get(p, "title")),
	        json_string_value(json_object_get(p, "text")))));
	form_show(rq, return_fields, values);
	const char *chosen = form_text(rq, "reason");
	for (const char *const *code = refusal_codes; *code != NULL; code++)
		json_array_append_new(reasons, json_pack("{s:s, s:s, s:b}", "code", *code, "label",
		                                   refusal_label(*code), "selected", str_eq(chosen, *code)));
	json_object_set_new(rq->page, "reasons", reasons);
	json_object_set(rq->page, "content_lang", json_object_get(p, "lang"));
	json_object_set_new(rq->page, "text_html",
	    view_safe(text_markdown(rq->pool, json_string_value(json_object_get(p, "text")))));
	json_object_set_new(rq->page, "remarks",
	    before ? json_pack("{s:O, s:O}", "text", json_object_get(p, "remarks"), "at",
	                 json_object_get(p, "decided_at"))
	           : json_null());
	show_queue(rq, json_integer_value(json_object_get(p, "id")));
}

static void
page_review(struct request *rq)
{
	json_t *p = submitted_of_path(rq);

	if (p == NULL)
		return;
	show_review(rq, p, json_object());
	reply_view(rq, 200, "moderation/review");
}

static void
answer(struct request *rq, enum moderation_result result, const char *state, const char *message)
{
	switch (result) {
	case MODERATION_DONE:
		json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
		json_object_set_new(rq->data, "state", json_string(state));
		flash(rq, message);
		reply_see_other(rq, "/moderation");
		break;
	case MODERATION_OWN:
		reply_problem(rq, 403, "own-petition",
		    _("This petition is your own: another moderator must decide of it."));
		break;
	case MODERATION_SECOND:
		reply_problem(rq, 403, "second-moderator",
		    _("You refused this petition: another moderator must decide of the author’s appeal."));
		break;
	case MODERATION_LATE:
		reply_problem(rq, 409, "too-late", _("It is too late to undo this: ten seconds have passed, or somebody has signed."));
		break;
	case MODERATION_CHANGED:
		reply_problem(rq, 409, "changed",
		    _("The author has sent another text meanwhile. Open the petition again and read it."));
		break;
	case MODERATION_DECIDED:
		reply_problem(rq, 409, "decided", _("This petition does not wait for a decision any more."));
		break;
	case MODERATION_UNKNOWN: reply_not_found(rq); break;
	case MODERATION_FAILED: request_fail(rq, "a decision could not be written"); break;
	}
}

static void
decide(struct request *rq, enum decided what, const struct field *fields)
{
	json_t *p = submitted_of_path(rq);

	if (p == NULL || !form_read(rq, fields))
		return;
	if (!form_right(rq)) {
		if (!rq->json)
			show_review(rq, p, NULL);
		reply_invalid(rq, "moderation/review");
		return;
	}
	struct decision d = { .community = rq->community_id, .petition = path_id(rq),
		.moderator = rq->session.person, .explanation = form_text(rq, "explanation"),
		.version = form_text(rq, "version"),
		.operation = rq->id };
	switch (what) {
	case PUBLISH:
		d.explanation = NULL;
		answer(rq, moderation_publish(rq->db, &d), "collecting", _("Published."));
		break;
	case RETURN:
		answer(rq, moderation_return(rq->db, &d), "returned", _("Returned to the author for changes."));
		break;
	case REFUSE:
		d.reason = form_text(rq, "reason");
		answer(rq, moderation_refuse(rq->db, &d), "refused", _("Refused; the reason is public."));
		break;
	}
}

static void
post_publish(struct request *rq)
{
	decide(rq, PUBLISH, publish_fields);
}

static void
post_return(struct request *rq)
{
	decide(rq, RETURN, return_fields);
}

static void
post_refuse(struct request *rq)
{
	decide(rq, REFUSE, refuse_fields);
}

static const struct json_field queue_fields[] = {
	{ "items", JSON_KIND_LIST, "what waits for staff, the most urgent legal date first" },
	{ "items[].id", JSON_KIND_INT, "number" },
	{ "items[].title", JSON_KIND_TEXT, "title" },
	{ "items[].lang", JSON_KIND_TEXT, "language of its text" },
	{ "items[].state", JSON_KIND_TEXT, "its state" },
	{ "items[].step", JSON_KIND_TEXT, "what the law asks for: review, contest, start, decision or appeal" },
	{ "items[].label", JSON_KIND_TEXT, "the step in words" },
	{ "items[].submitted_at", JSON_KIND_TIME, "when the step began" },
	{ "items[].due_at", JSON_KIND_TIME, "the last second of its term" },
	{ "items[].late", JSON_KIND_BOOL, "the term is over" },
	{ "items[].paused", JSON_KIND_BOOL, "the clock stands still" },
	{ "items[].returned_before", JSON_KIND_BOOL, "it was returned and came again" },
	{ "items[].claimed_by", JSON_KIND_TEXT, "who works on it, or null" },
	{ "items[].claimed_by_me", JSON_KIND_BOOL, "that is you" },
	{ "items[].now", JSON_KIND_TIME, "the server's time" },
	{ "next", JSON_KIND_TEXT, "the next page: ?after=…; null at the end" },
	{ 0 },
};

static const struct json_field review_fields[] = {
	{ "id", JSON_KIND_INT, "number" },
	{ "title", JSON_KIND_TEXT, "title" },
	{ "text", JSON_KIND_TEXT, "Markdown (CommonMark)" },
	{ "submitted_at", JSON_KIND_TIME, "when it was sent" },
	{ "author_name", JSON_KIND_TEXT, "the author" },
	{ "version", JSON_KIND_TEXT, "of this text: send it with the decision, which a changed text refuses" },
	{ "returned_before", JSON_KIND_BOOL, "it was returned and came again" },
	{ 0 },
};

static const struct json_field decided_fields[] = {
	{ "id", JSON_KIND_INT, "number" },
	{ "state", JSON_KIND_TEXT, "collecting, returned or refused" },
	{ 0 },
};

static const struct route routes[] = {
	{ GET, "/moderation", page_queue, MODERATOR, FACE_HTML },
	{ GET, "/moderation/queue", page_queue, MODERATOR, FACE_JSON, .fields = queue_fields },
	{ GET, "/moderation/petitions/{id}", page_review, MODERATOR, .fields = review_fields },
	{ POST, "/moderation/petitions/{id}/publish", post_publish, MODERATOR, .fields = decided_fields },
	{ POST, "/moderation/petitions/{id}/return", post_return, MODERATOR, .fields = decided_fields },
	{ POST, "/moderation/petitions/{id}/refuse", post_refuse, MODERATOR, .fields = decided_fields },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return app_run(&(struct app){ .name = "moderation",
	                   .routes = routes,
	                   .enter = civic_enter,
	                   .login = civic_login },
	    argc, argv);
}
