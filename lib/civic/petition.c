#include "civic/petition.h"

#include <stdlib.h>

#include "base/config.h"
#include "base/str.h"
#include "civic/lifecycle.h"
#include "data/tx.h"

/* A district of this community, else the whole community. */
#define DISTRICT "(SELECT d.id FROM district d WHERE d.id = ? AND d.community_id = ?)"

struct work {
	const struct petition_draft *draft;
	struct move move;
	int64_t id;
	enum petition_result result;
};

static int64_t
per_day(void)
{
	int64_t n = strtoll(config_or("petitions_per_day", "0"), NULL, 10);
	return n > 0 ? n : PETITION_PER_DAY;
}

static bool
create(struct db *db, void *ctx)
{
	SQL(count_drafts,
	    "SELECT SUM(state = 'draft' OR created_at > UTC_TIMESTAMP() - INTERVAL 1 DAY) AS n FROM petition "
	    "WHERE author_id = ? AND community_id = ?");
	SQL(new_petition, "INSERT INTO petition (community_id, author_id, title, text, topic, addressee, "
	                  "district_id) VALUES (?, ?, ?, ?, ?, ?, " DISTRICT ")");
	struct work *w = ctx;
	const struct petition_draft *d = w->draft;

	if (db_number(db, &count_drafts, ARGS(INT(d->author), INT(d->community)), 0) >= per_day()) {
		w->result = PETITION_TOO_MANY;
		return false;
	}
	if (db_exec(db, &new_petition,
	        ARGS(INT(d->community), INT(d->author), TEXT(d->title), TEXT(d->text), TEXT(d->topic),
	            TEXT(d->addressee), INT(d->district), INT(d->community))) != 1)
		return false;
	w->id = w->move.subject = db_last_id(db);
	return lifecycle_born(db, &w->move);
}

enum petition_result
petition_create(struct db *db, const struct petition_draft *d, int64_t *id)
{
	struct work w = { .draft = d,
		.move = { .kind = "petition", .community = d->community, .from = "", .to = "draft",
		    .actor = d->author, .program = "petitions", .operation = d->operation },
		.result = PETITION_FAILED };

	if (lifecycle_run(db, create, &w, &w.move) == TX_DONE)
		w.result = PETITION_DONE;
	*id = w.id;
	return w.result;
}

/* Why a change of one's own petition changed nothing. */
static enum petition_result
why_not(struct db *db, int64_t community, int64_t id, int64_t author)
{
	SQL(is_own, "SELECT 1 FROM petition WHERE id = ? AND community_id = ? AND author_id = ?");

	bool own = db_row(db, &is_own, ARGS(INT(id), INT(community), INT(author))) != NULL;
	return db_failed(db) ? PETITION_FAILED : own ? PETITION_CLOSED : PETITION_UNKNOWN;
}

enum petition_result
petition_edit(struct db *db, int64_t id, const struct petition_draft *d)
{
	SQL(edit, "UPDATE petition SET title = ?, text = ?, topic = ?, addressee = ?, district_id = " DISTRICT ", "
	          "updated_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ? AND author_id = ? AND "
	          "state IN ('draft', 'returned')");

	int64_t n = db_exec(db, &edit, ARGS(TEXT(d->title), TEXT(d->text), TEXT(d->topic),
	    TEXT(d->addressee), INT(d->district), INT(d->community), INT(id), INT(d->community),
	    INT(d->author)));
	return n > 0 ? PETITION_DONE : n < 0 ? PETITION_FAILED
	                                     : why_not(db, d->community, id, d->author);
}

static bool
submit(struct db *db, void *ctx)
{
	SQL(state_of_own, "SELECT state, CHAR_LENGTH(title) AS title_length, CHAR_LENGTH(text) AS text_length "
	                  "FROM petition WHERE id = ? AND community_id = ? AND author_id = ?");
	SQL(mark_submitted, "UPDATE petition SET submitted_at = UTC_TIMESTAMP() WHERE id = ? AND "
	                    "community_id = ? AND author_id = ?");
	struct work *w = ctx;
	struct move *m = &w->move;
	struct db_args own = ARGS(INT(m->subject), INT(m->community), INT(m->actor));

	json_t *row = db_row(db, &state_of_own, own);
	if (row == NULL) {
		w->result = PETITION_UNKNOWN;
		return false;
	}
	const char *state = json_string_value(json_object_get(row, "state"));
	m->from = str_eq(state, "returned") ? "returned" : "draft";
	if (json_integer_value(json_object_get(row, "title_length")) < PETITION_TITLE_MIN ||
	    json_integer_value(json_object_get(row, "text_length")) < PETITION_TEXT_MIN) {
		w->result = PETITION_UNFINISHED;
		return false;
	}
	switch (lifecycle_move(db, m)) {
	case MOVE_DONE: return db_exec(db, &mark_submitted, own) == 1;
	case MOVE_ELSEWHERE:
	case MOVE_FORBIDDEN: w->result = PETITION_CLOSED; return false;
	case MOVE_FAILED: return false;
	}
	return false;
}

enum petition_result
petition_submit(struct db *db, int64_t community, int64_t id, int64_t author, const char *operation)
{
	struct work w = { .move = { .kind = "petition", .community = community, .subject = id,
		                  .to = "submitted", .actor = author, .program = "petitions",
		                  .operation = operation },
		.result = PETITION_FAILED };

	return lifecycle_run(db, submit, &w, &w.move) == TX_DONE ? PETITION_DONE : w.result;
}

/* The author's own, locked: whatever happens to it waits. */
static json_t *
hold_own(struct db *db, struct work *w)
{
	SQL(hold_own, "SELECT p.state, p.outside_count, COALESCE(r.author_withdrawal, TRUE) = 1 AS allowed "
	              "FROM petition p LEFT JOIN petition_rules r ON r.community_id = p.community_id AND "
	              "r.version = p.rules_version WHERE p.id = ? AND p.community_id = ? AND p.author_id = ? "
	              "FOR UPDATE");
	json_t *row = db_row(db, &hold_own,
	    ARGS(INT(w->move.subject), INT(w->move.community), INT(w->move.actor)));

	if (row == NULL)
		w->result = db_failed(db) ? PETITION_FAILED : PETITION_UNKNOWN;
	w->move.from = json_string_value(json_object_get(row, "state"));
	return row;
}

static bool
move_own(struct db *db, struct work *w)
{
	switch (lifecycle_move(db, &w->move)) {
	case MOVE_DONE: return true;
	case MOVE_ELSEWHERE:
	case MOVE_FORBIDDEN: w->result = PETITION_CLOSED; return false;
	case MOVE_FAILED: return false;
	}
	return false;
}

static bool
withdraw(struct db *db, void *ctx)
{
	/* The lock on the petition makes signatures wait; those under way are seen after they commit. */
	SQL(signed_by_others, "SELECT COUNT(*) AS n FROM petition_signature WHERE petition_id = ? AND "
	                      "community_id = ? AND person_id <> ? LOCK IN SHARE MODE");
	struct work *w = ctx;
	const struct move *m = &w->move;
	json_t *row = hold_own(db, w);

	if (row == NULL)
		return false;
	if (str_eq(m->from, "collecting") &&
	    (!json_is_true(json_object_get(row, "allowed")) ||
	        json_integer_value(json_object_get(row, "outside_count")) > 0 ||
	        db_number(db, &signed_by_others, ARGS(INT(m->subject), INT(m->community), INT(m->actor)), 1) > 0)) {
		w->result = PETITION_CLOSED;
		return false;
	}
	return move_own(db, w);
}

enum petition_result
petition_withdraw(struct db *db, int64_t community, int64_t id, int64_t author, const char *operation)
{
	struct work w = { .move = { .kind = "petition", .community = community, .subject = id,
		                  .to = "withdrawn", .actor = author, .program = "petitions",
		                  .operation = operation },
		.result = PETITION_FAILED };

	return lifecycle_run(db, withdraw, &w, &w.move) == TX_DONE ? PETITION_DONE : w.result;
}

static bool
contest(struct db *db, void *ctx)
{
	SQL(mark_contested, "UPDATE petition SET contested_at = UTC_TIMESTAMP() WHERE id = ? AND "
	                    "community_id = ? AND contested_at IS NULL");
	struct work *w = ctx;

	if (hold_own(db, w) == NULL)
		return false;
	if (db_exec(db, &mark_contested, ARGS(INT(w->move.subject), INT(w->move.community))) != 1) {
		w->result = db_failed(db) ? PETITION_FAILED : PETITION_CLOSED;
		return false;
	}
	return move_own(db, w);
}

enum petition_result
petition_contest(struct db *db, int64_t community, int64_t id, int64_t author, const char *note,
    const char *operation)
{
	struct work w = { .move = { .kind = "petition", .community = community, .subject = id,
		                  .to = "contested", .actor = author, .program = "petitions",
		                  .operation = operation, .note = note },
		.result = PETITION_FAILED };

	return lifecycle_run(db, contest, &w, &w.move) == TX_DONE ? PETITION_DONE : w.result;
}
