#include "civic/petition_stems.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/stems.h"
#include "data/tx.h"

enum {
	BATCH_BYTES = 64 * 1024, /* of text: some 30 ms of stemming and 50 of storing */
	AWAY_MS = 5000,
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

/* What is searched in: each stem and each of the author's names once, after the community's number. Words that
 * say nothing are left out. */
static const char *
terms_of(struct pool *pool, json_t *row, const char *title, const char *text)
{
	const char *const lines[] = { title, text, text_of(row, "author") };
	json_int_t community = json_integer_value(json_object_get(row, "community_id"));
	json_t *seen = json_object();
	struct buf b;

	buf_init(&b, pool);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const char *at = lines[i], *stem;
		size_t len;
		while ((stem = stems_next(&at, &len)) != NULL) {
			if (stems_silent(stem, len) || json_object_getn(seen, stem, len) != NULL)
				continue;
			json_object_setn_new(seen, stem, len, json_true());
			buf_fmt(&b, "%lld_%.*s ", (long long)community, (int)len, stem);
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
		if (json_integer_value(n) != 0)
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
	json_t *communities = json_object(), *counts;
	const char *name;

	for (size_t i = 0; i < b->count; i++) {
		const struct stemmed *s = &b->petitions[i];
		json_int_t community = json_integer_value(json_object_get(s->row, "community_id"));
		json_int_t version = json_integer_value(json_object_get(s->row, "version"));
		int64_t n = db_exec(db, &store_stems,
		    ARGS(INT(STEMS_VERSION), TEXT(s->title), TEXT(s->text), TEXT(s->terms),
		        INT(json_integer_value(json_object_get(s->row, "petition_id"))), INT(community),
		        INT(json_integer_value(json_object_get(s->row, "revision"))), INT(version)));
		if (n < 0)
			return false;
		if (n == 0)
			continue; /* its text changed meanwhile, or another process was quicker */
		name = str_fmt(b->pool, "%lld", (long long)community);
		if ((counts = json_object_get(communities, name)) == NULL)
			json_object_set_new(communities, name, counts = json_object());
		if (*text_of(s->row, "title_stems") != '\0')
			count_stems(counts, text_of(s->row, "title_stems"), text_of(s->row, "text_stems"), -1);
		count_stems(counts, s->title, s->text, 1);
	}
	json_object_foreach(communities, name, counts)
		if (!store_counts(db, strtoll(name, NULL, 10), counts))
			return false;
	return true;
}

enum stems_batch
petition_stems_batch(struct db *db, struct pool *pool)
{
	SQL(wait_for_stems,
	    "SELECT s.petition_id, s.community_id, s.version, s.revision, s.title_stems, s.text_stems, s.author, "
	    "p.title, p.text FROM petition_search s JOIN petition p ON p.id = s.petition_id AND p.community_id = "
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
