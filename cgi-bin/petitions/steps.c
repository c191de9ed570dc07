#include "steps.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "civic/petition.h"
#include "civic/petition_similar.h"
#include "civic/rules.h"
#include "civic/topic.h"
#include "petitions.h"
#include "web/i18n.h"
#include "web/problem.h"
#include "web/view.h"

enum { SIMILAR_SHOWN = 5, ADDRESSEE_MAX = 200 };

const char *const write_steps[] = { "about", "similar", "text", "files", "preview", NULL };

static const char *const labels[] = { N_("What it is about"), N_("Similar petitions"), N_("The text"),
	N_("Files"), N_("Preview and sending") };

static const char *const actions[] = { "save", "next", "preview", "submit", NULL };

#define TITLE(least) { "title", FIELD_LINE, least, PETITION_TITLE_MAX, .label = N_("Title of the petition") }
#define TEXT_OF(least) { "text", FIELD_LINES, least, PETITION_TEXT_MAX, .label = N_("Text") }
#define TOPIC { "topic", FIELD_CHOICE, .choices = topic_codes, .label = N_("Topic") }
#define DISTRICT { "district", FIELD_NUMBER, 0, INT32_MAX, .label = N_("Place") }
#define ADDRESSEE { "addressee", FIELD_LINE, 0, ADDRESSEE_MAX, .label = N_("To whom") }
#define ACTION { "do", FIELD_CHOICE, .choices = actions, .label = N_("Step") }
#define STEP { "step", FIELD_CHOICE, .choices = write_steps, .label = N_("Step") }

/* The text is carried through the first step where it was there before it (an ended session). */
static const struct field about[] = { TITLE(PETITION_TITLE_MIN), TOPIC, DISTRICT, TEXT_OF(0), ACTION, STEP,
	{ 0 } };
static const struct field about_draft[] = { TITLE(1), TOPIC, DISTRICT, TEXT_OF(0), ACTION, STEP, { 0 } };
static const struct field text[] = { TEXT_OF(PETITION_TEXT_MIN), ADDRESSEE, ACTION, STEP, { 0 } };
static const struct field text_draft[] = { TEXT_OF(0), ADDRESSEE, ACTION, STEP, { 0 } };
static const struct field whole[] = { TITLE(PETITION_TITLE_MIN), TEXT_OF(PETITION_TEXT_MIN), TOPIC, DISTRICT,
	ADDRESSEE, ACTION, STEP, { 0 } };
static const struct field whole_draft[] = { TITLE(1), TEXT_OF(0), TOPIC, DISTRICT, ADDRESSEE, ACTION, STEP,
	{ 0 } };

enum write_step
step_named(const char *name)
{
	enum write_step step = STEP_ABOUT;

	while (step < STEP_COUNT && !str_eq(write_steps[step], name))
		step++;
	return step;
}

const struct field *
step_fields(enum write_step step, bool unfinished)
{
	switch (step) {
	case STEP_ABOUT: return unfinished ? about_draft : about;
	case STEP_TEXT: return unfinished ? text_draft : text;
	case STEP_SIMILAR:
	case STEP_FILES:
	case STEP_PREVIEW:
	case STEP_COUNT: break;
	}
	return unfinished ? whole_draft : whole;
}

static json_t *
similar_to(struct request *rq, const char *title, const char *body, int64_t petition)
{
	return petition_similar(rq->db, rq->pool,
	    &(struct similar_query){ .community = rq->community_id, .title = title, .text = body,
	        .exclude = petition, .limit = SIMILAR_SHOWN },
	    NULL);
}

enum write_step
step_after(struct request *rq, enum write_step step, const char *title, const char *body, int64_t petition)
{
	if (step == STEP_ABOUT && json_array_size(similar_to(rq, title, body, petition)) == 0)
		return STEP_TEXT;
	return step < STEP_PREVIEW ? step + 1 : STEP_PREVIEW;
}

static const char *
column(json_t *petition, const char *name)
{
	const char *s = json_string_value(json_object_get(petition, name));
	return s != NULL ? s : "";
}

static int64_t
id_of(json_t *petition)
{
	return json_integer_value(json_object_get(petition, "id"));
}

/* The steps' list: one may go back and forth once the draft is there. */
static void
show_list(struct request *rq, int64_t id, enum write_step now)
{
	json_t *list = json_array();

	for (enum write_step s = STEP_ABOUT; s < STEP_COUNT; s++)
		json_array_append_new(list,
		    json_pack("{s:i, s:s, s:b, s:o}", "number", (int)s + 1, "label", i18n_text(i18n_now(), labels[s]),
		        "current", s == now, "url",
		        id != 0 && s != now
		            ? json_string(str_fmt(rq->pool, "/petitions/%" PRId64 "/edit?step=%s", id, write_steps[s]))
		            : json_null()));
	json_object_set_new(rq->page, "steps", list);
	for (enum write_step s = STEP_ABOUT; s < STEP_COUNT; s++)
		json_object_set_new(rq->page, str_fmt(rq->pool, "step_%s", write_steps[s]), json_boolean(s == now));
}

static void
show_choices(struct request *rq, const char *topic, int64_t district)
{
	json_t *topics = json_array(), *places = json_array(), *row;
	json_t *rows = district_names(rq->db, rq->community_id);
	const char *name = rq->lang == LANG_EN ? "name_en" : "name";
	size_t i;

	for (const char *const *code = topic_codes; *code != NULL; code++)
		json_array_append_new(topics,
		    json_pack("{s:s, s:s, s:b}", "code", *code, "label", topic_label(*code), "chosen",
		        str_eq(*code, topic)));
	json_array_foreach(rows, i, row)
		json_array_append_new(places,
		    json_pack("{s:O, s:O, s:b}", "id", json_object_get(row, "id"), "label", json_object_get(row, name),
		        "chosen", id_of(row) == district));
	json_object_set_new(rq->page, "topic_options", topics);
	json_object_set_new(rq->page, "place_options", places);
	json_object_set_new(rq->page, "has_places", json_boolean(json_array_size(places) > 0));
}

static void
show_about(struct request *rq, json_t *petition, json_t *values)
{
	json_t *from = values != NULL ? values : rq->form;
	json_t *district = json_object_get(from, "district");
	const char *kept = json_string_value(json_object_get(from, "text"));

	form_show(rq, about, values);
	show_choices(rq, json_string_value(json_object_get(from, "topic")),
	    json_is_string(district) ? strtoll(json_string_value(district), NULL, 10) : json_integer_value(district));
	/* What stands in the draft already needs no carrying. */
	bool carried = !str_empty(kept) && strcmp(kept, column(petition, "text")) != 0;
	json_object_set_new(rq->page, "carried_text", carried ? json_string(kept) : json_null());
}

static void
show_similar(struct request *rq, json_t *petition)
{
	json_t *rows = similar_to(rq, column(petition, "title"), column(petition, "text"), id_of(petition)), *row;
	json_t *cards = json_array();
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *card = petition_card(row), *seen;
		/* One more look, as this person sees it: signed already, or not to be signed by them. */
		seen = petition_find(rq->db, rq->community_id, id_of(row), rq->session.person, false);
		if (seen == NULL || hidden_from(rq, seen))
			continue;
		json_object_set_new(card, "may_sign", json_boolean(may_sign(rq, seen)));
		json_object_set(card, "signed_at", json_object_get(seen, "signed_at"));
		json_array_append_new(cards, card);
	}
	json_object_set_new(rq->page, "similar", cards);
	json_object_set_new(rq->page, "has_similar", json_boolean(json_array_size(cards) > 0));
}

static void
show_preview(struct request *rq, json_t *petition)
{
	const char *topic = json_string_value(json_object_get(petition, "topic"));
	bool title = text_length(column(petition, "title")) >= PETITION_TITLE_MIN;
	bool body = text_length(column(petition, "text")) >= PETITION_TEXT_MIN;

	json_object_set_new(rq->page, "preview",
	    json_pack("{s:s, s:o, s:o, s:O, s:O, s:b, s:b, s:b}", "title", column(petition, "title"), "text_html",
	        view_safe(text_markdown(rq->pool, column(petition, "text"))), "topic",
	        topic != NULL ? json_string(topic_label(topic)) : json_null(), "district",
	        json_object_get(petition, "district_name"), "addressee", json_object_get(petition, "addressee"),
	        "lacks_title", !title, "lacks_text", !body, "is_finished", title && body));
}

static void
show_model(struct request *rq, json_t *petition, enum write_step step, json_t *values)
{
	json_object_set_new(rq->page, "preview", json_null());
	switch (step) {
	case STEP_ABOUT: show_about(rq, petition, values); break;
	case STEP_SIMILAR: show_similar(rq, petition); break;
	case STEP_TEXT: form_show(rq, text, values); break;
	case STEP_PREVIEW: show_preview(rq, petition); break;
	case STEP_FILES:
	case STEP_COUNT: break;
	}
	if (step == STEP_SIMILAR || step == STEP_FILES || step == STEP_PREVIEW)
		json_object_set_new(rq->page, "has_errors", json_false());
	if (step == STEP_FILES || step == STEP_PREVIEW)
		show_files(rq, id_of(petition));
}

void
show_step(struct request *rq, int status, json_t *petition, enum write_step step, json_t *values, bool restored)
{
	int64_t id = id_of(petition);
	bool returned = petition != NULL && str_eq(column(petition, "state"), "returned");

	show_list(rq, id, step);
	json_object_set_new(rq->page, "action",
	    json_string(id != 0 ? str_fmt(rq->pool, "/petitions/%" PRId64, id) : "/petitions"));
	json_object_set_new(rq->page, "is_new", json_boolean(id == 0));
	json_object_set_new(rq->page, "petition", id != 0 ? json_pack("{s:I}", "id", (json_int_t)id) : json_null());
	json_object_set_new(rq->page, "remarks",
	    returned ? json_pack("{s:O, s:O}", "text", json_object_get(petition, "remarks"), "at",
	                   json_object_get(petition, "decided_at"))
	             : json_null());
	json_object_set_new(rq->page, "restored", json_boolean(restored));
	show_model(rq, petition, step, values);
	if (status == 422)
		reply_invalid(rq, "petitions/write");
	else
		reply_view(rq, status, "petitions/write");
}
