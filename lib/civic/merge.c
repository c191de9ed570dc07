#include "civic/merge.h"

#include "base/str.h"
#include "civic/lifecycle.h"
#include "civic/notice.h"
#include "data/tx.h"

/* Petitions that gather signatures, or will again. */
#define GATHERING "('collecting', 'suspended', 'hidden')"

struct work {
	int64_t community, keep, close, person, proposal;
	const char *note, *operation;
	struct move move;
	enum merge_result result;
};

static void
tell(struct db *db, struct work *w, const char *notice, int64_t subject, int64_t other)
{
	notice_tell(db, &(struct cause){ .community = w->community, .kind = "petition", .subject = subject,
	                    .other = other, .notice = notice, .operation = w->operation, .note = w->note });
}

static bool
propose(struct db *db, void *ctx)
{
	SQL(both, "SELECT k.state = 'collecting' AND c.state = 'collecting' AS open, "
	          "k.author_id IS NULL OR c.author_id IS NULL OR k.author_id = c.author_id AS same "
	          "FROM petition k JOIN petition c ON c.id = ? AND c.community_id = k.community_id "
	          "WHERE k.id = ? AND k.community_id = ? AND k.listed_at IS NOT NULL AND c.listed_at IS NOT NULL "
	          "FOR UPDATE");
	/* What leads to a petition that has left, nobody can agree to: it is in no other proposal's way. */
	SQL(drop_proposal, "UPDATE petition_merge m JOIN petition k ON k.id = m.keep_id AND "
	                   "k.community_id = m.community_id SET m.ended_at = UTC_TIMESTAMP(), m.outcome = 'dropped' "
	                   "WHERE m.open_close = ? AND m.community_id = ? AND k.state NOT IN " GATHERING);
	SQL(new_proposal, "INSERT INTO petition_merge (community_id, keep_id, close_id, proposed_by, note) "
	                  "VALUES (?, ?, ?, ?, ?)");
	struct work *w = ctx;
	json_t *row = db_row(db, &both, ARGS(INT(w->close), INT(w->keep), INT(w->community)));

	if (row == NULL) {
		w->result = db_failed(db) ? MERGE_FAILED : MERGE_UNKNOWN;
		return false;
	}
	if (json_is_true(json_object_get(row, "same")) || w->keep == w->close) {
		w->result = MERGE_SAME;
		return false;
	}
	if (!json_is_true(json_object_get(row, "open"))) {
		w->result = MERGE_CLOSED;
		return false;
	}
	if (db_exec(db, &drop_proposal, ARGS(INT(w->close), INT(w->community))) < 0)
		return false;
	int64_t n = db_exec(db, &new_proposal,
	    ARGS(INT(w->community), INT(w->keep), INT(w->close), INT(w->person), TEXT(w->note)));
	if (n == DB_DUPLICATE) {
		w->result = MERGE_OPEN;
		return false;
	}
	tell(db, w, "merge-proposed", w->keep, w->close);
	tell(db, w, "merge-proposed", w->close, w->keep);
	return n == 1 && !db_failed(db);
}

enum merge_result
merge_propose(struct db *db, int64_t community, int64_t keep, int64_t close, int64_t moderator,
    const char *note)
{
	struct work w = { .community = community, .keep = keep, .close = close, .person = moderator,
		.note = note, .result = MERGE_FAILED };

	return tx_run(db, propose, &w) == TX_DONE ? MERGE_DONE : w.result;
}

/* The open proposal as this author may answer it, locked; NULL where there is none. */
static json_t *
proposal(struct db *db, struct work *w)
{
	SQL(proposal,
	    "SELECT m.keep_id, m.close_id, k.author_id <=> ? AS of_keep, c.author_id <=> ? AS of_close, "
	    "m.keep_agreed_at IS NOT NULL AS keep_agreed, m.close_agreed_at IS NOT NULL AS close_agreed, "
	    "k.state = 'collecting' AND c.state = 'collecting' AS open "
	    "FROM petition_merge m JOIN petition k ON k.id = m.keep_id AND k.community_id = m.community_id "
	    "JOIN petition c ON c.id = m.close_id AND c.community_id = m.community_id "
	    "WHERE m.id = ? AND m.community_id = ? AND m.ended_at IS NULL "
	    "AND (k.author_id = ? OR c.author_id = ?) FOR UPDATE");
	json_t *row = db_row(db, &proposal, ARGS(INT(w->person), INT(w->person), INT(w->proposal),
	    INT(w->community), INT(w->person), INT(w->person)));

	if (row == NULL)
		w->result = db_failed(db) ? MERGE_FAILED : MERGE_CLOSED;
	w->keep = json_integer_value(json_object_get(row, "keep_id"));
	w->close = json_integer_value(json_object_get(row, "close_id"));
	return row;
}

static bool
finish(struct db *db, struct work *w, const char *outcome)
{
	SQL(end_proposal, "UPDATE petition_merge SET ended_at = UTC_TIMESTAMP(), outcome = ? WHERE id = ? AND "
	                  "community_id = ?");

	return db_exec(db, &end_proposal, ARGS(TEXT(outcome), INT(w->proposal), INT(w->community))) == 1;
}

static bool
agree(struct db *db, void *ctx)
{
	SQL(note_agreement,
	    "UPDATE petition_merge SET keep_agreed_at = IF(?, COALESCE(keep_agreed_at, UTC_TIMESTAMP()), "
	    "keep_agreed_at), close_agreed_at = IF(?, COALESCE(close_agreed_at, UTC_TIMESTAMP()), "
	    "close_agreed_at) WHERE id = ? AND community_id = ?");
	SQL(lead_on, "UPDATE petition SET merged_into = ? WHERE id = ? AND community_id = ?");
	struct work *w = ctx;
	json_t *row = proposal(db, w);

	if (row == NULL)
		return false;
	bool keeps = json_is_true(json_object_get(row, "of_keep"));
	bool closes = json_is_true(json_object_get(row, "of_close"));
	if (!json_is_true(json_object_get(row, "open"))) {
		w->result = MERGE_CLOSED;
		return false;
	}
	if (db_exec(db, &note_agreement,
	        ARGS(INT(keeps), INT(closes), INT(w->proposal), INT(w->community))) < 0)
		return false;
	if (!((keeps || json_is_true(json_object_get(row, "keep_agreed"))) &&
	        (closes || json_is_true(json_object_get(row, "close_agreed"))))) {
		w->result = MERGE_AGREED;
		return true;
	}
	w->result = MERGE_DONE;
	w->move.subject = w->close;
	switch (lifecycle_move(db, &w->move)) {
	case MOVE_DONE: break;
	case MOVE_ELSEWHERE:
	case MOVE_FORBIDDEN: w->result = MERGE_CLOSED; return false;
	case MOVE_FAILED: w->result = MERGE_FAILED; return false;
	}
	return db_exec(db, &lead_on, ARGS(INT(w->keep), INT(w->close), INT(w->community))) == 1 &&
	    finish(db, w, "merged");
}

enum merge_result
merge_agree(struct db *db, int64_t community, int64_t id, int64_t author, const char *operation)
{
	struct work w = { .community = community, .proposal = id, .person = author, .operation = operation,
		.move = { .kind = "petition", .community = community, .from = "collecting", .to = "merged",
		    .actor = author, .program = "petitions", .operation = operation },
		.result = MERGE_FAILED };

	/* Without a move there is no event to ask for: a lost COMMIT then counts as failed, and the author
	 * may say yes again. */
	enum tx_result done = lifecycle_run(db, agree, &w, &w.move);
	return done == TX_DONE ? w.result : db_failed(db) ? MERGE_FAILED : w.result;
}

static bool
decline(struct db *db, void *ctx)
{
	struct work *w = ctx;

	if (proposal(db, w) == NULL || !finish(db, w, "declined"))
		return false;
	tell(db, w, "merge-declined", w->keep, w->close);
	tell(db, w, "merge-declined", w->close, w->keep);
	return !db_failed(db);
}

enum merge_result
merge_decline(struct db *db, int64_t community, int64_t id, int64_t author)
{
	struct work w = { .community = community, .proposal = id, .person = author,
		.result = MERGE_FAILED };

	return tx_run(db, decline, &w) == TX_DONE ? MERGE_DONE : w.result;
}

static bool
take_back(struct db *db, void *ctx)
{
	SQL(held_proposal, "SELECT keep_id, close_id, ended_at FROM petition_merge WHERE id = ? AND "
	                   "community_id = ? FOR UPDATE");
	struct work *w = ctx;
	json_t *row = db_row(db, &held_proposal, ARGS(INT(w->proposal), INT(w->community)));

	if (row == NULL || !json_is_null(json_object_get(row, "ended_at"))) {
		w->result = db_failed(db) ? MERGE_FAILED : row == NULL ? MERGE_UNKNOWN : MERGE_CLOSED;
		return false;
	}
	w->keep = json_integer_value(json_object_get(row, "keep_id"));
	w->close = json_integer_value(json_object_get(row, "close_id"));
	if (!finish(db, w, "withdrawn"))
		return false;
	tell(db, w, "merge-withdrawn", w->keep, w->close);
	tell(db, w, "merge-withdrawn", w->close, w->keep);
	return !db_failed(db);
}

enum merge_result
merge_withdraw(struct db *db, int64_t community, int64_t id, int64_t *close)
{
	struct work w = { .community = community, .proposal = id, .result = MERGE_FAILED };

	enum merge_result result = tx_run(db, take_back, &w) == TX_DONE ? MERGE_DONE : w.result;
	*close = w.close;
	return result;
}

json_t *
merge_waiting(struct db *db, int64_t community, int64_t author)
{
	SQL(merges,
	    "SELECT m.id, m.keep_id, k.title AS keep_title, m.close_id, c.title AS close_title, m.note, "
	    "m.proposed_at, IF(c.author_id <=> ?, m.close_agreed_at, m.keep_agreed_at) IS NOT NULL AS agreed, "
	    "c.author_id <=> ? AS closes_mine "
	    "FROM petition_merge m JOIN petition k ON k.id = m.keep_id AND k.community_id = m.community_id "
	    "JOIN petition c ON c.id = m.close_id AND c.community_id = m.community_id "
	    "WHERE m.community_id = ? AND m.ended_at IS NULL AND (k.author_id = ? OR c.author_id = ?) "
	    "AND k.state = 'collecting' AND c.state = 'collecting' ORDER BY m.id LIMIT 50");

	return db_rows(db, &merges, ARGS(INT(author), INT(author), INT(community), INT(author), INT(author)));
}

json_t *
merge_proposals(struct db *db, int64_t community, int64_t petition)
{
	SQL(proposals,
	    "SELECT m.id, m.keep_id, k.title AS keep_title, m.close_id, c.title AS close_title, m.note, "
	    "m.proposed_at, m.keep_agreed_at IS NOT NULL AS keep_agreed, "
	    "m.close_agreed_at IS NOT NULL AS close_agreed, IF(m.ended_at IS NULL AND (k.state NOT IN " GATHERING
	    " OR c.state NOT IN " GATHERING "), 'dropped', m.outcome) AS outcome "
	    "FROM petition_merge m JOIN petition k ON k.id = m.keep_id AND k.community_id = m.community_id "
	    "JOIN petition c ON c.id = m.close_id AND c.community_id = m.community_id "
	    "WHERE m.community_id = ? AND (m.keep_id = ? OR m.close_id = ?) ORDER BY m.id DESC LIMIT 20");

	return db_rows(db, &proposals, ARGS(INT(community), INT(petition), INT(petition)));
}
