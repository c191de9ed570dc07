#include "civic/petition.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "civic/cursor.h"
#include "civic/petition_search.h"
#include "civic/refusal.h"

/* The pieces of one list in three orders, with and without a search: still constants with `?`. A
 * page goes on after (value, id), so that rows which arrive meanwhile move nothing. */
#define COLUMNS \
	"SELECT p.id, p.title, p.lang, p.state, p.verdict, COALESCE(t.signature_count, p.outside_count) AS " \
	"signature_count, p.threshold, p.published_at, p.closes_at, p.listed_at, p.reason, " \
	"UTC_TIMESTAMP() AS now FROM petition p LEFT JOIN petition_total t ON t.petition_id = p.id " \
	"AND t.community_id = p.community_id WHERE p.community_id = ? AND p.section IN (?, ?, ?, ?, ?) "
#define SEARCH "AND " PETITION_FOUND
#define NEWEST "AND (p.listed_at < ? OR (p.listed_at = ? AND p.id < ?)) ORDER BY p.listed_at DESC, p.id DESC LIMIT ?"
#define CLOSING "AND (p.closes_at > ? OR (p.closes_at = ? AND p.id > ?)) ORDER BY p.closes_at, p.id LIMIT ?"
#define MOST \
	"AND (COALESCE(t.signature_count, p.outside_count) < ? OR " \
	"(COALESCE(t.signature_count, p.outside_count) = ? AND p.id < ?)) " \
	"ORDER BY COALESCE(t.signature_count, p.outside_count) DESC, p.id DESC LIMIT ?"

enum { SECTIONS = 5 }; /* petition_sections */

struct prepared {
	const char *sections[SECTIONS];
};

#define SECTION_ARGS(p) \
	TEXT((p)->sections[0]), TEXT((p)->sections[1]), TEXT((p)->sections[2]), TEXT((p)->sections[3]), \
	    TEXT((p)->sections[4])

static struct prepared
prepare(const struct petition_query *q)
{
	struct prepared p;

	for (size_t i = 0; i < SECTIONS; i++)
		p.sections[i] = q->section != NULL ? q->section : petition_sections[i];
	return p;
}

static json_t *
rows_of(struct db *db, const struct petition_query *q, const struct prepared *p,
    const struct cursor *c)
{
	SQL(list_newest, COLUMNS NEWEST);
	SQL(list_closing, COLUMNS CLOSING);
	SQL(list_most, COLUMNS MOST);
	SQL(find_newest, COLUMNS SEARCH NEWEST);
	SQL(find_closing, COLUMNS SEARCH CLOSING);
	SQL(find_most, COLUMNS SEARCH MOST);
	static struct sql *const plain[] = { &list_newest, &list_closing, &list_most };
	static struct sql *const search[] = { &find_newest, &find_closing, &find_most };
	struct db_value value = q->sort == SORT_MOST ? INT(c->number) : TEXT(c->value);

	if (q->words == NULL)
		return db_rows(db, plain[q->sort],
		    ARGS(INT(q->community), SECTION_ARGS(p), value, value, INT(c->id), INT(q->limit + 1)));
	return db_rows(db, search[q->sort],
	    ARGS(INT(q->community), SECTION_ARGS(p), PETITION_FOUND_ARGS(q->community, q->words), value, value, INT(c->id),
	        INT(q->limit + 1)));
}

json_t *
petition_list(struct db *db, struct pool *pool, const struct petition_query *q, const char **next)
{
	static const char *const column[] = { "listed_at", "closes_at", "signature_count" };
	struct prepared p = prepare(q);
	struct cursor first = { .value = q->sort == SORT_CLOSING ? "1000-01-01 00:00:00" : "9999-12-31 23:59:59",
		.number = INT32_MAX, .id = q->sort == SORT_CLOSING ? 0 : INT64_MAX };
	struct cursor c;

	*next = NULL;
	if (!cursor_read(pool, q->after, q->sort == SORT_MOST, &c))
		c = first;
	json_t *rows = rows_of(db, q, &p, &c);
	if ((int64_t)json_array_size(rows) > q->limit) {
		json_array_remove(rows, (size_t)q->limit);
		json_t *last = json_array_get(rows, (size_t)q->limit - 1);
		*next = cursor_write(pool, json_object_get(last, column[q->sort]), json_object_get(last, "id"));
	}
	return rows;
}

int64_t
petition_found(struct db *db, const struct petition_query *q)
{
	SQL(count_found, "SELECT COUNT(*) AS n FROM (SELECT p.id FROM petition p WHERE p.community_id = ? "
	                 "AND p.section IN (?, ?, ?, ?, ?) " SEARCH "LIMIT 1000) AS found");
	struct prepared p = prepare(q);

	return db_number(db, &count_found,
	    ARGS(INT(q->community), SECTION_ARGS(&p), PETITION_FOUND_ARGS(q->community, q->words)), 0);
}

json_t *
petition_counts(struct db *db, int64_t community)
{
	SQL(count_sections, "SELECT section, COUNT(*) AS n FROM petition WHERE community_id = ? AND "
	                    "section IS NOT NULL GROUP BY section");
	json_t *counts = json_object(), *row;
	size_t i;

	for (i = 0; petition_sections[i] != NULL; i++)
		json_object_set_new(counts, petition_sections[i], json_integer(0));
	json_t *rows = db_rows(db, &count_sections, ARGS(INT(community)));
	json_array_foreach(rows, i, row)
		json_object_set(counts, json_string_value(json_object_get(row, "section")),
		    json_object_get(row, "n"));
	return counts;
}

json_t *
petition_own(struct db *db, int64_t community, int64_t author)
{
	SQL(own, "SELECT p.id, p.title, p.lang, p.state, p.verdict, COALESCE(t.signature_count, p.outside_count) AS "
	         "signature_count, p.threshold, p.published_at, p.closes_at, p.reason, UTC_TIMESTAMP() AS now "
	         "FROM petition p LEFT JOIN petition_total t ON t.petition_id = p.id "
	         "AND t.community_id = p.community_id "
	         "WHERE p.author_id = ? AND p.community_id = ? ORDER BY p.id DESC LIMIT 200");

	return db_rows(db, &own, ARGS(INT(author), INT(community)));
}

json_t *
petition_item(json_t *row)
{
	static const char *const sent[] = { "id", "title", "state", "signature_count", "threshold",
		"published_at", "closes_at" };
	json_t *item = json_object();

	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
		json_object_set(item, sent[i], json_object_get(row, sent[i]));
	return item;
}

json_t *
petition_card(json_t *row)
{
	json_t *card = petition_item(row);
	const char *state = json_string_value(json_object_get(row, "state"));
	const char *closes = json_string_value(json_object_get(row, "closes_at"));
	const char *code = json_string_value(json_object_get(row, "reason"));
	int64_t left = 0, threshold = json_integer_value(json_object_get(row, "threshold"));
	time_t now, end;

	if (closes != NULL && clock_parse(closes, &end) &&
	    clock_parse(json_string_value(json_object_get(row, "now")), &now))
		left = clock_days_left(now, end);
	json_object_set(card, "verdict", json_object_get(row, "verdict"));
	petition_state_flags(card, state);
	json_object_set_new(card, "is_reached",
	    json_boolean(threshold > 0 &&
	        json_integer_value(json_object_get(row, "signature_count")) >= threshold));
	json_object_set_new(card, "days_left", json_integer(left));
	json_object_set_new(card, "last_day", json_boolean(left == 0));
	json_object_set(card, "content_lang", json_object_get(row, "lang"));
	json_object_set_new(card, "refusal",
	    strcmp(state, "refused") == 0 && code != NULL
	        ? json_pack("{s:s, s:s}", "code", code, "label", refusal_label(code))
	        : json_null());
	return card;
}
