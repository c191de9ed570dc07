#include "civic/petition_similar.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "civic/likeness.h"
#include "civic/petition.h"
#include "civic/stems.h"

enum {
	TELLING = 12,       /* more find nothing better */
	DOCUMENTS = 20000,  /* to be gathered: some 7 ms */
	CANDIDATES = 200,
	WITNESSES = 100,
	LETTERS = 1200      /* of the stems of a text: some 150; what is alike says so by then */
};

static json_t *
stems_list(struct likeness *l)
{
	json_t *list = json_array();
	const char *stem;
	size_t at = 0;

	json_array_append_new(list, json_string("")); /* counts the petitions */
	while ((stem = likeness_uncounted(l, &at)) != NULL)
		json_array_append_new(list, json_string(stem));
	return list;
}

static void
count_terms(struct db *db, struct likeness *l, int64_t community)
{
	SQL(stem_counts,
	    "SELECT c.stem, c.documents FROM JSON_TABLE(?, '$[*]' COLUMNS (stem VARCHAR(80) CHARACTER SET "
	    "utf8mb4 COLLATE utf8mb4_bin PATH '$')) j STRAIGHT_JOIN stem_count c ON c.community_id = ? "
	    "AND c.stem = j.stem LIMIT 5000");
	json_t *stems = stems_list(l), *row;
	size_t i;

	json_t *rows = db_rows(db, &stem_counts, ARGS(TEXT(json_dumps(stems, JSON_COMPACT)), INT(community)));
	json_array_foreach(rows, i, row) {
		const char *stem = json_string_value(json_object_get(row, "stem"));
		int64_t documents = json_integer_value(json_object_get(row, "documents"));
		if (*stem == '\0')
			likeness_total(l, documents);
		else
			likeness_count(l, stem, documents);
	}
}

/* [stem, weight]: whatever has one of them, the rarest weigh most. */
static const char *
weighed(struct likeness *l, const char *const *stems, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		double rarity = likeness_rarity(l, stems[i]);
		json_array_append_new(list, json_pack("[s, I]", stems[i], (json_int_t)lround(1000 * rarity * rarity)));
	}
	return json_dumps(list, JSON_COMPACT);
}

/* Numbers of the candidates and witnesses with one of the stems. */
static json_t *
fetch(struct db *db, const struct similar_query *q, const char *stems)
{
	SQL(alike,
	    "SELECT p.id, p.section, p.state FROM (SELECT t.petition_id FROM JSON_TABLE(?, '$[*]' COLUMNS "
	    "(term VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[0]', weight INT PATH '$[1]')) g "
	    "STRAIGHT_JOIN petition_term t ON t.community_id = ? AND t.term = g.term GROUP BY t.petition_id "
	    "ORDER BY SUM(g.weight) DESC, t.petition_id LIMIT 600) AS f STRAIGHT_JOIN petition p ON p.id = f.petition_id AND p.community_id = ? "
	    "WHERE p.section IS NOT NULL AND p.id <> ?");
	json_t *rows = db_rows(db, &alike,
	    ARGS(TEXT(stems), INT(q->community), INT(q->community), INT(q->exclude))), *row;
	size_t i, candidates = 0, witnesses = 0;
	json_t *ids = json_array();

	json_array_foreach(rows, i, row) {
		bool candidate = !str_eq(json_string_value(json_object_get(row, "section")), "refused") &&
		    !str_eq(json_string_value(json_object_get(row, "state")), "withdrawn");
		if (candidate ? candidates++ < CANDIDATES : witnesses++ < WITNESSES)
			json_array_append_new(ids,
			    json_pack("[O, b]", json_object_get(row, "id"), candidate));
	}
	return ids;
}

static void
add_petitions(struct db *db, struct likeness *l, int64_t community, json_t *ids)
{
	SQL(alike_stems,
	    "SELECT s.petition_id, j.candidate, s.title_stems, LEFT(s.text_stems, ?) AS text_stems, "
	    "COALESCE(t.signature_count, 0) AS signature_count FROM JSON_TABLE(?, '$[*]' COLUMNS "
	    "(id BIGINT PATH '$[0]', candidate BOOLEAN PATH '$[1]')) j STRAIGHT_JOIN petition_search s ON "
	    "s.petition_id = j.id AND s.community_id = ? LEFT JOIN petition_total t ON "
	    "t.petition_id = s.petition_id AND t.community_id = s.community_id");
	json_t *rows = db_rows(db, &alike_stems,
	    ARGS(INT(LETTERS), TEXT(json_dumps(ids, JSON_COMPACT)), INT(community))), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		likeness_add(l,
		    &(struct likeness_petition){
		        .id = json_integer_value(json_object_get(row, "petition_id")),
		        .signatures = json_integer_value(json_object_get(row, "signature_count")),
		        .title = json_string_value(json_object_get(row, "title_stems")),
		        .text = json_string_value(json_object_get(row, "text_stems")),
		        .candidate = json_is_true(json_object_get(row, "candidate")) });
}

/* In the order of the scores. */
static json_t *
cards_of(struct db *db, int64_t community, const struct likeness_score *best, size_t count)
{
	SQL(alike_rows,
	    "SELECT p.id, p.title, p.lang, p.state, p.verdict, COALESCE(t.signature_count, p.outside_count) AS "
	    "signature_count, p.threshold, p.published_at, p.closes_at, p.reason, j.score, UTC_TIMESTAMP() AS now "
	    "FROM JSON_TABLE(?, '$[*]' COLUMNS (place FOR ORDINALITY, id BIGINT PATH '$[0]', "
	    "score BIGINT PATH '$[1]')) j STRAIGHT_JOIN petition p ON p.id = j.id LEFT JOIN petition_total t ON "
	    "t.petition_id = p.id AND t.community_id = p.community_id WHERE p.community_id = ? AND "
	    PETITION_PUBLIC " ORDER BY j.place");
	json_t *ids = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(ids, json_pack("[I, I]", (json_int_t)best[i].id,
		                               (json_int_t)lround(1000 * best[i].score)));
	return db_rows(db, &alike_rows, ARGS(TEXT(json_dumps(ids, JSON_COMPACT)), INT(community)));
}

/* The stems of the title, and those of the text's beginning on one line. */
static struct likeness *
begin(struct pool *pool, const struct similar_query *q, bool *stemmed)
{
	const char *both = str_fmt(pool, "%s.\n%s", q->title, q->text), *stems = stems_of(pool, both);

	if (stemmed != NULL)
		*stemmed = stems != NULL;
	if (stems == NULL)
		stems = stems_without(pool, both);
	size_t line = strcspn(stems, "\n");
	char *text = str_dup(pool, stems + line);
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	return likeness_begin(pool, str_ndup(pool, stems, line), text);
}

json_t *
petition_similar(struct db *db, struct pool *pool, const struct similar_query *q, bool *stemmed)
{
	struct likeness_score best[PETITION_SIMILAR_MAX];
	const char *stems[TELLING];
	struct likeness *l = begin(pool, q, stemmed);
	size_t limit = q->limit < PETITION_SIMILAR_MAX ? (size_t)q->limit : PETITION_SIMILAR_MAX;

	count_terms(db, l, q->community);
	size_t count = likeness_telling(l, TELLING, DOCUMENTS, stems);
	if (count == 0)
		return json_array();
	json_t *ids = fetch(db, q, weighed(l, stems, count));
	add_petitions(db, l, q->community, ids);
	count_terms(db, l, q->community);
	return cards_of(db, q->community, best, likeness_best(l, limit, best));
}
