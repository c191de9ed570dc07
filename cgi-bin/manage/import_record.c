#include "import_record.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/text.h"
#include "civic/moderation.h"
#include "civic/petition.h"

static const char *const state_names[] = {
	[IMPORT_REJECTED] = "rejected", [IMPORT_CLOSED] = "closed", [IMPORT_OPEN] = "open"
};

struct reading {
	struct pool *pool;
	json_t *line;
	time_t now;
	const char *broken; /* sticky */
};

static void
broken(struct reading *in, const char *why)
{
	if (in->broken == NULL)
		in->broken = why;
}

/* A cleaned text, "" where it is null or absent. jansson has refused broken UTF-8 and NUL. */
static const char *
text_in(struct reading *in, json_t *of, const char *name, enum text_shape shape)
{
	json_t *value = json_object_get(of, name);

	if (value == NULL || json_is_null(value))
		return "";
	const char *clean =
	    json_is_string(value) ? text_clean(in->pool, json_string_value(value), shape) : NULL;
	if (clean == NULL)
		broken(in, str_fmt(in->pool, "\"%s\" is no text", name));
	return clean != NULL ? clean : "";
}

static int64_t
number_in(struct reading *in, const char *name, int64_t least, int64_t most)
{
	json_t *value = json_object_get(in->line, name);
	int64_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < least || n > most)
		broken(in, str_fmt(in->pool, "\"%s\" is no number from %lld to %lld", name,
				   (long long)least, (long long)most));
	return n;
}

/* A date, 0 where it is null or absent. */
static time_t
date_in(struct reading *in, const char *name)
{
	json_t *value = json_object_get(in->line, name);
	time_t at = 0;

	if (value == NULL || json_is_null(value))
		return 0;
	if (!json_is_string(value) || !clock_parse(json_string_value(value), &at))
		broken(in, str_fmt(in->pool, "\"%s\" is no date", name));
	else if (at <= 0 || at > in->now)
		broken(in, str_fmt(in->pool, "\"%s\" is before 1970 or in the future", name));
	return at;
}

static time_t
needed_date(struct reading *in, const char *name)
{
	time_t at = date_in(in, name);

	if (at == 0)
		broken(in, str_fmt(in->pool, "\"%s\" is missing", name));
	return at;
}

static void
in_order(struct reading *in, time_t first, time_t second, const char *what)
{
	if (second != 0 && second < first)
		broken(in, str_fmt(in->pool, "it was %s", what));
}

static enum import_state
state_in(struct reading *in)
{
	const char *name = json_string_value(json_object_get(in->line, "state"));

	for (size_t i = 0; i < sizeof state_names / sizeof *state_names; i++)
		if (str_eq(name, state_names[i]))
			return (enum import_state)i;
	broken(in, "\"state\" is none of rejected, closed and open");
	return IMPORT_REJECTED;
}

static void
read_texts(struct reading *in, struct import_record *r)
{
	r->title = text_in(in, in->line, "action", TEXT_LINE);
	const char *background = text_in(in, in->line, "background", TEXT_LINES);
	const char *details = text_in(in, in->line, "additional_details", TEXT_LINES);

	r->text = *background == '\0' || *details == '\0'
		      ? str_fmt(in->pool, "%s%s", background, details)
		      : str_fmt(in->pool, "%s\n\n%s", background, details);
	if (*r->title == '\0')
		broken(in, "\"action\" is missing");
	if (text_length(r->title) > IMPORT_TITLE_MAX)
		broken(in, "\"action\" is longer than 200 characters");
	if (*r->text == '\0')
		broken(in, "\"background\" and \"additional_details\" are both missing");
	if (text_length(r->text) > PETITION_TEXT_MAX || strlen(r->text) > IMPORT_TEXT_BYTES)
		broken(in, "the text is longer than 20,000 characters or 65,535 bytes");
}

static void
read_rejection(struct reading *in, struct import_record *r)
{
	json_t *rejection = json_object_get(in->line, "rejection");

	r->reason = text_in(in, rejection, "code", TEXT_LINE);
	if (*r->reason == '\0' || strlen(r->reason) > IMPORT_CODE_MAX ||
	    strspn(r->reason, "abcdefghijklmnopqrstuvwxyz-_") != strlen(r->reason))
		broken(in, "it was rejected, but \"rejection\" has no code");
	const char *remarks = text_in(in, rejection, "details", TEXT_LINES);
	if (text_length(remarks) > EXPLANATION_MAX)
		broken(in, "the details of its rejection are longer than 4,000 characters");
	r->remarks = *remarks != '\0' ? remarks : NULL;
}

static void
read_dates(struct reading *in, struct import_record *r)
{
	r->created = needed_date(in, "created_at");
	r->updated = needed_date(in, "updated_at");
	r->submitted = date_in(in, "moderation_threshold_reached_at");
	if (r->submitted == 0)
		r->submitted = r->created;
	in_order(in, r->created, r->submitted, "sent in before it was created");
	in_order(in, r->created, r->updated, "updated before it was created");
	switch (r->state) {
	case IMPORT_REJECTED:
		r->rejected = needed_date(in, "rejected_at");
		in_order(in, r->submitted, r->rejected, "rejected before it was sent in");
		return;
	case IMPORT_CLOSED: r->closed = needed_date(in, "closed_at"); break;
	case IMPORT_OPEN: break;
	}
	r->opened = needed_date(in, "opened_at");
	r->response_reached = date_in(in, "response_threshold_reached_at");
	in_order(in, r->submitted, r->opened, "opened before it was sent in");
	in_order(in, r->opened, r->closed, "closed before it was opened");
	in_order(in, r->opened, r->response_reached, "answered by many before it was opened");
}

/* What the government answered: its summary, then the details. */
static void
read_response(struct reading *in, struct import_record *r)
{
	json_t *response = json_object_get(in->line, "government_response");
	const char *day = json_string_value(json_object_get(response, "responded_on"));

	if (!json_is_object(response) || r->state == IMPORT_REJECTED)
		return;
	const char *summary = text_in(in, response, "summary", TEXT_LINES);
	const char *details = text_in(in, response, "details", TEXT_LINES);
	r->response = *summary == '\0' || *details == '\0'
			  ? str_fmt(in->pool, "%s%s", summary, details)
			  : str_fmt(in->pool, "%s\n\n%s", summary, details);
	if (*r->response == '\0')
		broken(in, "\"government_response\" has no text");
	if (text_length(r->response) > IMPORT_ANSWER_MAX || strlen(r->response) > IMPORT_TEXT_BYTES)
		broken(in, "the response is longer than 20,000 characters or 65,535 bytes");
	if (day == NULL || !clock_parse(day, &r->responded))
		broken(in, "\"responded_on\" is no date");
	r->responded += 12 * 3600;
	if (r->responded < r->opened)
		r->responded = r->opened;
}

/* NULL, or why the line of len bytes is broken. */
static const char *
read_record(const struct import_source *from, size_t len, struct import_record *r)
{
	json_error_t error;
	struct reading in = { .pool = from->pool,
			      .now = from->now,
			      .line = json_loadb(from->line, len, JSON_REJECT_DUPLICATES, &error) };

	*r = (struct import_record){ 0 };
	if (in.line == NULL)
		return str_fmt(from->pool, "it is not JSON: %s", error.text);
	if (!json_is_object(in.line))
		return "it is no JSON object";
	r->id = number_in(&in, "id", 1, INT64_MAX);
	r->signature_count = number_in(&in, "signature_count", 0, IMPORT_COUNT_MAX);
	r->state = state_in(&in);
	read_texts(&in, r);
	if (r->state == IMPORT_REJECTED)
		read_rejection(&in, r);
	read_dates(&in, r);
	read_response(&in, r);
	return in.broken;
}

/* The next line's length without its end; more than IMPORT_LINE_MAX where it is too long, -1 at the
 * file's end. */
static int64_t
read_line(struct import_source *from)
{
	int64_t len = 0;
	int c;

	while ((c = getc_unlocked(from->file)) != EOF && c != '\n') {
		if (len < IMPORT_LINE_MAX)
			from->line[len] = (char)c;
		len++;
	}
	from->line[len < IMPORT_LINE_MAX ? len : IMPORT_LINE_MAX] = '\0';
	return c == EOF && len == 0 ? -1 : len;
}

enum import_line
import_next(struct import_source *from, struct import_record *r, const char **why)
{
	int64_t len = read_line(from);

	if (len == -1)
		return IMPORT_NONE;
	if (strspn(from->line, " \t\r") == (size_t)len)
		return IMPORT_EMPTY;
	*why = len > IMPORT_LINE_MAX ? "it is longer than 1 MB" : read_record(from, (size_t)len, r);
	return *why != NULL ? IMPORT_BROKEN : IMPORT_GOOD;
}
