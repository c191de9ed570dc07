#include "civic/petition.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/str.h"
#include "civic/cursor.h"
#include "civic/petition_search.h"
#include "civic/rules.h"

/*
 * One list in four orders, narrowed in four ways: constants with `?`, so that each goes along the index
 * that gives its order and reads little more than the page. A page goes on after (value, id), so that
 * rows which arrive meanwhile move nothing.
 *
 * By time the petition leads, by signatures its total. What a filter lets through is picked up on that
 * way while it is common; where it is rare the way would be long, and the few are sorted instead. A
 * search sorts what it found, or walks along the order where its words are frequent
 * (civic/petition_search.h).
 */
#define COLUMNS \
	"p.id, p.title, p.lang, p.state, p.verdict, COALESCE(t.signature_count, p.outside_count) AS " \
	"signature_count, t.day_count, p.threshold, p.published_at, p.closes_at, p.listed_at, p.reason, " \
	"p.topic, p.district_id, UTC_TIMESTAMP() AS now "
#define WITH_TOTAL "LEFT JOIN petition_total t ON t.petition_id = p.id AND t.community_id = p.community_id "
/* An index is named where it must drive, whatever statistics say: the order comes with it. */
#define TOTAL "SELECT " COLUMNS "FROM petition_total t "
#define TOTAL_LEADS \
	"STRAIGHT_JOIN petition p ON p.id = t.petition_id AND p.community_id = t.community_id " \
	"WHERE t.community_id = ? AND "
#define PETITION "SELECT " COLUMNS "FROM petition p "
/* All that was found is sorted, so its number comes with the first page. */
#define FOUND "SELECT SQL_CALC_FOUND_ROWS " COLUMNS "FROM petition p "
#define LEADS WITH_TOTAL "WHERE p.community_id = ? AND "
#define NARROW \
	"AND (? = '' OR p.section = ?) AND (? = '' OR p.topic = ?) AND (? = 0 OR p.district_id = ?) " \
	"AND p.listed_at >= ? AND p.listed_at < ? "

#define NEWEST \
	"AND (p.listed_at < ? OR (p.listed_at = ? AND p.id < ?)) ORDER BY p.listed_at DESC, p.id DESC LIMIT ?"
#define CLOSING "AND (p.closes_at > ? OR (p.closes_at = ? AND p.id > ?)) ORDER BY p.closes_at, p.id LIMIT ?"
#define MOST \
	"AND (t.signature_count < ? OR (t.signature_count = ? AND t.petition_id < ?)) " \
	"ORDER BY t.signature_count DESC, t.petition_id DESC LIMIT ?"
#define TREND \
	"AND (t.day_count < ? OR (t.day_count = ? AND t.petition_id < ?)) " \
	"ORDER BY t.day_count DESC, t.petition_id DESC LIMIT ?"
#define SEARCHED "p.section IS NOT NULL AND " PETITION_FOUND NARROW
#define WALKED "p.section IS NOT NULL AND " PETITION_WALKED NARROW

enum {
	RARE = 1000,          /* so many are sorted in a few milliseconds */
	FOUND_COUNTED = 1000, /* a search says how many it found up to here */
	WALKED_COUNTED = 100  /* …where counting means walking */
};

/* Kyiv's year as bounds of listed_at; 0: all. */
static void
year_bounds(int64_t year, char from[static CLOCK_SQL], char until[static CLOCK_SQL])
{
	snprintf(from, CLOCK_SQL, "%04d-12-31 22:00:00", year == 0 ? 1000 : (int)year - 1);
	snprintf(until, CLOCK_SQL, "%04d-12-31 22:00:00", year == 0 ? 9998 : (int)year);
}

struct place {
	const struct petition_query *query;
	struct db_value value; /* of the order, where the page begins */
	int64_t id;
	char from[CLOCK_SQL], until[CLOCK_SQL];
};

#define NARROW_ARGS(q, at) \
	TEXT((q)->filter.section != NULL ? (q)->filter.section : ""), TEXT((q)->filter.section), \
	    TEXT((q)->filter.topic != NULL ? (q)->filter.topic : ""), TEXT((q)->filter.topic), \
	    INT((q)->filter.district), INT((q)->filter.district), TEXT((at)->from), TEXT((at)->until)
#define END_ARGS(q, at) (at)->value, (at)->value, INT((at)->id), INT((q)->limit + 1)

static json_t *
whole_list(struct db *db, const struct place *at)
{
	SQL(all_newest, PETITION "FORCE INDEX (by_date) " LEADS "p.section IS NOT NULL " NARROW NEWEST);
	SQL(all_closing, PETITION "FORCE INDEX (by_date) " LEADS "p.section IS NOT NULL " NARROW CLOSING);
	SQL(all_most, TOTAL "FORCE INDEX (most) " TOTAL_LEADS "t.section IS NOT NULL " NARROW MOST);
	SQL(all_trend, TOTAL "FORCE INDEX (trend) " TOTAL_LEADS "t.section IS NOT NULL " NARROW TREND);
	static struct sql *const by[] = { &all_newest, &all_closing, &all_most, &all_trend };
	const struct petition_query *q = at->query;

	return db_rows(db, by[q->sort], ARGS(INT(q->community), NARROW_ARGS(q, at), END_ARGS(q, at)));
}

static json_t *
section_list(struct db *db, const struct place *at)
{
	SQL(list_newest, PETITION "FORCE INDEX (by_section) " LEADS "p.section = ? " NARROW NEWEST);
	SQL(list_closing, PETITION "FORCE INDEX (by_section_end) " LEADS "p.section = ? " NARROW CLOSING);
	SQL(list_most, TOTAL "FORCE INDEX (most_of_section) " TOTAL_LEADS "t.section = ? " NARROW MOST);
	SQL(list_trend, TOTAL "FORCE INDEX (trend_of_section) " TOTAL_LEADS "t.section = ? " NARROW TREND);
	static struct sql *const by[] = { &list_newest, &list_closing, &list_most, &list_trend };
	const struct petition_query *q = at->query;

	return db_rows(db, by[q->sort],
	    ARGS(INT(q->community), TEXT(q->filter.section), NARROW_ARGS(q, at), END_ARGS(q, at)));
}

static json_t *
district_list(struct db *db, const struct place *at)
{
#define OF_DISTRICT PETITION "FORCE INDEX (by_district) " LEADS "p.district_id = ? AND p.section IS NOT NULL " NARROW
	SQL(district_newest, OF_DISTRICT NEWEST);
	SQL(district_closing, OF_DISTRICT CLOSING);
	SQL(district_most, OF_DISTRICT MOST);
	SQL(district_trend, OF_DISTRICT TREND);
	static struct sql *const by[] = { &district_newest, &district_closing, &district_most, &district_trend };
	const struct petition_query *q = at->query;

	return db_rows(db, by[q->sort],
	    ARGS(INT(q->community), INT(q->filter.district), NARROW_ARGS(q, at), END_ARGS(q, at)));
}

static json_t *
topic_list(struct db *db, const struct place *at)
{
#define OF_TOPIC PETITION "FORCE INDEX (by_topic) " LEADS "p.topic = ? AND p.section IS NOT NULL " NARROW
	SQL(topic_newest, OF_TOPIC NEWEST);
	SQL(topic_closing, OF_TOPIC CLOSING);
	SQL(topic_most, OF_TOPIC MOST);
	SQL(topic_trend, OF_TOPIC TREND);
	static struct sql *const by[] = { &topic_newest, &topic_closing, &topic_most, &topic_trend };
	const struct petition_query *q = at->query;

	return db_rows(db, by[q->sort],
	    ARGS(INT(q->community), TEXT(q->filter.topic), NARROW_ARGS(q, at), END_ARGS(q, at)));
}

/* The few of a year. */
static json_t *
year_list(struct db *db, const struct place *at)
{
#define OF_YEAR PETITION "FORCE INDEX (by_section, by_date) " LEADS "p.section IS NOT NULL " NARROW
	SQL(year_newest, OF_YEAR NEWEST);
	SQL(year_closing, OF_YEAR CLOSING);
	SQL(year_most, OF_YEAR MOST);
	SQL(year_trend, OF_YEAR TREND);
	static struct sql *const by[] = { &year_newest, &year_closing, &year_most, &year_trend };
	const struct petition_query *q = at->query;

	return db_rows(db, by[q->sort], ARGS(INT(q->community), NARROW_ARGS(q, at), END_ARGS(q, at)));
}

static json_t *
plain_list(struct db *db, const struct place *at)
{
	const struct petition_query *q = at->query;
	bool apart = q->sort == SORT_NEWEST || (q->expected >= 0 && q->expected < RARE);

	if (apart && q->filter.district != 0)
		return district_list(db, at);
	if (apart && q->filter.topic != NULL)
		return topic_list(db, at);
	if (apart && q->filter.year != 0)
		return year_list(db, at);
	return q->filter.section != NULL ? section_list(db, at) : whole_list(db, at);
}

static json_t *
found_list(struct db *db, const struct place *at)
{
	SQL(find_newest, FOUND LEADS SEARCHED NEWEST);
	SQL(find_closing, FOUND LEADS SEARCHED CLOSING);
	SQL(find_most, FOUND LEADS SEARCHED MOST);
	SQL(find_trend, FOUND LEADS SEARCHED TREND);
	SQL(found_rows, "SELECT FOUND_ROWS() AS n");
	static struct sql *const by[] = { &find_newest, &find_closing, &find_most, &find_trend };
	const struct petition_query *q = at->query;

	json_t *rows = db_rows(db, by[q->sort],
	    ARGS(INT(q->community), PETITION_FOUND_ARGS(q->community, q->words), NARROW_ARGS(q, at),
	        END_ARGS(q, at)));
	if (q->found != NULL && q->after == NULL)
		*q->found = db_number(db, &found_rows, NO_ARGS, -1);
	return rows;
}

static json_t *
walked_list(struct db *db, const struct place *at)
{
	SQL(walk_newest, PETITION "FORCE INDEX (by_date) " LEADS WALKED NEWEST);
	SQL(walk_closing, PETITION LEADS WALKED CLOSING);
	SQL(walk_most, TOTAL "FORCE INDEX (most) " TOTAL_LEADS WALKED MOST);
	SQL(walk_trend, TOTAL "FORCE INDEX (trend) " TOTAL_LEADS WALKED TREND);
	static struct sql *const by[] = { &walk_newest, &walk_closing, &walk_most, &walk_trend };
	const struct petition_query *q = at->query;

	return db_rows(db, by[q->sort],
	    ARGS(INT(q->community), PETITION_WALKED_ARGS(q->words), NARROW_ARGS(q, at), END_ARGS(q, at)));
}

static const struct order {
	const char *column;
	bool numeric, rising;
} orders[] = { [SORT_NEWEST] = { "listed_at", false, false }, [SORT_CLOSING] = { "closes_at", false, true },
	[SORT_MOST] = { "signature_count", true, false }, [SORT_TREND] = { "day_count", true, false } };

static struct place
place_of(struct pool *pool, const struct petition_query *q)
{
	const struct order *o = &orders[q->sort];
	struct place at = { .query = q };
	struct cursor c;

	if (!cursor_read(pool, q->after, o->numeric, &c))
		c = (struct cursor){ .value = o->rising ? "1000-01-01 00:00:00" : "9999-12-31 23:59:59",
			.number = INT32_MAX, .id = o->rising ? 0 : INT64_MAX };
	at.value = o->numeric ? INT(c.number) : TEXT(c.value);
	at.id = c.id;
	year_bounds(q->filter.year, at.from, at.until);
	return at;
}

json_t *
petition_list(struct db *db, struct pool *pool, const struct petition_query *q, const char **next)
{
	struct place at = place_of(pool, q);
	json_t *rows = q->words == NULL ? plain_list(db, &at)
	    : q->words->walk            ? walked_list(db, &at)
	                                : found_list(db, &at), *row;
	size_t i;

	*next = NULL;
	if ((int64_t)json_array_size(rows) > q->limit) {
		json_array_remove(rows, (size_t)q->limit);
		json_t *last = json_array_get(rows, (size_t)q->limit - 1);
		*next = cursor_write(pool, json_object_get(last, orders[q->sort].column), json_object_get(last, "id"));
	}
	json_array_foreach(rows, i, row)
		json_object_set_new(row, "district_name",
		    district_name_of(db, q->community, json_integer_value(json_object_get(row, "district_id"))));
	return rows;
}

int64_t
petition_found(struct db *db, const struct petition_query *q, bool *more)
{
	SQL(count_found, "SELECT COUNT(*) AS n FROM (SELECT p.id FROM petition p WHERE p.community_id = ? "
	                 "AND " SEARCHED "LIMIT ?) AS found");
	SQL(count_walked, "SELECT COUNT(*) AS n FROM (SELECT p.id FROM petition p WHERE p.community_id = ? "
	                  "AND " WALKED "LIMIT ?) AS found");
	struct place at = { .query = q };
	int64_t most = q->words->walk ? WALKED_COUNTED : FOUND_COUNTED, n;

	year_bounds(q->filter.year, at.from, at.until);
	if (q->found != NULL && *q->found >= 0)
		n = *q->found;
	else if (q->words->walk)
		n = db_number(db, &count_walked,
		    ARGS(INT(q->community), PETITION_WALKED_ARGS(q->words), NARROW_ARGS(q, &at), INT(most + 1)), 0);
	else
		n = db_number(db, &count_found,
		    ARGS(INT(q->community), PETITION_FOUND_ARGS(q->community, q->words), NARROW_ARGS(q, &at),
		        INT(most + 1)),
		    0);
	*more = n > most;
	return *more ? most : n;
}
