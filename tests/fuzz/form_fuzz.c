/* Fuzzes forms: the first byte chooses method and face, the first line is the Content-Type, the
 * rest the body. A form that is said to be right must be what its fields declare. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/fake_request.h"
#include "base/str.h"
#include "base/text.h"
#include "web/form.h"
#include "web/i18n.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const colours[] = { "blue", "yellow", NULL };
static const struct field fields[] = {
	{ .name = "title", .kind = FIELD_LINE, .min = 3, .max = 10, .label = "Title" },
	{ .name = "text", .kind = FIELD_LINES, .max = 20, .label = "Text" },
	{ .name = "year", .kind = FIELD_NUMBER, .min = -5, .max = 2100 },
	{ .name = "colour", .kind = FIELD_CHOICE, .choices = colours, .label = "Colour" },
	{ .name = "code", .kind = FIELD_LINE, .max = 100, .pattern = "([a-z]|a\\p{Lu})*\\d" },
	{ 0 }
};

static void
must(bool so)
{
	if (!so)
		abort();
}

static void
check(const struct request *rq)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		const char *text = form_text(rq, f->name);
		int64_t n = f->kind == FIELD_NUMBER ? form_number(rq, f->name) :
		    (int64_t)text_length(text);
		must(json_object_get(rq->form, f->name) != NULL);
		must(text_is_utf8(text, strlen(text)));
		must(f->kind == FIELD_LINES || strchr(text, '\n') == NULL);
		if (json_object_get(rq->errors, f->name) != NULL)
			continue;
		if (f->kind == FIELD_CHOICE)
			must(*text == '\0' || str_eq(text, "blue") || str_eq(text, "yellow"));
		else
			must(n >= f->min && n <= f->max);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pool *pool;
	const uint8_t *eol = size > 1 ? memchr(data + 1, '\n', size - 1) : NULL;

	if (eol == NULL)
		return 0;
	if (pool == NULL) {
		pool = pool_open(64 * 1024 * 1024);
		i18n_use(LANG_EN);
	}
	pool_enter(pool);
	size_t len = (size_t)(data + size - eol - 1);
	char *body = calloc(1, len + 1);
	memcpy(body, eol + 1, len);
	fake_type = str_ndup(pool, (const char *)data + 1, (size_t)(eol - data - 1));
	bool get = data[0] & 1;
	struct request rq = {
		.pool = pool,
		.method = get ? GET : POST,
		.json = data[0] & 2,
		.lang = LANG_EN,
		.query = get ? body : "",
		.body = get ? "" : body,
		.body_len = get ? 0 : len,
		.page = json_object(),
	};
	form_sent(&rq, "title");
	if (form_read(&rq, fields))
		check(&rq);
	else
		must(rq.reply.status >= 400 && rq.form == NULL && rq.errors == NULL);
	form_show(&rq, fields, NULL);
	must(json_array_size(json_object_get(rq.page, "form_errors")) ==
	    json_object_size(rq.errors));
	must(!rq.reply.failed);
	free(body);
	pool_leave(pool);
	return 0;
}
