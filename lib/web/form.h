/*
 * form: fields declared as data, validated before a handler looks at them.
 *
 * Reads application/x-www-form-urlencoded, multipart/form-data (texts; files through web/upload.h)
 * and, on the JSON face, application/json (one flat object). Broken UTF-8, NUL, a bad multipart or
 * JSON body: 400 and nothing is kept. Texts are cleaned (base/text.h) before their length counts.
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

struct field {
	const char *name;
	enum field_kind kind;
	int64_t min, max;           /* length in characters; min 0: may be left empty */
	const char *pattern;        /* PCRE2, anchored by the library, under match limits; or NULL */
	const char *const *choices; /* NULL-terminated, for FIELD_CHOICE */
	const char *label;          /* msgid, named in errors: "Title" */
};

/* Reads and validates. False where the body itself is broken: it has replied 400 already. Field
 * errors do not make it false: see form_right(). rq->form then has every declared field (texts
 * cleaned, "" where absent; numbers, 0), rq->errors the messages in the reader's language. */
bool form_read(struct request *rq, const struct field *fields);

bool form_right(const struct request *rq);
const char *form_text(const struct request *rq, const char *name);
int64_t form_number(const struct request *rq, const char *name);
void form_error(struct request *rq, const char *name, const char *message);

/* The view's model of the form in page.form: {name: {value, error|null}…} and page.form_errors:
 * [{name, message}], page.form_error_count. values: {field: text} for a form not yet sent (may be
 * NULL: rq->form is used). */
void form_show(struct request *rq, const struct field *fields, json_t *values);

/* One raw field of an urlencoded body or query, decoded; NULL where absent. */
const char *form_raw(struct pool *pool, const char *encoded, const char *name);

/* Decodes application/x-www-form-urlencoded into [[name, value]…], at most max pairs; NULL where it
 * is malformed, not UTF-8 or has a NUL. */
json_t *form_decode(struct pool *pool, const char *encoded, size_t max);

#endif
