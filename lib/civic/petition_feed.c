#include "civic/petition_feed.h"

json_t *
petition_feed(struct db *db, int64_t community)
{
	SQL(feed, "SELECT p.id, p.title, p.lang, LEFT(p.text, ?) AS start, CHAR_LENGTH(p.text) <= ? AS whole, "
	          "CONCAT(a.given_name, ' ', a.family_name) AS author_name, p.topic, p.published_at "
	          "FROM petition p LEFT JOIN person a ON a.id = p.author_id WHERE p.community_id = ? AND "
	          "p.section IS NOT NULL AND p.published_at IS NOT NULL "
	          "ORDER BY p.listed_at DESC, p.id DESC LIMIT ?");

	return db_rows(db, &feed,
	    ARGS(INT(FEED_TEXT_MAX), INT(FEED_TEXT_MAX), INT(community), INT(FEED_ENTRIES)));
}
