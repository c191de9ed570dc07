#include "fields.h"

const struct json_field list_fields[] = {
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

const struct json_field show_fields[] = {
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
	{ "topic", JSON_KIND_TEXT, "what it is about, a code; null where the author named none" },
	{ "district_name", JSON_KIND_TEXT, "the part of the community that it is for; null: all of it" },
	{ "addressee", JSON_KIND_TEXT, "to whom it is addressed, or null" },
	{ "notice", JSON_KIND_OBJECT, "why it is suspended or hidden, else null" },
	{ "notice.text", JSON_KIND_TEXT, "the public reason" },
	{ "notice.at", JSON_KIND_TIME, "since when" },
	{ "verdict", JSON_KIND_TEXT, "supported, partly or not_supported; null before an answer" },
	{ "answer", JSON_KIND_TEXT, "the authority's answer, Markdown (CommonMark)" },
	{ "answered_by", JSON_KIND_TEXT, "the office or official that answered" },
	{ "answered_at", JSON_KIND_TIME, "when the answer was published" },
	{ "answer_files", JSON_KIND_LIST, "documents of the answer, each at /files/{id}" },
	{ "answer_files[].id", JSON_KIND_INT, "number of the file" },
	{ "answer_files[].name", JSON_KIND_TEXT, "its name" },
	{ "answer_files[].type", JSON_KIND_TEXT, "image/jpeg, image/png or application/pdf" },
	{ "answer_files[].size", JSON_KIND_INT, "bytes" },
	{ "answer_files[].width", JSON_KIND_INT, "pixels; null of a PDF" },
	{ "answer_files[].height", JSON_KIND_INT, "pixels; null of a PDF" },
	{ "milestones", JSON_KIND_LIST, "how it is carried out, oldest first" },
	{ "milestones[].id", JSON_KIND_INT, "number" },
	{ "milestones[].title", JSON_KIND_TEXT, "what was done" },
	{ "milestones[].text", JSON_KIND_TEXT, "Markdown (CommonMark)" },
	{ "milestones[].happened_on", JSON_KIND_TEXT, "the day, 2026-11-24" },
	{ "milestones[].files", JSON_KIND_LIST, "pictures, each at /files/{id}" },
	{ "milestones[].files[].id", JSON_KIND_INT, "number of the file" },
	{ "milestones[].files[].name", JSON_KIND_TEXT, "its name" },
	{ "milestones[].files[].type", JSON_KIND_TEXT, "image/jpeg, image/png or application/pdf" },
	{ "milestones[].files[].size", JSON_KIND_INT, "bytes" },
	{ "milestones[].files[].width", JSON_KIND_INT, "pixels; null of a PDF" },
	{ "milestones[].files[].height", JSON_KIND_INT, "pixels; null of a PDF" },
	{ "merged_into", JSON_KIND_INT, "the petition that it was joined to, or null" },
	{ "names_removed_at", JSON_KIND_TIME, "when the signers' names were removed for good, or null" },
	{ "events", JSON_KIND_LIST, "what happened to it, oldest first" },
	{ "events[].at", JSON_KIND_TIME, "when" },
	{ "events[].from_state", JSON_KIND_TEXT, "the state before" },
	{ "events[].to_state", JSON_KIND_TEXT, "the state after" },
	{ "steps", JSON_KIND_LIST, "what the law gives the authority to do, oldest first" },
	{ "steps[].step", JSON_KIND_TEXT, "review, contest, start, decision, answer or appeal" },
	{ "steps[].label", JSON_KIND_TEXT, "in words" },
	{ "steps[].norm", JSON_KIND_TEXT, "the article of law" },
	{ "steps[].office", JSON_KIND_TEXT, "who is responsible" },
	{ "steps[].started_at", JSON_KIND_TIME, "when its term began" },
	{ "steps[].due_at", JSON_KIND_TIME, "the term's last second" },
	{ "steps[].done_at", JSON_KIND_TIME, "null while it is open" },
	{ "steps[].paused", JSON_KIND_BOOL, "its clock stands still" },
	{ "steps[].late", JSON_KIND_BOOL, "overdue, or done too late" },
	{ "steps[].days_late", JSON_KIND_INT, "by so many days of Kyiv's calendar" },
	{ "refusal", JSON_KIND_OBJECT, "why it was refused, else null" },
	{ "refusal.code", JSON_KIND_TEXT, "the reason's code" },
	{ "refusal.label", JSON_KIND_TEXT, "the reason in words" },
	{ "refusal.text", JSON_KIND_TEXT, "the moderator's explanation" },
	{ "refusal.at", JSON_KIND_TIME, "when" },
	{ 0 },
};

const struct json_field signers_fields[] = {
	{ "id", JSON_KIND_INT, "number of the petition" },
	{ "title", JSON_KIND_TEXT, "its title" },
	{ "outside_count", JSON_KIND_INT, "signatures brought as a total without names" },
	{ "hidden_count", JSON_KIND_INT, "signers who are counted without a public name" },
	{ "names_removed_at", JSON_KIND_TIME, "when the names were removed for good, or null" },
	{ "items", JSON_KIND_LIST, "signers of this page, newest first" },
	{ "items[].name", JSON_KIND_TEXT, "family name and given name" },
	{ "items[].signed_at", JSON_KIND_TIME, "when" },
	{ "next", JSON_KIND_TEXT, "the next page: ?after=…; null at the end" },
	{ 0 },
};

const struct json_field written_fields[] = {
	{ "id", JSON_KIND_INT, "number" },
	{ "state", JSON_KIND_TEXT, "draft, returned or submitted" },
	{ 0 },
};

const struct json_field file_fields[] = {
	{ "id", JSON_KIND_INT, "number of the file: /files/{id}" },
	{ "name", JSON_KIND_TEXT, "its name, with the ending of its type" },
	{ "type", JSON_KIND_TEXT, "image/jpeg, image/png or application/pdf" },
	{ "size", JSON_KIND_INT, "bytes, after cleaning" },
	{ "width", JSON_KIND_INT, "pixels; null of a PDF" },
	{ "height", JSON_KIND_INT, "pixels; null of a PDF" },
	{ 0 },
};

const struct json_field removed_fields[] = {
	{ "id", JSON_KIND_INT, "number of the file" },
	{ 0 },
};

const struct json_field signed_fields[] = {
	{ "id", JSON_KIND_INT, "number of the petition" },
	{ "signature_count", JSON_KIND_INT, "signatures so far with yours" },
	{ "already", JSON_KIND_BOOL, "you had signed it before" },
	{ "followed", JSON_KIND_BOOL, "you get letters about its answer (sent: follow)" },
	{ 0 },
};

const struct json_field changed_fields[] = {
	{ "id", JSON_KIND_INT, "number of the petition" },
	{ "state", JSON_KIND_TEXT, "what it (or your signature) is now" },
	{ 0 },
};

const struct json_field merge_fields[] = {
	{ "id", JSON_KIND_INT, "number of the proposal" },
	{ "result", JSON_KIND_TEXT, "agreed (the other author's answer is missing), merged or declined" },
	{ 0 },
};

const struct json_field similar_fields[] = {
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

const struct json_field terms_fields[] = {
	{ "items", JSON_KIND_LIST, "what the law gives to do, by its order" },
	{ "items[].step", JSON_KIND_TEXT, "review, contest, start, decision, answer or appeal" },
	{ "items[].label", JSON_KIND_TEXT, "in words" },
	{ "items[].norm", JSON_KIND_TEXT, "the article of law" },
	{ "items[].days", JSON_KIND_INT, "the term" },
	{ "items[].working", JSON_KIND_BOOL, "in working days, else calendar days" },
	{ "items[].done", JSON_KIND_INT, "how many were done" },
	{ "items[].in_time", JSON_KIND_INT, "of them, in time" },
	{ "items[].open", JSON_KIND_INT, "how many wait now" },
	{ "items[].overdue", JSON_KIND_INT, "of them, overdue" },
	{ "items[].median_days", JSON_KIND_TEXT, "calendar days that it usually takes, such as 2.5; null where none was done" },
	{ 0 },
};

const struct json_field days_fields[] = {
	{ "id", JSON_KIND_INT, "number of the petition" },
	{ "title", JSON_KIND_TEXT, "its title" },
	{ "outside_count", JSON_KIND_INT, "signatures brought as a total, of no day" },
	{ "items", JSON_KIND_LIST, "days with a change, oldest first" },
	{ "items[].day", JSON_KIND_TEXT, "the day in Kyiv, 2026-11-24" },
	{ "items[].count", JSON_KIND_INT, "signatures of that day; those withdrawn that day are taken off" },
	{ "items[].total", JSON_KIND_INT, "with all days before" },
	{ 0 },
};

const struct json_field export_fields[] = {
	{ "part", JSON_KIND_INT, "?part=…, from 1" },
	{ "parts", JSON_KIND_INT, "how many there are" },
	{ "items", JSON_KIND_LIST, "what was ever public, oldest first; of a hidden one only id, state and published_at" },
	{ "items[].id", JSON_KIND_INT, "number" },
	{ "items[].title", JSON_KIND_TEXT, "title" },
	{ "items[].text", JSON_KIND_TEXT, "Markdown (CommonMark)" },
	{ "items[].state", JSON_KIND_TEXT, "its state" },
	{ "items[].topic", JSON_KIND_TEXT, "a code, or null" },
	{ "items[].district", JSON_KIND_TEXT, "the part of the community that it is for; null: all of it" },
	{ "items[].addressee", JSON_KIND_TEXT, "to whom, or null" },
	{ "items[].author_name", JSON_KIND_TEXT, "null where it was imported without a name" },
	{ "items[].published_at", JSON_KIND_TIME, "when it was published" },
	{ "items[].closes_at", JSON_KIND_TIME, "when signing ends" },
	{ "items[].threshold", JSON_KIND_INT, "signatures needed" },
	{ "items[].signature_count", JSON_KIND_INT, "signatures" },
	{ "items[].outside_count", JSON_KIND_INT, "of them, brought as a total" },
	{ "items[].verdict", JSON_KIND_TEXT, "supported, partly or not_supported" },
	{ "items[].answer", JSON_KIND_TEXT, "the authority's answer, Markdown" },
	{ "items[].answered_at", JSON_KIND_TIME, "when it was published" },
	{ "items[].answered_by", JSON_KIND_TEXT, "the office or official" },
	{ "items[].refusal", JSON_KIND_TEXT, "the reason's code, where it was refused" },
	{ 0 },
};
