#include "civic/petition.h"

#include <string.h>

#include "base/clock.h"
#include "civic/refusal.h"

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
	const char *today = json_string_value(json_object_get(row, "now"));
	time_t now, end;

	/* Both as the database writes them, so that their order is that of the letters; most ended long ago. */
	if (closes != NULL && today != NULL && strcmp(closes, today) > 0 && clock_parse(closes, &end) &&
	    clock_parse(today, &now))
		left = clock_days_left(now, end);
	json_object_set(card, "verdict", json_object_get(row, "verdict"));
	petition_state_card(card, state);
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
