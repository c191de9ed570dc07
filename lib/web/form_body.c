#include "web/form_body.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "web/form.h"
#include "web/i18n.h"
#include "web/mime.h"
#include "web/problem.h"
#include "web/upload.h"

void
form_body_refuse(struct request *rq)
{
	reply_problem(rq, 400, "malformed-body", _("The form arrived damaged. Send it again."));
}

static void
refuse_size(struct request *rq)
{
	reply_problem(rq, 413, "too-large",
	    _("The texts of a form may be 1 MB together. Send less."));
}

static void
refuse_type(struct request *rq)
{
	reply_problem(rq, 415, "unsupported-type",
	    _("This kind of content can't be read here. Send a form."));
}

static json_t *
read_multipart(struct request *rq)
{
	const char *header = request_param(rq, "CONTENT_TYPE");
	struct upload upload;

	switch (upload_read(rq->pool, header, rq->body, rq->body_len, NULL, SIZE_MAX, &upload)) {
	case UPLOAD_DONE: return upload.texts;
	case UPLOAD_TOO_LARGE: refuse_size(rq); return NULL;
	case UPLOAD_MALFORMED:
	case UPLOAD_TOO_MANY: form_body_refuse(rq); return NULL;
	case UPLOAD_FAILED: request_fail(rq, "form: an upload without files failed"); return NULL;
	}
	return NULL;
}

static json_t *
read_urlencoded(struct request *rq, const char *encoded)
{
	json_t *pairs = form_decode(rq->pool, encoded, FORM_PAIRS_MAX);

	if (pairs == NULL)
		form_body_refuse(rq);
	return pairs;
}

/* Looks before jansson does: many small values would outgrow the request's memory, since what is
 * parsed there takes several times its length. */
static bool
is_modest(const char *s)
{
	size_t commas = 0, depth = 0;
	bool quoted = false;

	for (; *s != '\0'; s++) {
		if (*s == '"')
			quoted = !quoted;
		else if (quoted && *s == '\\' && s[1] != '\0')
			s++;
		else if (!quoted && *s == ',' && ++commas >= FORM_PAIRS_MAX)
			return false;
		else if (!quoted && (*s == '{' || *s == '[') && ++depth > FORM_PAIRS_MAX)
			return false;
	}
	return true;
}

static json_t *
text_of(const json_t *value)
{
	char digits[24];

	switch (json_typeof(value)) {
	case JSON_STRING: return json_string(json_string_value(value));
	case JSON_INTEGER:
		snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return json_string(digits);
	case JSON_TRUE: return json_string("1");
	case JSON_FALSE: return json_string("");
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_REAL:
	case JSON_NULL: break;
	}
	return json_null();
}

static json_t *
read_json(struct request *rq)
{
	json_t *sent = is_modest(rq->body) ?
	    json_loadb(rq->body, rq->body_len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	if (!json_is_object(sent)) {
		json_decref(sent);
		reply_problem(rq, 400, "malformed-body",
		    _("The body must be one flat JSON object. Check it and send it again."));
		return NULL;
	}
	json_t *pairs = json_array(), *value;
	const char *name;
	json_object_foreach(sent, name, value) {
		json_t *pair = json_array();
		json_array_append_new(pair, json_string(name));
		json_array_append_new(pair, text_of(value));
		json_array_append_new(pairs, pair);
	}
	json_decref(sent);
	return pairs;
}

json_t *
form_body_pairs(struct request *rq)
{
	const char *header = request_param(rq, "CONTENT_TYPE");
	struct mime type;

	if (rq->method == GET)
		return read_urlencoded(rq, rq->query);
	if (rq->body_len == 0)
		return json_array();
	if (!mime_parse(rq->pool, header, strlen(header), &type)) {
		refuse_type(rq);
		return NULL;
	}
	if (str_eq(type.type, "multipart/form-data"))
		return read_multipart(rq);
	bool urlencoded = str_eq(type.type, "application/x-www-form-urlencoded");
	const char *charset = mime_param(&type, "charset");
	if ((!urlencoded && !(rq->json && str_eq(type.type, "application/json"))) ||
	    (charset != NULL && strcasecmp(charset, "UTF-8") != 0)) {
		refuse_type(rq);
		return NULL;
	}
	if (rq->body_len > FORM_TEXT_MAX) {
		refuse_size(rq);
		return NULL;
	}
	if (memchr(rq->body, '\0', rq->body_len) != NULL) {
		form_body_refuse(rq);
		return NULL;
	}
	return urlencoded ? read_urlencoded(rq, rq->body) : read_json(rq);
}

const char *
form_sent(const struct request *rq, const char *name)
{
	const char *header = request_param(rq, "CONTENT_TYPE");
	struct mime type;
	struct upload upload;
	json_t *pair;
	size_t i;

	if (!mime_parse(rq->pool, header, strlen(header), &type))
		return NULL;
	if (str_eq(type.type, "application/x-www-form-urlencoded"))
		return form_raw(rq->pool, rq->body, name);
	if (upload_read(rq->pool, header, rq->body, rq->body_len, NULL, SIZE_MAX, &upload) !=
	    UPLOAD_DONE)
		return NULL;
	json_array_foreach(upload.texts, i, pair)
		if (str_eq(json_string_value(json_array_get(pair, 0)), name))
			return json_string_value(json_array_get(pair, 1));
	return NULL;
}
