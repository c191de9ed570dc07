/* mail: what the demonstration's people got by letter, since nothing leaves a demonstration. */
#include <string.h>

#include "base/str.h"
#include "standin.h"
#include "web/mail_box.h"
#include "web/problem.h"

enum { LINKS_MAX = 20 };

/* The addresses in a text, each on a line of its own there. */
static json_t *
links(struct request *rq, const char *text)
{
	json_t *list = json_array();

	for (const char *p = text; (p = strstr(p, "http")) != NULL && json_array_size(list) < LINKS_MAX;) {
		size_t len = strcspn(p, " \n");
		const char *href = str_ndup(rq->pool, p, len);
		if (str_starts(href, "http://") || str_starts(href, "https://"))
			json_array_append_new(list, json_pack("{s:s}", "href", href));
		p += len;
	}
	return list;
}

/* GET /standin-id/mail: the newest; ?n=NUMBER: one. */
void
page_mail(struct request *rq)
{
	int64_t number = query_int(rq, "n", 1, INT64_MAX, 0);
	json_t *letter = number > 0 ? mail_box_read(rq->pool, number) : json_null();
	json_t *list = number > 0 ? json_array() : mail_box_list(rq->pool);

	if (letter == NULL) {
		reply_problem(rq, 404, "not-found", "There is no such letter.");
		return;
	}
	if (json_is_object(letter))
		json_object_set_new(letter, "links",
		    links(rq, json_string_value(json_object_get(letter, "text"))));
	json_object_set_new(rq->page, "letter", letter);
	json_object_set_new(rq->page, "letters", list);
	json_object_set_new(rq->page, "has_letters", json_boolean(json_array_size(list) > 0));
	json_object_set_new(rq->page, "is_empty", json_boolean(number == 0 && json_array_size(list) == 0));
	reply_view(rq, 200, "standin-id/mail");
}
