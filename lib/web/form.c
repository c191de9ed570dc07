#include "web/form.h"

#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "web/form_body.h"
#include "web/i18n.h"
#include "web/pattern.h"

enum { DIGITS_MAX = 18 }; /* 10^18 - 1 fits an int64_t */

static void
add_error(json_t *errors, const char *name, const char *message)
{
	if (json_object_get(errors, name) == NULL)
		json_object_set_new(errors, name, json_string(message));
}

/* Whether a letter carries more marks than any language stacks: putting them in order takes the
 * square of their number, so such a text could hold up the process. */
static bool
is_overmarked(const char *s)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
	utf8proc_int32_t c, parts[8];
	int marks = 0, bounds = 0;

	while (*p != '\0') {
		p += utf8proc_iterate(p, -1, &c);
		if (c < 0x300) {
			marks = 0;
			continue;
		}
		utf8proc_ssize_t n =
		    utf8proc_decompose_char(c, parts, 8, UTF8PROC_DECOMPOSE, &bounds);
		for (utf8proc_ssize_t i = 0; i < n && i < 8; i++) {
			bool mark = utf8proc_get_property(parts[i])->combining_class != 0;
			marks = mark ? marks + 1 : 0;
			if (marks > FORM_MARKS_MAX)
				return true;
		}
	}
	return false;
}

/* The field's text as it was sent, "" where it was not; NULL where it can't be cleaned. */
static const char *
cleaned(struct request *rq, const struct field *field, json_t *pairs, json_t *errors)
{
	const char *text = NULL;
	json_t *pair;
	size_t i;

	json_array_foreach(pairs, i, pair) {
		if (!str_eq(json_string_value(json_array_get(pair, 0)), field->name))
			continue;
		if (text != NULL) {
			add_error(errors, field->name,
			    _("This field was sent twice. Send it once."));
			break;
		}
		text = json_string_value(json_array_get(pair, 1));
		if (text == NULL) {
			add_error(errors, field->name,
			    _("Send text, a whole number, or true or false in this field."));
			break;
		}
	}
	if (text == NULL)
		return "";
	if (is_overmarked(text))
		return NULL;
	return text_clean(rq->pool, text, field->kind == FIELD_LINES ? TEXT_LINES : TEXT_LINE);
}

/* Bytes of the space at s by which thousands are set apart: plain, no-break or narrow no-break. */
static size_t
thousands_space(const char *s)
{
	if (*s == ' ')
		return 1;
	if (str_starts(s, "\u00a0"))
		return strlen("\u00a0");
	return str_starts(s, "\u202f") ? strlen("\u202f") : 0;
}

/* "42", "-7", "6 000 000" as we show it ourselves. */
static bool
parse_number(const char *s, int64_t *out)
{
	static const char digits[] = "0123456789";
	bool negative = *s == '-';
	int64_t n = 0;
	size_t count = 0, space;

	s += negative;
	do {
		size_t run = strspn(s, digits);
		if (run == 0 || (count > 0 && run != 3) || (count += run) > DIGITS_MAX)
			return false;
		for (; run > 0; run--)
			n = n * 10 + (*s++ - '0');
		space = thousands_space(s);
		s += space;
	} while (space > 0);
	if (*s != '\0')
		return false;
	*out = negative ? -n : n;
	return true;
}

/* Its message, or NULL where text is right for the field. */
static const char *
check_number(struct request *rq, const struct field *field, const char *text, int64_t *n)
{
	*n = 0;
	if (*text == '\0' && (field->min > 0 || field->max < 0))
		return _("Fill in this field.");
	if (*text != '\0' && !parse_number(text, n))
		return _("Write a whole number.");
	if (*n < field->min || *n > field->max)
		return str_fmt(rq->pool, _("Write a number from %s to %s."),
		    i18n_number(rq->pool, rq->lang, field->min),
		    i18n_number(rq->pool, rq->lang, field->max));
	return NULL;
}

static const char *
check_choice(const struct field *field, const char *text)
{
	for (const char *const *choice = field->choices; *choice != NULL; choice++)
		if (str_eq(*choice, text))
			return NULL;
	return *text == '\0' && field->min == 0 ? NULL : _("Choose one of the options.");
}

static const char *
check_text(struct request *rq, const struct field *field, const char *text)
{
	int64_t len = (int64_t)text_length(text);

	if (len == 0)
		return field->min > 0 ? _("Fill in this field.") : NULL;
	if (len < field->min)
		return str_fmt(rq->pool,
		    i18n_plural(rq->lang, "Write at least %d character; now there are %d.",
			"Write at least %d characters; now there are %d.", (uint64_t)field->min),
		    (int)field->min, (int)len);
	if (len > field->max)
		return str_fmt(rq->pool,
		    i18n_plural(rq->lang, "Write at most %d character; now there are %d.",
			"Write at most %d characters; now there are %d.", (uint64_t)field->max),
		    (int)field->max, (int)len);
	if (field->pattern != NULL && !pattern_matches(field->pattern, text))
		return _("This does not look right. Please check it.");
	return NULL;
}

static void
read_field(struct request *rq, const struct field *field, const char *text, json_t *form,
    json_t *errors)
{
	const char *message = NULL;
	json_t *value = json_string(text);
	int64_t n;

	switch (field->kind) {
	case FIELD_LINE:
	case FIELD_LINES: message = check_text(rq, field, text); break;
	case FIELD_CHOICE: message = check_choice(field, text); break;
	case FIELD_NUMBER:
		message = check_number(rq, field, text, &n);
		if (message == NULL && *text != '\0') {
			json_decref(value);
			value = json_integer(n);
		}
		break;
	}
	json_object_set_new(form, field->name, value);
	if (message != NULL)
		add_error(errors, field->name, message);
}

static bool
is_declared(const struct field *fields, const char *name)
{
	for (; fields->name != NULL; fields++)
		if (str_eq(fields->name, name))
			return true;
	return false;
}

bool
form_read(struct request *rq, const struct field *fields)
{
	json_t *pairs = form_body_pairs(rq), *pair;
	size_t i;

	if (pairs == NULL)
		return false;
	json_t *form = json_object(), *errors = json_object();
	for (const struct field *field = fields; field->name != NULL; field++) {
		const char *text = cleaned(rq, field, pairs, errors);
		if (text == NULL) {
			form_body_refuse(rq);
			return false;
		}
		read_field(rq, field, text, form, errors);
	}
	if (rq->json && rq->method == POST)
		json_array_foreach(pairs, i, pair) {
			const char *name = json_string_value(json_array_get(pair, 0));
			if (!is_declared(fields, name) && !str_eq(name, "csrf"))
				add_error(errors, name, _("There is no such field."));
		}
	rq->form = form;
	rq->errors = errors;
	return true;
}

bool
form_right(const struct request *rq)
{
	return json_object_size(rq->errors) == 0;
}

static const char *
value_text(struct pool *pool, const json_t *value)
{
	if (json_is_integer(value))
		return str_fmt(pool, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return json_is_string(value) ? json_string_value(value) : "";
}

const char *
form_text(const struct request *rq, const char *name)
{
	return value_text(rq->pool, json_object_get(rq->form, name));
}

int64_t
form_number(const struct request *rq, const char *name)
{
	return json_integer_value(json_object_get(rq->form, name));
}

void
form_error(struct request *rq, const char *name, const char *message)
{
	if (rq->errors == NULL)
		rq->errors = json_object();
	add_error(rq->errors, name, message);
}

static json_t *
show_error(const char *name, const char *label, const json_t *message)
{
	return json_pack("{s:s, s:s?, s:s}", "name", name, "label", label, "message",
	    json_string_value(message));
}

static json_t *
show_chosen(const struct field *field, const char *value)
{
	json_t *chosen = json_object();

	for (const char *const *choice = field->choices; *choice != NULL; choice++)
		json_object_set_new(chosen, *choice, json_boolean(str_eq(*choice, value)));
	return chosen;
}

void
form_show(struct request *rq, const struct field *fields, json_t *values)
{
	json_t *form = json_object(), *list = json_array(), *message;
	const char *name;

	if (values == NULL)
		values = rq->form;

	for (const struct field *field = fields; field->name != NULL; field++) {
		const char *value = value_text(rq->pool, json_object_get(values, field->name));
		json_t *error = json_object_get(rq->errors, field->name);
		json_t *shown = json_pack("{sssO?sb}", "value", value, "error", error, "invalid",
		    error != NULL);
		if (field->kind == FIELD_CHOICE)
			json_object_set_new(shown, "chosen", show_chosen(field, value));
		json_object_set_new(form, field->name, shown);
		if (error != NULL)
			json_array_append_new(list, show_error(field->name,
			    field->label != NULL ? i18n_text(rq->lang, field->label) : NULL, error));
	}
	/* What a handler said of the form as a whole, or of a field that is not there. */
	json_object_foreach(rq->errors, name, message)
		if (!is_declared(fields, name))
			json_array_append_new(list, show_error(name, NULL, message));

	json_object_set_new(rq->page, "form", form);
	json_int_t count = (json_int_t)json_array_size(list);
	json_object_set_new(rq->page, "form_error_count", json_integer(count));
	json_object_set_new(rq->page, "has_errors", json_boolean(count > 0));
	json_object_set_new(rq->page, "form_errors", list);
}
