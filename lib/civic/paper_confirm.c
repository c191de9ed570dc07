/* A sheet of paper signatures is confirmed: its people sign. Of all that civic/paper.h has, this alone is
 * petitions'. */
#include "civic/paper.h"
#include "data/tx.h"

struct confirmation {
	int64_t community, sheet, operator, added;
	enum paper_result result;
};

static const char *
outcome_of(enum sign_result result)
{
	switch (result) {
	case SIGN_ADDED: return "signed";
	case SIGN_ALREADY: return "already";
	case SIGN_NOT_LOCAL: return "not_local";
	case SIGN_TOO_YOUNG: return "too_young";
	case SIGN_WITHDRAWN: return "withdrawn";
	case SIGN_CLOSED:
	case SIGN_PAUSED:
	case SIGN_UNKNOWN:
	case SIGN_FAILED: return NULL; /* the whole sheet waits */
	}
	return NULL;
}

static bool
sign_all(struct db *db, struct confirmation *c, int64_t petition)
{
	SQL(lines_to_sign, "SELECT line, person_id FROM paper_row WHERE batch_id = ? AND community_id = ? AND "
	                   "struck_at IS NULL AND checked_by <> entered_by ORDER BY line");
	SQL(line_outcome, "UPDATE paper_row SET outcome = ? WHERE batch_id = ? AND line = ? AND community_id = ?");
	struct db_value sheet = INT(c->sheet), community = INT(c->community);
	json_t *rows = db_rows(db, &lines_to_sign, ARGS(sheet, community)), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		struct signer s = { c->community, petition, json_integer_value(json_object_get(row, "person_id")), false,
			SIGN_ON_PAPER };
		enum sign_result result = petition_sign_within(db, &s);
		const char *outcome = outcome_of(result);
		if (outcome == NULL) {
			c->result = result == SIGN_FAILED ? PAPER_FAILED : PAPER_CLOSED;
			return false;
		}
		c->added += result == SIGN_ADDED;
		db_exec(db, &line_outcome, ARGS(TEXT(outcome), sheet, INT(json_integer_value(json_object_get(row, "line"))), community));
	}
	return !db_failed(db);
}

static bool
confirm(struct db *db, void *ctx)
{
	/* Whoever marks the row has the sheet; a second one waits for the first and finds it done. */
	SQL(confirm_sheet,
	    "UPDATE paper_batch SET confirmed_by = ?, confirmed_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ? AND "
	    "confirmed_at IS NULL AND EXISTS (SELECT 1 FROM paper_row r WHERE r.batch_id = paper_batch.id AND r.community_id = "
	    "paper_batch.community_id AND r.struck_at IS NULL) AND NOT EXISTS (SELECT 1 FROM paper_row r WHERE r.batch_id = "
	    "paper_batch.id AND r.community_id = paper_batch.community_id AND r.struck_at IS NULL AND r.checked_by IS NULL)");
	SQL(sheet_facts, "SELECT petition_id, confirmed_at FROM paper_batch WHERE id = ? AND community_id = ?");
	SQL(sheet_confirmed, "INSERT INTO paper_event (community_id, batch_id, actor_id, what) VALUES (?, ?, ?, 'confirmed')");
	struct confirmation *c = ctx;
	struct db_value sheet = INT(c->sheet), community = INT(c->community), by = INT(c->operator);

	c->added = 0;
	c->result = PAPER_FAILED;
	int64_t n = db_exec(db, &confirm_sheet, ARGS(by, sheet, community));
	if (n < 0)
		return false;
	json_t *row = db_row(db, &sheet_facts, ARGS(sheet, community));
	if (n == 0) {
		c->result = db_failed(db) ? PAPER_FAILED : row == NULL ? PAPER_UNKNOWN
		    : json_is_null(json_object_get(row, "confirmed_at")) ? PAPER_UNCHECKED : PAPER_CONFIRMED;
		return false;
	}
	return sign_all(db, c, json_integer_value(json_object_get(row, "petition_id"))) &&
	    db_exec(db, &sheet_confirmed, ARGS(community, sheet, by)) == 1;
}

enum paper_result
paper_confirm(struct db *db, int64_t community, int64_t sheet, int64_t operator, int64_t *added)
{
	struct confirmation c = { community, sheet, operator, 0, PAPER_FAILED };
	enum tx_result result = tx_run(db, confirm, &c);

	*added = c.added;
	return result == TX_DONE ? PAPER_DONE : result == TX_REFUSED ? c.result : PAPER_FAILED;
}
