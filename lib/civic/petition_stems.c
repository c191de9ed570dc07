#include "civic/petition_stems.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "civic/stems.h"
#include "data/tx.h"

enum {
	BATCH_BYTES = 64 * 1024, /* of text: some 30 ms of stemming and 50 of storing */
	AWAY_MS = 5000,
	TERM_LETTERS_MAX = 80,
	JOB_POOL = 32 * 1024 * 1024
};

struct stemmed {
	json_t *row;
	const char *title, *text; /* stems */
	const char *terms;
};

struct batch {
	struct pool *pool;
	struct stemmed petitions[50];
	size_t count;
};

static const char *
text_of(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

/* What is searched in: each stem and each of the author's names once. Words that say nothing are left out. */
static const char *
terms_of(struct pool *pool, json_t *row, const char *title, const char *text)
{
	const char *const lines[] = { title, text, text_of(row, "author") };
	json_t *seen = json_object();
	struct buf b;

	buf_init(&b, pool);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const char *at = lines[i], *stem;
		size_t len;
		while ((stem = stems_next(&at, &len)) != NULL) {
			if (stems_silent(stem, len) || text_length(str_ndup(pool, stem, len)) > TERM_LETTERS_MAX ||
			    json_object_getn(seen, stem, len) != NULL)
				continue;
			json_object_setn_new(seen, stem, len, json_true());
			buf_fmt(&b, "%.*s ", (int)len, stem);
		}
	}
	return b.s;
}

/* false: `stem` is away. */
static bool
ask_stems(struct pool *pool, json_t *row, struct stemmed *s)
{
	const char *stems =
	    stems_of(pool, str_fmt(pool, "%s\n%s", text_of(row, "title"), text_of(row, "text")));

	if (stems == NULL)
		return false;
	size_t line = strcspn(stems, "\n");
	char *text = str_dup(pool, stems + line);
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	*s = (struct stemmed){ row, str_ndup(pool, stems, line), text + strspn(text, " "), NULL };
	s->terms = terms_of(pool, row, s->title, s->text);
	return true;
}

/* Adds by to the count of each stem in the lines, once for all its places. */
static void
count_stems(json_t *counts, const char *title, const char *text, int by)
{
	const char *const lines[] = { title, text };
	json_t *seen = json_object();

	for (size_t i = 0; i < 2; i++) {
		const char *at = lines[i], *stem;
		size_t len;
		while ((stem = stems_next(&at, &len)) != NULL) {
			if ((len == 1 && *stem == '-') || json_object_getn(seen, stem, len) != NULL)
				continue;
			json_object_setn_new(seen, stem, len, json_true());
			json_object_setn_new(counts, stem, len,
			    json_integer(json_integer_value(json_object_getn(counts, stem, len)) + by));
		}
	}
	json_object_set_new(counts, "", json_integer(json_integer_value(json_object_get(counts, "")) + by));
}

/* The author's names are no stems, but a search looks for words' beginnings here. */
static void
name_author(json_t *counts, const char *author)
{
	const char *name;
	size_t len;

	while ((name = stems_next(&author, &len)) != NULL)
		if (json_object_getn(counts, name, len) == NULL)
			json_object_setn_new(counts, name, len, json_integer(0));
}

/* Appends [petition, term] for each term of these that is not among those. */
static void
add_missing(struct pool *pool, json_t *to, int64_t petition, const char *these, const char *those)
{
	json_t *known = json_object();
	const char *term;
	size_t len;

	while ((term = stems_next(&those, &len)) != NULL)
		json_object_setn_new(known, term, len, json_true());
	while ((term = stems_next(&these, &len)) != NULL)
		if (json_object_getn(known, term, len) == NULL)
			json_array_append_new(to, json_pack("[I, s]", (json_int_t)petition, str_ndup(pool, term, len)));
}

/* Each of these is there already in part where an older version's were kept otherwise; none is there twice. */
static bool
store_terms(struct db *db, int64_t community, json_t *change)
{
#define PAIRS \
	"JSON_TABLE(?, '$[*]' COLUMNS (petition BIGINT PATH '$[0]', term VARCHAR(80) CHARACTER SET utf8mb4 COLLATE " \
	"utf8mb4_bin PATH '$[1]')) j "
	SQL(drop_terms, "DELETE t FROM " PAIRS "STRAIGHT_JOIN petition_term t ON t.community_id = ? AND "
	                "t.term = j.term AND t.petition_id = j.petition");
	SQL(add_terms, "INSERT IGNORE INTO petition_term (community_id, term, petition_id) "
	               "SELECT ?, j.term, j.petition FROM " PAIRS);
	json_t *added = json_object_get(change, "added"), *dropped = json_object_get(change, "dropped");

	if (json_array_size(dropped) > 0 &&
	    db_exec(db, &drop_terms, ARGS(TEXT(json_dumps(dropped, JSON_COMPACT)), INT(community))) < 0)
		return false;
	return json_array_size(added) == 0 ||
	    db_exec(db, &add_terms, ARGS(INT(community), TEXT(json_dumps(added, JSON_COMPACT)))) >= 0;
}

static bool
store_counts(struct db *db, int64_t community, json_t *counts)
{
	SQL(count_stems,
	    "INSERT INTO stem_count (community_id, stem, documents) SELECT ?, j.stem, j.n FROM JSON_TABLE(?, "
	    "'$[*]' COLUMNS (stem VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[0]', "
	    "n INT PATH '$[1]')) j ON DUPLICATE KEY UPDATE documents = documents + VALUES(documents)");
	json_t *list = json_array(), *n;
	const char *stem;

	json_object_foreach(counts, stem, n)
		json_array_append_new(list, json_pack("[s, O]", stem, n));
	return json_array_size(list) == 0 ||
	    db_exec(db, &count_stems, ARGS(INT(community), TEXT(json_dumps(list, JSON_COMPACT)))) >= 0;
}

static bool
store(struct db *db, void *ctx)
{
	SQL(store_stems, "UPDATE petition_search SET version = ?, title_stems = ?, text_stems = ?, terms = ? "
	                 "WHERE petition_id = ? AND community_id = ? AND revision = ? AND version = ?");
	struct batch *b = ctx;
	json_t *communities = json_object(), *change;
	const char *name;

	for (size_t i = 0; i < b->count; i++) {
		const struct stemmed *s = &b->petitions[i];
		json_int_t community = json_integer_value(json_object_get(s->row, "community_id"));
		json_int_t version = json_integer_value(json_object_get(s->row, "version"));
		json_int_t petition = json_integer_value(json_object_get(s->row, "petition_id"));
		int64_t n = db_exec(db, &store_stems,
		    ARGS(INT(STEMS_VERSION), TEXT(s->title), TEXT(s->text), TEXT(s->terms), INT(petition),
		        INT(community), INT(json_integer_value(json_object_get(s->row, "revision"))), INT(version)));
		if (n < 0)
			return false;
		if (n == 0)
			continue; /* its text changed meanwhile, or another process was quicker */
		name = str_fmt(b->pool, "%lld", (long long)community);
		if ((change = json_object_get(communities, name)) == NULL)
			json_object_set_new(communities, name,
			    change = json_pack("{s:{}, s:[], s:[]}", "counts", "added", "dropped"));
		json_t *counts = json_object_get(change, "counts");
		if (*text_of(s->row, "title_stems") != '\0')
			count_stems(counts, text_of(s->row, "title_stems"), text_of(s->row, "text_stems"), -1);
		count_stems(counts, s->title, s->text, 1);
		name_author(counts, text_of(s->row, "author"));
		add_missing(b->pool, json_object_get(change, "added"), petition, s->terms, "");
		add_missing(b->pool, json_object_get(change, "dropped"), petition, text_of(s->row, "terms"), s->terms);
	}
	json_object_foreach(communities, name, change)
		if (!store_counts(db, strtoll(name, NULL, 10), json_object_get(change, "counts")) ||
		    !store_terms(db, strtoll(name, NULL, 10), change))
			return false;
	return true;
}

enum stems_batch
petition_stems_batch(struct db *db, struct pool *pool)
{
	SQL(wait_for_stems,
	    "SELECT s.petition_id, s.community_id, s.version, s.revision, s.title_stems, s.text_stems, s.author, "
	    "s.terms, p.title, p.text FROM petition_search s JOIN petition p ON p.id = s.petition_id AND p.community_id = "
	    "s.community_id WHERE s.version < ? ORDER BY s.version, s.petition_id LIMIT 50");
	struct batch b = { .pool = pool };
	size_t bytes = 0, i;
	json_t *rows = db_rows(db, &wait_for_stems, ARGS(INT(STEMS_VERSION))), *row;

	json_array_foreach(rows, i, row) {
		if (bytes > BATCH_BYTES || b.count == sizeof b.petitions / sizeof *b.petitions)
			break;
		if (!ask_stems(pool, row, &b.petitions[b.count]))
			return STEMS_AWAY;
		b.count++;
		bytes += strlen(text_of(row, "text"));
	}
	if (b.count > 0 && tx_run(db, store, &b) != TX_DONE)
		return STEMS_FAILED;
	return db_failed(db) ? STEMS_FAILED : i < json_array_size(rows) || i == 50 ? STEMS_SOME_LEFT : STEMS_ALL_DONE;
}

bool
petition_stems_job(struct db *db)
{
	static int64_t not_before;
	struct pool *pool;
	enum stems_batch done;

	if (clock_monotonic() < not_before)
		return true;
	pool = pool_open(JOB_POOL);
	done = petition_stems_batch(db, pool);
	pool_close(pool);
	switch (done) {
	case STEMS_ALL_DONE:
	case STEMS_SOME_LEFT: not_before = 0; return true;
	case STEMS_AWAY:
		log_info("stems", "the process stem does not answer: petitions wait for their stems");
		not_before = clock_monotonic() + AWAY_MS;
		return true;
	case STEMS_FAILED: return false;
	}
	return false;
}
