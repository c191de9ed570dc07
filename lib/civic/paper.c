#include "civic/paper.h"

#include "civic/counter.h"
#include "civic/residence_login.h"
#include "data/tx.h"

static bool
note(struct db *db, int64_t community, int64_t sheet, int64_t line, int64_t actor, const char *what)
{
	SQL(paper_happened, "INSERT INTO paper_event (community_id, batch_id, line, actor_id, what) VALUES (?, ?, ?, ?, ?)");

	return db_exec(db, &paper_happened, ARGS(INT(community), INT(sheet), INT(line), INT(actor), TEXT(what))) == 1;
}

struct beginning {
	struct paper_sheet *s;
	int64_t office;
	enum paper_result result;
};

static bool
begin(struct db *db, void *ctx)
{
	SQL(begin_sheet, "INSERT INTO paper_batch (community_id, petition_id, unit_id, sheet, collected_on, operator_id) "
	                 "SELECT community_id, id, ?, ?, CAST(? AS DATE), ? FROM petition WHERE id = ? AND "
	                 "community_id = ? AND state = 'collecting'");
	struct beginning *b = ctx;
	const struct paper_sheet *s = b->s;
	int64_t n = db_exec(db, &begin_sheet, ARGS(INT(b->office), TEXT(s->sheet), TEXT(s->collected_on),
	                                          INT(s->operator), INT(s->petition), INT(s->community)));

	b->result = n == DB_DUPLICATE ? PAPER_TWICE : n == 0 ? PAPER_UNKNOWN : PAPER_FAILED;
	if (n != 1)
		return false;
	b->s->id = db_last_id(db);
	return note(db, s->community, b->s->id, 0, s->operator, "begun");
}

enum paper_result
paper_begin(struct db *db, struct paper_sheet *s)
{
	const char *name;
	struct beginning b = { s, counter_office(db, s->community, s->operator, false, &name), PAPER_FAILED };

	if (b.office == 0)
		return db_failed(db) ? PAPER_FAILED : PAPER_NO_OPERATOR;
	return tx_run(db, begin, &b) == TX_DONE ? PAPER_DONE : b.result;
}

#define SHEET \
	"SELECT b.id, b.petition_id, p.title, p.lang, b.sheet, b.collected_on, u.name AS office, b.created_at, " \
	"b.confirmed_at, (SELECT COUNT(*) FROM paper_row r WHERE r.batch_id = b.id AND r.community_id = " \
	"b.community_id AND r.struck_at IS NULL) AS line_count, (SELECT COUNT(*) FROM paper_row r WHERE r.batch_id = b.id " \
	"AND r.community_id = b.community_id AND r.struck_at IS NULL AND r.checked_by IS NOT NULL) AS checked, " \
	"CONCAT(o.family_name, ' ', o.given_name) AS operator " \
	"FROM paper_batch b JOIN petition p ON p.id = b.petition_id AND p.community_id = b.community_id " \
	"JOIN unit u ON u.id = b.unit_id AND u.community_id = b.community_id JOIN person o ON o.id = b.operator_id " \
	"WHERE b.community_id = ? "

json_t *
paper_list(struct db *db, int64_t community)
{
	SQL(sheets, SHEET "ORDER BY b.confirmed_at IS NULL DESC, b.id DESC LIMIT ?");

	return db_rows(db, &sheets, ARGS(INT(community), INT(PAPER_LISTED)));
}

json_t *
paper_find(struct db *db, int64_t community, int64_t id)
{
	SQL(sheet, SHEET "AND b.id = ?");

	return db_row(db, &sheet, ARGS(INT(community), INT(id)));
}

json_t *
paper_rows(struct db *db, int64_t community, int64_t id)
{
	SQL(sheet_rows, "SELECT r.line, CONCAT(h.family_name, ' ', h.given_name) AS name, r.entered_by, "
	                "CONCAT(e.family_name, ' ', e.given_name) AS entered_name, r.struck_at IS NOT NULL AS struck, "
	                "r.checked_by IS NOT NULL AS checked, CONCAT(c.family_name, ' ', c.given_name) AS checked_name, "
	                "r.outcome FROM paper_row r JOIN person h ON h.id = r.person_id JOIN person e ON e.id = r.entered_by "
	                "LEFT JOIN person c ON c.id = r.checked_by WHERE r.community_id = ? AND r.batch_id = ? ORDER BY r.line");

	return db_rows(db, &sheet_rows, ARGS(INT(community), INT(id)));
}

struct line {
	struct paper_act *act;
	int64_t person;
	enum paper_result result;
};

static bool
add_line(struct db *db, void *ctx)
{
	/* Two who add at once get one number: who was second finds the next. */
	SQL(next_line, "SELECT COALESCE(MAX(r.line), 0) + 1 AS n FROM paper_batch b LEFT JOIN paper_row r ON r.batch_id = b.id "
	               "AND r.community_id = b.community_id WHERE b.id = ? AND b.community_id = ?");
	SQL(add_line, "INSERT INTO paper_row (batch_id, line, community_id, person_id, entered_by) SELECT id, ?, "
	              "community_id, ?, ? FROM paper_batch WHERE id = ? AND community_id = ? AND confirmed_at IS NULL");
	struct line *l = ctx;
	struct db_value community = INT(l->act->community->id), sheet = INT(l->act->sheet);
	int64_t line = db_number(db, &next_line, ARGS(sheet, community), 0);

	l->result = db_failed(db) ? PAPER_FAILED : PAPER_FULL;
	if (line == 0 || line > PAPER_LINES)
		return false;
	int64_t n = db_exec(db, &add_line, ARGS(INT(line), INT(l->person), INT(l->act->operator), sheet, community));
	l->result = n == DB_DUPLICATE ? PAPER_TWICE : n == 0 ? PAPER_CONFIRMED : PAPER_FAILED;
	l->act->line = line;
	return n == 1 && note(db, l->act->community->id, l->act->sheet, line, l->act->operator, "entered");
}

static bool
stands(struct db *db, const struct paper_act *act, int64_t person)
{
	SQL(stands_in_sheet, "SELECT COUNT(*) AS n FROM paper_row WHERE batch_id = ? AND community_id = ? AND person_id = ? "
	                     "AND struck_at IS NULL");

	return db_number(db, &stands_in_sheet, ARGS(INT(act->sheet), INT(act->community->id), INT(person)), 0) > 0;
}

static bool
is_called(struct db *db, int64_t person, const struct identity *who)
{
	SQL(is_called, "SELECT family_name = ? AND given_name = ? AS so FROM person WHERE id = ?");

	return json_is_true(json_object_get(
	    db_row(db, &is_called, ARGS(TEXT(who->family_name), TEXT(who->given_name), INT(person))), "so"));
}

enum paper_result
paper_enter(struct db *db, struct pool *pool, struct paper_act *act, const struct identity *signer)
{
	json_t *sheet = paper_find(db, act->community->id, act->sheet);
	struct identity who = *signer;
	struct line l = { act, 0, PAPER_FAILED };

	if (sheet == NULL)
		return db_failed(db) ? PAPER_FAILED : PAPER_UNKNOWN;
	if (!json_is_null(json_object_get(sheet, "confirmed_at")))
		return PAPER_CONFIRMED;
	who.unproved = true;
	l.person = person_login(db, pool, &who);
	if (l.person == 0)
		return PAPER_FAILED;
	/* Else a number would tell whose it is. */
	if (!is_called(db, l.person, &who))
		return db_failed(db) ? PAPER_FAILED : PAPER_OTHER_NAME;
	who.birthdate = NULL; /* the register is asked; no community keeps a date of birth from paper */
	residence_at_login(db, pool, act->community, l.person, &who);
	if (stands(db, act, l.person))
		return PAPER_TWICE;
	struct signer s = { act->community->id, json_integer_value(json_object_get(sheet, "petition_id")), l.person,
		false, SIGN_ON_PAPER };
	act->why = petition_may_sign(db, &s);
	if (db_failed(db))
		return PAPER_FAILED;
	if (act->why != SIGN_ADDED)
		return PAPER_REFUSED;
	for (int try = 0; try < TX_TRIES; try++) {
		if (tx_run(db, add_line, &l) == TX_DONE)
			return PAPER_DONE;
		if (l.result != PAPER_TWICE || stands(db, act, l.person))
			break;
	}
	return l.result;
}

struct checking {
	const struct paper_act *act;
	int64_t person;
	bool changed, strike;
};

static bool
mark(struct db *db, void *ctx)
{
	SQL(check_line, "UPDATE paper_row r JOIN paper_batch b ON b.id = r.batch_id AND b.community_id = r.community_id AND "
	                "b.confirmed_at IS NULL SET r.checked_by = ?, r.checked_at = UTC_TIMESTAMP() WHERE r.batch_id = ? AND "
	                "r.line = ? AND r.community_id = ? AND r.person_id = ? AND r.entered_by <> ? AND r.checked_by IS NULL AND "
	                "r.struck_at IS NULL");
	SQL(strike_line, "UPDATE paper_row r JOIN paper_batch b ON b.id = r.batch_id AND b.community_id = r.community_id AND "
	                 "b.confirmed_at IS NULL SET r.struck_by = ?, r.struck_at = UTC_TIMESTAMP() WHERE r.batch_id = ? AND "
	                 "r.line = ? AND r.community_id = ? AND r.struck_at IS NULL");
	struct checking *c = ctx;
	const struct paper_act *a = c->act;
	struct db_value by = INT(a->operator), sheet = INT(a->sheet), line = INT(a->line), community = INT(a->community->id);
	int64_t n = c->strike ? db_exec(db, &strike_line, ARGS(by, sheet, line, community))
	    : db_exec(db, &check_line, ARGS(by, sheet, line, community, INT(c->person), by));

	c->changed = n == 1;
	return n >= 0 && (n == 0 || note(db, a->community->id, a->sheet, a->line, a->operator, c->strike ? "struck" : "checked"));
}

enum paper_result
paper_check(struct db *db, struct pool *pool, const struct paper_act *a, const char *number)
{
	SQL(line_of, "SELECT person_id, entered_by FROM paper_row WHERE batch_id = ? AND line = ? AND community_id = ? AND "
	             "struck_at IS NULL AND checked_by IS NULL");
	json_t *row = db_row(db, &line_of, ARGS(INT(a->sheet), INT(a->line), INT(a->community->id)));
	struct checking c = { .act = a };

	if (row == NULL)
		return db_failed(db) ? PAPER_FAILED : PAPER_UNKNOWN;
	if (json_integer_value(json_object_get(row, "entered_by")) == a->operator)
		return PAPER_OWN;
	c.person = person_of_number(db, pool, number);
	if (db_failed(db))
		return PAPER_FAILED;
	if (c.person != json_integer_value(json_object_get(row, "person_id"))) {
		note(db, a->community->id, a->sheet, a->line, a->operator, "mismatch");
		return PAPER_MISMATCH;
	}
	if (tx_run(db, mark, &c) != TX_DONE)
		return PAPER_FAILED;
	return c.changed ? PAPER_DONE : PAPER_UNKNOWN;
}

enum paper_result
paper_strike(struct db *db, const struct paper_act *a)
{
	struct checking c = { .act = a, .strike = true };

	if (tx_run(db, mark, &c) != TX_DONE)
		return PAPER_FAILED;
	return c.changed ? PAPER_DONE : PAPER_UNKNOWN;
}
