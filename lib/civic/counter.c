#include "civic/counter.h"

#include <jansson.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "civic/residence.h"
#include "civic/residence_login.h"
#include "data/tx.h"

const char *const counter_documents[] = { "passport", "id-card", "foreign-passport", "residence-permit",
	"displaced-card", "other", NULL };

/* The check digit: a weighed sum by 11, and by 10 where that leaves 10. */
static bool
checks(const char *digits)
{
	static const int weights[] = { -1, 5, 7, 9, 4, 6, 10, 5, 7 };
	int sum = 0;

	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
		sum += weights[i] * (digits[i] - '0');
	return ((sum % 11 + 11) % 11) % 10 == digits[9] - '0';
}

static bool
of_birthday(const char *digits, const char *birthdate)
{
	time_t born, zero;
	long days = 0;

	for (int i = 0; i < 5; i++)
		days = days * 10 + (digits[i] - '0');
	if (birthdate == NULL || !clock_parse(birthdate, &born) || !clock_parse("1899-12-31", &zero) ||
	    days > (time(NULL) - zero) / 86400)
		return true;
	return (born - zero) / 86400 == days;
}

enum number_fault
counter_number(struct pool *pool, const char *number, const char *birthdate)
{
	char *n = person_normalise(pool, number);
	size_t len = strlen(n), digits = strspn(n, "0123456789");
	enum number_fault fault = NUMBER_NONE;

	if (len == 10 && digits == 10)
		fault = !checks(n) ? NUMBER_MISTYPED
		    : !of_birthday(n, birthdate) ? NUMBER_OF_OTHER_BIRTHDAY : NUMBER_SOUND;
	else if (len == 9 && digits == 9)
		fault = NUMBER_SOUND;
	else if (digits == 0 && len >= 8 && strspn(n + len - 6, "0123456789") == 6 &&
	    strcspn(n, "0123456789") == len - 6 && len - 6 <= 4)
		fault = NUMBER_SOUND; /* two letters, of two bytes where they have no Latin look-alike */
	sodium_memzero(n, len);
	return fault;
}

struct visit {
	const struct counter_visit *v;
	int64_t row;
};

static bool
begin(struct db *db, void *ctx)
{
	SQL(counter_begin, "SELECT counter_begin(?, ?, ?, ?, ?) AS row");
	struct visit *w = ctx;
	const struct counter_visit *v = w->v;
	struct residence_change seen = { v->community->id, v->person, "official", v->category,
		"документ за стійкою", v->operator };

	w->row = db_number(db, &counter_begin, ARGS(INT(v->community->id), INT(v->operator), INT(v->person),
	                                           TEXT(v->document), TEXT(v->category)), 0);
	return w->row > 0 && (*v->category == '\0' || residence_begin(db, &seen, NULL)) && !db_failed(db);
}

enum counter_result
counter_begin(struct db *db, struct pool *pool, struct counter_visit *v)
{
	struct visit w = { v, 0 };

	v->person = person_login(db, pool, &v->identity);
	if (v->person == 0)
		return COUNTER_FAILED;
	if (v->person == v->operator)
		return COUNTER_SELF;
	residence_at_login(db, pool, v->community, v->person, &v->identity);
	if (tx_run(db, begin, &w) == TX_DONE)
		return COUNTER_BEGUN;
	if (db_failed(db))
		return COUNTER_FAILED;
	return w.row == -1 ? COUNTER_OPERATOR_FULL : w.row == -2 ? COUNTER_OFFICE_FULL
	    : w.row == -3 ? COUNTER_PERSON_FULL : COUNTER_NO_OPERATOR;
}

void
counter_end(struct db *db, int64_t community, int64_t operator, int64_t person)
{
	SQL(end_visit, "UPDATE counter_session SET ended_at = UTC_TIMESTAMP() WHERE community_id = ? AND operator_id = ? "
	               "AND person_id = ? AND ended_at IS NULL ORDER BY begun_at DESC, id DESC LIMIT 1");

	db_exec(db, &end_visit, ARGS(INT(community), INT(operator), INT(person)));
}

int64_t
counter_today(struct db *db, int64_t community, int64_t operator)
{
	SQL(visits_today, "SELECT COUNT(*) AS n FROM counter_session WHERE community_id = ? AND operator_id = ? AND "
	                  "begun_at > UTC_TIMESTAMP() - INTERVAL 1 DAY");

	return db_number(db, &visits_today, ARGS(INT(community), INT(operator)), 0);
}

int64_t
counter_office(struct db *db, int64_t community, int64_t operator, bool english, const char **name)
{
	SQL(office_of, "SELECT u.id, u.name, u.name_en FROM staff s JOIN unit u ON u.id = s.unit_id AND u.community_id = "
	               "s.community_id AND u.closed_at IS NULL WHERE s.community_id = ? AND s.person_id = ? AND "
	               "s.role = 'operator' AND s.since <= UTC_TIMESTAMP() AND (s.until IS NULL OR "
	               "s.until > UTC_TIMESTAMP()) ORDER BY s.since LIMIT 1");
	json_t *row = db_row(db, &office_of, ARGS(INT(community), INT(operator)));

	*name = row != NULL ? json_string_value(json_object_get(row, english ? "name_en" : "name")) : "";
	return json_integer_value(json_object_get(row, "id"));
}
