/*
 * home: the community's front page, and the page for every address that no program knows.
 */
#include "civic/enter.h"
#include "civic/petition.h"

enum { OPEN_NOW = 6, ANSWERED_LATELY = 3 };

/* The first cards of a section; how many there are. */
static size_t
show_section(struct request *rq, const char *name, const char *section, enum petition_sort sort, int64_t limit)
{
	json_t *cards = json_array(), *row;
	const char *next;
	size_t i;

	json_t *rows = petition_list(rq->db, rq->pool,
	    &(struct petition_query){ .community = rq->community_id, .filter.section = section, .expected = -1,
	        .sort = sort, .limit = limit },
	    &next);
	json_array_foreach(rows, i, row)
		json_array_append_new(cards, petition_card(row));
	json_object_set_new(rq->page, name, cards);
	return json_array_size(cards);
}

static void
page_home(struct request *rq)
{
	json_t *counts = petition_counts(rq->db, rq->community_id);
	json_int_t answered = json_integer_value(json_object_get(counts, "answered"));

	json_object_set_new(rq->page, "has_rows",
	    json_boolean(show_section(rq, "rows", "collecting", SORT_CLOSING, OPEN_NOW) > 0));
	json_object_set_new(rq->page, "has_answered",
	    json_boolean(show_section(rq, "answered", "answered", SORT_NEWEST, ANSWERED_LATELY) > 0));
	json_object_set_new(rq->data, "counts",
	    json_pack("{s:O, s:I, s:I, s:I}", "collecting", json_object_get(counts, "collecting"), "reached",
	        json_integer_value(json_object_get(counts, "reached")) + answered, "answered", answered, "signatures",
	        (json_int_t)petition_signature_sum(rq->db, rq->community_id)));
	reply_cacheable(rq, 1);
	reply_view(rq, 200, "home/index");
}

static void
text_robots(struct request *rq)
{
	reply_cacheable(rq, 60);
	reply_text(rq, 200, "text/plain; charset=utf-8",
	    "User-agent: *\nDisallow: /login\nDisallow: /me\nDisallow: /moderation\n");
}

static const struct json_field home_fields[] = {
	{ "counts", JSON_KIND_OBJECT, "live numbers of this community" },
	{ "counts.collecting", JSON_KIND_INT, "petitions that gather signatures now" },
	{ "counts.reached", JSON_KIND_INT, "petitions that reached their threshold" },
	{ "counts.answered", JSON_KIND_INT, "of them, answered by the authority" },
	{ "counts.signatures", JSON_KIND_INT, "signatures under all petitions" },
	{ 0 },
};

static const struct route routes[] = {
	{ GET, "/", page_home, ANYONE, .fields = home_fields },
	{ GET, "/robots.txt", text_robots, ANYONE, FACE_HTML },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return app_run(
	    &(struct app){ .name = "home", .routes = routes, .enter = civic_enter, .login = civic_login },
	    argc, argv);
}
