/*
 * form: fields declared as data, validated before a handler looks at them.
 *
 * Reads application/x-www-form-urlencoded, multipart/form-data (texts; files through web/upload.h)
 * and, on the JSON face, application/json: one flat object of texts, integers and booleans (true is
 * "1", so a checkbox's one choice is "1"; false is empty). A GET's fields are its query. Broken
 * UTF-8, NUL, a bad multipart or JSON body: 400 and nothing is kept. Texts are cleaned
 * (base/text.h) before their length counts.
 *
 * What is sent beyond the declared fields is passed over; the JSON face's bodies get an error for
 * it (but for csrf), since a bot's author wants to know of the misspelt name.
 */
#ifndef VICHE_WEB_FORM_H
#define VICHE_WEB_FORM_H

#include "web/request.h"

enum field_kind {
	FIELD_LINE,   /* one line */
	FIELD_LINES,  /* several lines */
	FIELD_NUMBER, /* an integer; min and max are its bounds */
	FIELD_CHOICE  /* one of choices */
};

/* A list of fields ends with { 0 }. */
struct field {
	const char *name;
	enum field_kind kind;
	/* Length in characters; min 0: may be left empty (a number: if its bounds allow 0). */
	int64_t min, max;
	const char *pattern;        /* PCRE2 for the whole text, under match limits; or NULL */
	const char *const *choices; /* NULL-terminated, for FIELD_CHOICE */
	const char *label;          /* msgid, named in errors: "Title" */
};

enum {
	FORM_PAIRS_MAX = 200,        /* pairs of name and value in a body or query */
	FORM_TEXT_MAX = 1024 * 1024, /* bytes of a body of texts, whatever the route takes */
	FORM_MARKS_MAX = 30          /* marks on one letter (UAX #15 §13); more cost squared time */
};

/* Reads and validates. False where the body itself is broken: it has replied 400 already (413 too
 * large, 415 of another type). Field errors do not make it false: see form_right(). rq->form then
 * has every declared field (texts cleaned, "" where absent; numbers as integers, or as the text
 * that was sent where that is wrong), rq->errors the messages in the reader's language. */
bool form_read(struct request *rq, const struct field *fields);

bool form_right(const struct request *rq);
/* The field as text, "" where it is not there. */
const char *form_text(const struct request *rq, const char *name);
/* The field as a number, 0 where it is not there or is none. */
int64_t form_number(const struct request *rq, const char *name);
/* A field has one message: the first one stays. */
void form_error(struct request *rq, const char *name, const char *message);

/* The view's model of the form in page.form: {name: {value, error|null, invalid}…}, of a choice
 * also chosen: {choice: bool…}; and page.form_errors: [{name, label or null, message}],
 * page.form_error_count, page.has_errors. values: {field: text} for a form not yet sent (may be
 * NULL: rq->form is used). */
void form_show(struct request *rq, const struct field *fields, json_t *values);

/* One raw field of the request's body, urlencoded or multipart, decoded; NULL where absent. For
 * what must be known before form_read(), such as csrf. */
const char *form_sent(const struct request *rq, const char *name);

/* One raw field of an urlencoded body or query, decoded; NULL where absent or malformed. */
const char *form_raw(struct pool *pool, const char *encoded, const char *name);

/* Decodes application/x-www-form-urlencoded into [[name, value]…]; NULL where it is malformed, not
 * UTF-8, has a NUL or more than max pairs. */
json_t *form_decode(struct pool *pool, const char *encoded, size_t max);

#endif
