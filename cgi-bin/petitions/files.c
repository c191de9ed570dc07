/* The files of a petition: adding and removing one's own, and reading what one may see. */
#include "petitions.h"

#include <inttypes.h>

#include "base/str.h"
#include "civic/attachment.h"
#include "civic/petition.h"
#include "civic/petition_files.h"
#include "data/files.h"
#include "web/i18n.h"
#include "web/media.h"
#include "web/problem.h"

void
show_files(struct request *rq, int64_t petition)
{
	json_t *rows = attachment_list(rq->db, rq->community_id, "petition", petition), *row;
	json_t *items = json_array(), *cards = json_array();
	size_t i;

	json_array_foreach(rows, i, row) {
		json_array_append_new(items, attachment_item(row));
		json_array_append_new(cards, attachment_card(rq->pool, row));
	}
	int64_t left = PETITION_ATTACHMENTS_MAX - (int64_t)json_array_size(rows);
	json_object_set_new(rq->data, "files", items);
	json_object_set_new(rq->page, "file_cards", cards);
	json_object_set_new(rq->page, "has_files", json_boolean(json_array_size(rows) > 0));
	json_object_set_new(rq->page, "files_left", json_integer(left));
	json_object_set_new(rq->page, "may_add_file", json_boolean(left > 0));
}

/* Where the author goes on after a change, with what became of it. */
static void
back_to_text(struct request *rq, int64_t petition)
{
	reply_see_other(rq, "/petitions/%" PRId64 "/edit?step=files", petition);
}

static const char *
full_message(struct request *rq)
{
	return str_fmt(rq->pool, _("A petition takes at most %d files. Remove one of them first."),
	    PETITION_ATTACHMENTS_MAX);
}

/* What the author can put right is said beside the form; the rest is a page of its own. */
static void
refuse(struct request *rq, int64_t petition, int status, const char *type, const char *message)
{
	if (rq->json) {
		reply_problem(rq, status, type, message);
		return;
	}
	flash_bad(rq, message);
	back_to_text(rq, petition);
}

static void
tell(struct request *rq, int64_t petition, enum petition_file_result result)
{
	switch (result) {
	case PETITION_FILE_FULL: refuse(rq, petition, 409, "too-many-files", full_message(rq)); break;
	case PETITION_FILE_CLOSED:
		reply_problem(rq, 409, "petition-sent",
		    _("This petition has been sent to the moderators: its files can no longer be changed."));
		break;
	case PETITION_FILE_UNKNOWN: reply_not_found(rq); break;
	case PETITION_FILE_FAILED: request_fail(rq, "a petition's file could not be changed"); break;
	case PETITION_FILE_DONE: break;
	}
}

static void
add_file(struct request *rq, int64_t petition, const struct media_file *file, const char *filename)
{
	struct petition_file f = { .community = rq->community_id, .petition = petition,
		.author = rq->session.person, .name = filename, .file = file };
	int64_t id = 0;

	enum petition_file_result result = petition_file_add(rq->db, rq->pool, &f, &id);
	if (result != PETITION_FILE_DONE) {
		tell(rq, petition, result);
		return;
	}
	json_t *row = attachment_find(rq->db, rq->community_id, id);
	if (row == NULL) {
		request_fail(rq, "a file that was just added is not there");
		return;
	}
	json_object_update(rq->data, attachment_item(row));
	if (rq->json) {
		reply_created(rq, "/files/%" PRId64, id);
		return;
	}
	flash(rq, _("The file is added. Its hidden data, such as the place where a photo was taken, are removed."));
	back_to_text(rq, petition);
}

/* POST /petitions/{id}/files */
void
post_file(struct request *rq)
{
	json_t *p = own_of_path(rq), *files;
	struct media_file file;
	const char *filename;

	if (p == NULL)
		return;
	/* Only to spare the work; what decides is the INSERT. */
	files = attachment_list(rq->db, rq->community_id, "petition", path_id(rq));
	if (json_array_size(files) >= PETITION_ATTACHMENTS_MAX) {
		tell(rq, path_id(rq), PETITION_FILE_FULL);
		return;
	}
	enum media_outcome outcome = media_take(rq, "file", &file, &filename);
	if (filename == NULL || request_failed(rq))
		return;
	switch (outcome) {
	case MEDIA_CLEANED: add_file(rq, path_id(rq), &file, filename); break;
	case MEDIA_UNAVAILABLE: media_reply(rq, outcome); break;
	case MEDIA_NOT_A_TYPE:
	case MEDIA_TOO_LARGE:
	case MEDIA_TOO_MANY_PIXELS:
	case MEDIA_BROKEN:
	case MEDIA_FORBIDDEN:
	case MEDIA_NONE:
		if (rq->json) {
			media_reply(rq, outcome);
		} else {
			flash_bad(rq, media_message(outcome));
			back_to_text(rq, path_id(rq));
		}
	}
}

/* POST /files/{id}/remove */
void
post_file_remove(struct request *rq)
{
	int64_t id = path_id(rq), petition = 0;

	enum petition_file_result result =
	    petition_file_remove(rq->db, rq->pool, rq->community_id, id, rq->session.person, &petition);
	if (result != PETITION_FILE_DONE) {
		tell(rq, petition, result);
		return;
	}
	json_object_set_new(rq->data, "id", json_integer(id));
	flash(rq, _("The file is removed."));
	back_to_text(rq, petition);
}

/* Who sees the petition whole: of a hidden one its author and staff. */
static bool
may_read(struct request *rq, int64_t petition)
{
	bool staff = (rq->roles & (MODERATOR | CLERK | ADMINISTRATOR)) != 0;
	json_t *p = petition == 0
	    ? NULL
	    : petition_find(rq->db, rq->community_id, petition, rq->session.person, staff);

	return p != NULL && (staff || json_is_true(json_object_get(p, "mine")) ||
	    !str_eq(json_string_value(json_object_get(p, "state")), "hidden"));
}

/* GET /files/{id} */
void
page_file(struct request *rq)
{
	json_t *row = attachment_find(rq->db, rq->community_id, path_id(rq));

	if (row == NULL || !may_read(rq, json_integer_value(json_object_get(row, "petition_id")))) {
		if (!request_failed(rq))
			reply_not_found(rq);
		return;
	}
	const char *location = files_location(rq->pool, json_string_value(json_object_get(row, "stored")));
	if (location == NULL) {
		request_fail(rq, "a file's stored name is none");
		return;
	}
	reply_file(rq, location, json_string_value(json_object_get(row, "name")),
	    json_string_value(json_object_get(row, "type")), rq->session.person == 0);
}
