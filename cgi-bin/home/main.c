/*
 * home: the community's front page, and the page for every address that no program knows.
 */
#include "civic/enter.h"
#include "civic/petition.h"

enum { OPEN_NOW = 6 };

static void
page_home(struct request *rq)
{
	SQL(count_signatures, "SELECT COALESCE(SUM(signature_count), 0) AS n FROM petition_total "
	                      "WHERE community_id = ?");
	const char *next;
	json_t *cards = json_array(), *row;
	size_t i;

	json_t *counts = petition_counts(rq->db, rq->community_id);
	json_t *rows = petition_list(rq->db, rq->pool,
	    &(struct petition_query){ .community = rq->community_id, .filter.section = "collecting", .expected = -1,
	        .sort = SORT_CLOSING, .limit = OPEN_NOW },
	    &next);
	json_array_foreach(rows, i, row)
		json_array_append_new(cards, petition_card(row));
	json_object_set_new(rq->page, "rows", cards);
	json_object_set_new(rq->page, "has_rows", json_boolean(json_array_size(cards) > 0));
	json_object_set_new(rq->data, "counts",
	    json_pack("{s:O, s:O, s:I}", "collecting", json_object_get(counts, "collecting"), "reached",
	        json_object_get(counts, "reached"), "signatures",
	        (json_int_t)db_number(rq->db, &count_signatures, ARGS(INT(rq->community_id)), 0)));
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
