/* /moderation/petitions/{id}/milestone: what was done to carry a petition out, with a picture;
 * POST /moderation/milestones/{id}/pictures: one more. */
#include "moderation.h"

#include "base/clock.h"
#include "base/workdays.h"
#include "civic/petition.h"
#include "web/i18n.h"
#include "web/problem.h"

const struct json_field milestone_fields[] = {
	{ "id", JSON_KIND_INT, "number of the petition" },
	{ "milestone", JSON_KIND_INT, "number of the milestone" },
	{ 0 },
};
const struct json_field picture_fields[] = {
	{ "id", JSON_KIND_INT, "number of the milestone" },
	{ "file", JSON_KIND_INT, "number of the picture: /files/{id}" },
	{ 0 },
};

static const struct field fields[] = {
	{ "title", FIELD_LINE, 5, MILESTONE_TITLE_MAX, .label = N_("In short") },
	{ "text", FIELD_LINES, 0, MILESTONE_TEXT_MAX, .label = N_("More words") },
	{ "happened_on", FIELD_LINE, 10, 10, .pattern = DAY_PATTERN, .label = N_("Day") },
	{ 0 },
};
static const struct field no_fields[] = { { 0 } };

static void
show_form(struct request *rq, json_t *p, json_t *values)
{
	json_t *error = json_object_get(rq->errors, "picture");

	show_heading(rq, p);
	form_show(rq, fields, values);
	json_object_set_new(json_object_get(rq->page, "form"), "picture", json_pack("{s:O?}", "error", error));
}

void
page_milestone(struct request *rq)
{
	json_t *p = petition_of_desk(rq);

	if (p == NULL || !act_allowed(rq, p, "milestone"))
		return;
	/* Kyiv's day, which begins while it is yesterday in UTC. */
	const char *today = clock_iso(rq->pool, (time_t)day_of(db_time(p, "now")) * 86400);
	show_form(rq, p, json_pack("{s:s#}", "happened_on", today, 10));
	reply_view(rq, 200, "moderation/milestone");
}

/* A picture of the milestone; 0: it has failed, or there are as many as may be (*full). */
static int64_t
add_picture(struct request *rq, int64_t petition, int64_t milestone, const struct taken *taken, bool *full)
{
	struct attachment row = { .kind = "milestone", .subject = milestone, .petition = petition,
		.most = MILESTONE_PICTURES_MAX };
	char stored[FILE_NAME_SIZE];
	int64_t id = 0;

	*full = false;
	if (!keep_file(rq, taken, &row, stored))
		return 0;
	switch (attachment_add(rq->db, &row, &id)) {
	case ATTACHMENT_DONE: return id;
	case ATTACHMENT_FULL: *full = true; break;
	case ATTACHMENT_FAILED: request_fail(rq, "a picture could not be added"); break;
	}
	files_remove(rq->pool, stored);
	return 0;
}

static bool
is_picture(struct request *rq, const char *field, const struct taken *taken)
{
	if (taken->sent && taken->file.type == MEDIA_PDF)
		form_error(rq, field, _("A picture is a JPEG or PNG file."));
	return form_right(rq);
}

static void
add(struct request *rq, const struct taken *taken)
{
	const struct act act = { .community = rq->community_id, .petition = path_id(rq),
		.clerk = rq->session.person, .operation = rq->id };
	int64_t milestone = 0;
	bool full;

	switch (milestone_add(rq->db, &act, &(struct milestone){ form_text(rq, "title"), form_text(rq, "text"),
	    form_text(rq, "happened_on") }, &milestone)) {
	case CONSIDER_DONE:
		if (taken->sent && add_picture(rq, path_id(rq), milestone, taken, &full) == 0)
			return;
		json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
		json_object_set_new(rq->data, "milestone", json_integer(milestone));
		flash(rq, _("Everyone sees it on the petition’s page."));
		reply_see_other(rq, "/moderation/petitions/%" PRId64, path_id(rq));
		break;
	case CONSIDER_ELSEWHERE: reply_undecided(rq, MODERATION_DECIDED); break;
	case CONSIDER_MANY:
		reply_problem(rq, 409, "too-many",
		    str_fmt(rq->pool, _("A petition has at most %d milestones."), MILESTONES_MAX));
		break;
	case CONSIDER_UNKNOWN: reply_not_found(rq); break;
	case CONSIDER_DATE:
	case CONSIDER_FAILED: request_fail(rq, "a milestone could not be written"); break;
	}
}

void
post_milestone(struct request *rq)
{
	json_t *p = petition_of_desk(rq);
	struct taken taken;

	if (p == NULL || !act_allowed(rq, p, "milestone") || !form_read(rq, fields) ||
	    !take_file(rq, "picture", &taken))
		return;
	if (form_right(rq) && !day_has_come(rq->pool, form_text(rq, "happened_on"),
	        json_string_value(json_object_get(p, "now"))))
		form_error(rq, "happened_on", _("There is no such day, or it lies ahead."));
	if (is_picture(rq, "picture", &taken)) {
		add(rq, &taken);
		return;
	}
	if (!rq->json)
		show_form(rq, p, NULL);
	reply_invalid(rq, "moderation/milestone");
}

/* What can be put right is said on the petition's page. */
static void
refuse(struct request *rq, int64_t petition, int status, const char *type, const char *message)
{
	if (rq->json) {
		reply_problem(rq, status, type, message);
		return;
	}
	flash_bad(rq, message);
	reply_see_other(rq, "/moderation/petitions/%" PRId64, petition);
}

void
post_picture(struct request *rq)
{
	int64_t petition = milestone_petition(rq->db, rq->community_id, path_id(rq));
	struct taken taken;
	bool full;

	if (petition == 0) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return;
	}
	if (!form_read(rq, no_fields) || !take_file(rq, "picture", &taken))
		return;
	if (!taken.sent && form_right(rq))
		form_error(rq, "picture", media_message(MEDIA_NONE));
	if (!is_picture(rq, "picture", &taken)) {
		refuse(rq, petition, 422, "invalid",
		    json_string_value(json_object_iter_value(json_object_iter(rq->errors))));
		return;
	}
	int64_t file = add_picture(rq, petition, path_id(rq), &taken, &full);
	if (full)
		refuse(rq, petition, 409, "too-many-files",
		    str_fmt(rq->pool, _("A milestone has at most %d pictures."), MILESTONE_PICTURES_MAX));
	if (file == 0)
		return;
	json_object_set_new(rq->data, "id", json_integer(path_id(rq)));
	json_object_set_new(rq->data, "file", json_integer(file));
	flash(rq, _("The picture is added."));
	reply_see_other(rq, "/moderation/petitions/%" PRId64, petition);
}
