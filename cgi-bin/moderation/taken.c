/* A file that came with a form of the desk: cleaned by media, then kept. */
#include "moderation.h"

#include "web/i18n.h"

bool
take_file(struct request *rq, const char *field, struct taken *taken)
{
	*taken = (struct taken){ .name = "" };
	if (!str_starts(request_param(rq, "CONTENT_TYPE"), "multipart/form-data"))
		return true;
	enum media_outcome outcome = media_take(rq, field, &taken->file, &taken->name);
	if (taken->name == NULL || request_failed(rq))
		return false;
	taken->sent = outcome == MEDIA_CLEANED;
	if (outcome != MEDIA_CLEANED && outcome != MEDIA_NONE)
		form_error(rq, field, media_message(outcome));
	return true;
}

bool
keep_file(struct request *rq, const struct taken *taken, struct attachment *row,
    char stored[static FILE_NAME_SIZE])
{
	if (!files_put(rq->pool, taken->file.bytes, taken->file.len, stored)) {
		request_fail(rq, "a file could not be kept");
		return false;
	}
	row->community = rq->community_id;
	row->author = rq->session.person;
	row->name = attachment_name(rq->pool, taken->name, taken->file.type);
	row->file = &taken->file;
	row->stored = stored;
	return true;
}
