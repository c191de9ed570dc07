/*
 * petitions: reading, writing and signing petitions.
 */
#include "petitions.h"

#include "civic/enter.h"
#include "web/media.h"

static const struct json_field list_fields[] = {
	{ "items", JSON_KIND_LIST, "petitions of this page" },
	{ "items[].id", JSON_KIND_INT, "number" },
	{ "items[].title", JSON_KIND_TEXT, "title" },
	{ "items[].state", JSON_KIND_TEXT, "its state (GET /api/v1/petitions/{id} names them all)" },
	{ "items[].signature_count", JSON_KIND_INT, "signatures so far" },
	{ "items[].threshold", JSON_KIND_INT, "signatures needed, frozen at publication" },
	{ "items[].published_at", JSON_KIND_TIME, "when it was published" },
	{ "items[].closes_at", JSON_KIND_TIME, "when signing ends: not any more in this second" },
	{ "next", JSON_KIND_TEXT, "the next page: ?after=…; null at the end" },
	{ "stemmed", JSON_KIND_BOOL,
	    "of a search: every form of a word was looked for; false: only words as typed; else null" },
	{ 0 },
};

static const struct json_field similar_fields[] = {
	{ "items", JSON_KIND_LIST, "the five most alike, best first" },
	{ "items[].id", JSON_KIND_INT, "number" },
	{ "items[].title", JSON_KIND_TEXT, "title" },
	{ "items[].state", JSON_KIND_TEXT, "its state; neither refused nor withdrawn" },
	{ "items[].signature_count", JSON_KIND_INT, "signatures so far" },
	{ "items[].threshold", JSON_KIND_INT, "signatures needed, frozen at publication" },
	{ "items[].published_at", JSON_KIND_TIME, "when it was published" },
	{ "items[].closes_at", JSON_KIND_TIME, "when signing ends: not any more in this second" },
	{ "items[].score", JSON_KIND_INT, "the higher the more alike, comparable within one answer" },
	{ "stemmed", JSON_KIND_BOOL, "every form of a word was compared; false: only words as they stand" },
	{ 0 },
};

static const struct json_field show_fields[] = {
	{ "id", JSON_KIND_INT, "number" },
	{ "title", JSON_KIND_TEXT, "title" },
	{ "text", JSON_KIND_TEXT, "Markdown (CommonMark)" },
	{ "state", JSON_KIND_TEXT,
	    "draft, submitted, returned, refused, contested, collecting, suspended, reached, not_reached, "
	    "in_review, answered, implementing, implemented, appeal, appeal_answered, withdrawn, merged or "
	    "hidden" },
	{ "author_name", JSON_KIND_TEXT, "null where it was imported without a name" },
	{ "signature_count", JSON_KIND_INT, "signatures so far, your own at once" },
	{ "outside_count", JSON_KIND_INT, "of them, brought as a total without names" },
	{ "threshold", JSON_KIND_INT, "signatures needed, frozen at publication" },
	{ "missing", JSON_KIND_INT, "signatures still needed" },
	{ "submitted_at", JSON_KIND_TIME, "when it was sent to the moderators" },
	{ "published_at", JSON_KIND_TIME, "when it was published" },
	{ "closes_at", JSON_KIND_TIME, "when signing ends: not any more in this second" },
	{ "files", JSON_KIND_LIST, "what the author added, each at /files/{id}" },
	{ "files[].id", JSON_KIND_INT, "number of the file" },
	{ "files[].name", JSON_KIND_TEXT, "its name" },
	{ "files[].type", JSON_KIND_TEXT, "image/jpeg, image/png or application/pdf" },
	{ "files[].size", JSON_KIND_INT, "bytes" },
	{ "files[].width", JSON_KIND_INT, "pixels; null of a PDF" },
	{ "files[].height", JSON_KIND_INT, "pixels; null of a PDF" },
	{ "refusal", JSON_KIND_OBJECT, "why it was refused, else null" },
	{ "refusal.code", JSON_KIND_TEXT, "the reason's code" },
	{ "refusal.label", JSON_KIND_TEXT, "the reason in words" },
	{ "refusal.text", JSON_KIND_TEXT, "the moderator's explanation" },
	{ "refusal.at", JSON_KIND_TIME, "when" },
	{ 0 },
};

static const struct json_field signers_fields[] = {
	{ "id", JSON_KIND_INT, "number of the petition" },
	{ "title", JSON_KIND_TEXT, "its title" },
	{ "outside_count", JSON_KIND_INT, "signatures brought as a total without names" },
	{ "items", JSON_KIND_LIST, "signers of this page, newest first" },
	{ "items[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "items[].signed_at", JSON_KIND_TIME, "when" },
	{ "next", JSON_KIND_TEXT, "the next page: ?after=…; null at the end" },
	{ 0 },
};

static const struct json_field written_fields[] = {
	{ "id", JSON_KIND_INT, "number" },
	{ "state", JSON_KIND_TEXT, "draft, returned or submitted" },
	{ 0 },
};

static const struct json_field file_fields[] = {
	{ "id", JSON_KIND_INT, "number of the file: /files/{id}" },
	{ "name", JSON_KIND_TEXT, "its name, with the ending of its type" },
	{ "type", JSON_KIND_TEXT, "image/jpeg, image/png or application/pdf" },
	{ "size", JSON_KIND_INT, "bytes, after cleaning" },
	{ "width", JSON_KIND_INT, "pixels; null of a PDF" },
	{ "height", JSON_KIND_INT, "pixels; null of a PDF" },
	{ 0 },
};

static const struct json_field removed_fields[] = {
	{ "id", JSON_KIND_INT, "number of the file" },
	{ 0 },
};

static const struct json_field signed_fields[] = {
	{ "id", JSON_KIND_INT, "number of the petition" },
	{ "signature_count", JSON_KIND_INT, "signatures so far with yours" },
	{ "already", JSON_KIND_BOOL, "you had signed it before" },
	{ "followed", JSON_KIND_BOOL, "you get letters about its answer (sent: follow)" },
	{ 0 },
};

static const struct route routes[] = {
	{ GET, "/petitions", page_list, ANYONE, .fields = list_fields },
	{ GET, "/petitions/new", page_new, PERSON, FACE_HTML },
	{ POST, "/petitions", post_create, PERSON, PARKS, .body_max = 256 * 1024,
	    .fields = written_fields },
	{ GET, "/petitions/similar", page_similar, ANYONE, FACE_JSON, .fields = similar_fields },
	{ GET, "/petitions/{id}", page_show, ANYONE, .fields = show_fields },
	{ GET, "/petitions/{id}/edit", page_edit, PERSON, FACE_HTML },
	{ POST, "/petitions/{id}", post_edit, PERSON, PARKS, .body_max = 256 * 1024,
	    .fields = written_fields },
	{ POST, "/petitions/{id}/submit", post_submit, PERSON, .fields = written_fields },
	{ POST, "/petitions/{id}/files", post_file, PERSON, .body_max = MEDIA_BODY_MAX, .fields = file_fields },
	{ GET, "/files/{id}", page_file, ANYONE }, /* the bytes, on both faces */
	{ POST, "/files/{id}/remove", post_file_remove, PERSON, .fields = removed_fields },
	{ GET, "/petitions/{id}/sign", page_sign, PERSON, FACE_HTML },
	{ POST, "/petitions/{id}/sign", post_sign, PERSON, .fields = signed_fields },
	{ GET, "/petitions/{id}/signers", page_signers, ANYONE, .fields = signers_fields },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return app_run(
	    &(struct app){ .name = "petitions", .routes = routes, .enter = civic_enter, .login = civic_login },
	    argc, argv);
}
