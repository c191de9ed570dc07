/* Atom feeds (RFC 4287): GET /petitions/feed of new petitions, GET /petitions/{id}/feed of one. */
#include "petitions.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "civic/community.h"
#include "civic/legal_clock.h"
#include "civic/petition_course.h"
#include "civic/petition_feed.h"
#include "civic/petition_state.h"
#include "civic/topic.h"
#include "web/i18n.h"
#include "web/problem.h"

enum { FEED_SECONDS = 60 };

static const char *
text(json_t *row, const char *name)
{
	const char *s = json_string_value(json_object_get(row, name));
	return s != NULL ? s : "";
}

/* s as XML 1.0 takes it: without control characters, which no reference may name either (§2.2). */
static void
add_text(struct request *rq, struct buf *b, const char *s)
{
	char *clean = str_dup(rq->pool, s), *to = clean;

	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= 0x20 || *s == '\n' || *s == '\t')
			*to++ = *s;
	buf_add_html(b, clean, (size_t)(to - clean));
}

static void
add_element(struct request *rq, struct buf *b, const char *name, const char *s)
{
	buf_fmt(b, "<%s>", name);
	add_text(rq, b, s);
	buf_fmt(b, "</%s>\n", name);
}

static void
begin(struct request *rq, struct buf *b, const char *path, const char *title, const char *page,
    const char *updated)
{
	const char *origin = request_origin(rq);

	buf_init(b, rq->pool);
	buf_fmt(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
	           "xml:lang=\"%s\">\n", rq->lang == LANG_EN ? "en" : "uk");
	add_element(rq, b, "id", str_fmt(rq->pool, "%s%s", origin, path));
	add_element(rq, b, "title", title);
	add_element(rq, b, "updated", *updated != '\0' ? updated : "1970-01-01T00:00:00Z");
	buf_add(b, "<author>");
	add_element(rq, b, "name", rq->community->title[rq->lang]);
	buf_add(b, "</author>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"");
	add_text(rq, b, str_fmt(rq->pool, "%s%s", origin, path));
	buf_add(b, "\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"");
	add_text(rq, b, str_fmt(rq->pool, "%s%s", origin, page));
	buf_add(b, "\"/>\n");
}

static void
add_link(struct request *rq, struct buf *b, int64_t id)
{
	buf_add(b, "<link rel=\"alternate\" type=\"text/html\" href=\"");
	add_text(rq, b, str_fmt(rq->pool, "%s/petitions/%" PRId64, request_origin(rq), id));
	buf_add(b, "\"/>\n");
}

static void
send(struct request *rq, struct buf *b)
{
	buf_add(b, "</feed>\n");
	reply_cacheable(rq, FEED_SECONDS);
	reply_text(rq, 200, "application/atom+xml; charset=utf-8", b->s);
}

static void
add_petition(struct request *rq, struct buf *b, json_t *row)
{
	int64_t id = json_integer_value(json_object_get(row, "id"));
	const char *author = text(row, "author_name"), *topic = text(row, "topic");

	buf_fmt(b, "<entry xml:lang=\"%s\">\n", text(row, "lang"));
	add_element(rq, b, "id", str_fmt(rq->pool, "%s/petitions/%" PRId64, request_origin(rq), id));
	add_element(rq, b, "title", text(row, "title"));
	add_element(rq, b, "published", text(row, "published_at"));
	add_element(rq, b, "updated", text(row, "published_at"));
	if (*author != '\0') {
		buf_add(b, "<author>");
		add_element(rq, b, "name", author);
		buf_add(b, "</author>\n");
	}
	if (*topic != '\0') {
		buf_fmt(b, "<category term=\"%s\" label=\"", topic);
		add_text(rq, b, topic_label(topic));
		buf_add(b, "\"/>\n");
	}
	add_link(rq, b, id);
	add_element(rq, b, "summary",
	    str_fmt(rq->pool, "%s%s", text(row, "start"), json_is_true(json_object_get(row, "whole")) ? "" : "…"));
	buf_add(b, "</entry>\n");
}

/* GET /petitions/feed */
void
page_feed(struct request *rq)
{
	json_t *rows = petition_feed(rq->db, rq->community_id), *row;
	struct buf b;
	size_t i;

	begin(rq, &b, "/petitions/feed",
	    str_fmt(rq->pool, "%s · %s", _("New petitions"), rq->community->title[rq->lang]), "/petitions",
	    text(json_array_get(rows, 0), "published_at"));
	json_array_foreach(rows, i, row)
		add_petition(rq, &b, row);
	send(rq, &b);
}

/* An event has no number that is shown: its state and second tell it from the others. */
static void
add_event(struct request *rq, struct buf *b, json_t *p, json_t *event, json_t *item)
{
	int64_t id = json_integer_value(json_object_get(p, "id"));

	buf_add(b, "<entry>\n");
	add_element(rq, b, "id", str_fmt(rq->pool, "%s/petitions/%" PRId64 "#%s-%s", request_origin(rq), id,
	    text(event, "to_state"), text(event, "at")));
	add_element(rq, b, "title", text(item, "label"));
	add_element(rq, b, "updated", text(event, "at"));
	add_link(rq, b, id);
	add_element(rq, b, "summary",
	    str_fmt(rq->pool, "%s: %s", text(item, "label"), text(p, "title")));
	buf_add(b, "</entry>\n");
}

/* What was done before everyone could see it is nobody's news. */
static bool
is_news(json_t *p, json_t *event)
{
	return strcmp(text(event, "at"), text(p, "published_at")) >= 0;
}

/* GET /petitions/{id}/feed */
void
page_petition_feed(struct request *rq)
{
	json_t *p = open_petition_of_path(rq), *event;
	struct buf b;

	if (p == NULL)
		return;
	if (json_is_null(json_object_get(p, "published_at"))) {
		reply_not_found(rq);
		return;
	}
	int64_t id = path_id(rq);
	json_t *events = petition_timeline(rq->db, rq->community_id, id);
	json_t *items = petition_course(p, events, json_array());
	size_t n = json_array_size(events);

	begin(rq, &b, str_fmt(rq->pool, "/petitions/%" PRId64 "/feed", id),
	    str_fmt(rq->pool, _("Petition № %lld. %s"), (long long)id, text(p, "title")),
	    str_fmt(rq->pool, "/petitions/%" PRId64, id), text(json_array_get(events, n > 0 ? n - 1 : 0), "at"));
	for (size_t i = n; i-- > 0;) {
		event = json_array_get(events, i);
		if (is_news(p, event))
			add_event(rq, &b, p, event, json_array_get(items, i));
	}
	send(rq, &b);
}
