#include "civic/person.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "civic/person_key.h"
#include "civic/residence.h"
#include "data/tx.h"
#include "web/route.h"

enum { LOCK_WAIT_S = 4 /* shorter than any statement may run */ };

/* Letters of passport series that are typed in either alphabet: the capital and its Latin look-alike. */
static utf8proc_int32_t
latin_of(utf8proc_int32_t c)
{
	static const struct {
		utf8proc_int32_t cyrillic;
		char latin;
	} alike[] = { { 0x410, 'A' }, { 0x412, 'B' }, { 0x415, 'E' }, { 0x406, 'I' }, { 0x41a, 'K' },
		{ 0x41c, 'M' }, { 0x41d, 'H' }, { 0x41e, 'O' }, { 0x420, 'P' }, { 0x421, 'C' }, { 0x422, 'T' },
		{ 0x425, 'X' } };

	for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
		if (alike[i].cyrillic == c)
			return alike[i].latin;
	return c;
}

char *
person_normalise(struct pool *pool, const char *number)
{
	char *clean = text_clean(pool, number, TEXT_LINE), *out;
	size_t n = 0;

	if (clean == NULL)
		return str_dup(pool, "");
	out = pool_alloc(pool, 2 * strlen(clean) + 1); /* a capital may take a byte more */
	for (const char *at = clean; *at != '\0';) {
		utf8proc_int32_t c;
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &c);
		if (len <= 0)
			break;
		at += len;
		utf8proc_category_t category = utf8proc_category(c);
		if ((category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
		    category == UTF8PROC_CATEGORY_ND)
			n += (size_t)utf8proc_encode_char(latin_of(utf8proc_toupper(c)), (utf8proc_uint8_t *)out + n);
	}
	out[n] = '\0';
	sodium_memzero(clean, strlen(clean));
	return out;
}

char *
person_name(struct pool *pool, const char *claim)
{
	char *name = text_clean(pool, claim, TEXT_LINE);
	size_t characters = 0;

	if (name == NULL)
		return str_dup(pool, "");
	for (char *p = name; *p != '\0'; p++)
		if (((unsigned char)*p & 0xc0) != 0x80 && ++characters > PERSON_NAME_MAX) {
			*p = '\0';
			break;
		}
	return name;
}

const char *
person_birthday(const char *claim)
{
	time_t at;

	if (claim == NULL || strlen(claim) != 10 || strcmp(claim, "1900-01-01") < 0 ||
	    !clock_parse(claim, &at) || at > time(NULL))
		return NULL;
	return claim;
}

/* The ages that rules ask for, by Kyiv's date or an hour later, never earlier. A day once written stays, so
 * that it tells no more of the birthday than the first login did. */
static void
keep_ages(struct db *db, int64_t person, const char *born)
{
	SQL(new_ages,
	    "INSERT IGNORE INTO person_age (person_id, age, on_date) SELECT ?, a.age, t.today FROM "
	    "(SELECT DISTINCT min_age AS age FROM petition_rules UNION SELECT 0 UNION SELECT 18) a JOIN "
	    "(SELECT DATE(UTC_TIMESTAMP() + INTERVAL 2 HOUR) AS today) t "
	    "WHERE CAST(? AS DATE) <= t.today - INTERVAL a.age YEAR");
	SQL(wrong_ages, "DELETE FROM person_age WHERE person_id = ? AND CAST(? AS DATE) > "
	                "DATE(UTC_TIMESTAMP() + INTERVAL 2 HOUR) - INTERVAL age YEAR");

	if (born == NULL)
		return;
	db_exec(db, &wrong_ages, ARGS(INT(person), TEXT(born)));
	db_exec(db, &new_ages, ARGS(INT(person), TEXT(born)));
}

static bool
knows_age(struct db *db, int64_t person)
{
	SQL(ages_known, "SELECT COUNT(*) AS n FROM person_age WHERE person_id = ?");

	return db_number(db, &ages_known, ARGS(INT(person)), 1) > 0;
}

struct names {
	struct db_value given, family, middle;
};

static int64_t
rename_to(struct db *db, int64_t person, const struct names *n)
{
	SQL(rename_person, "UPDATE person SET given_name = ?, family_name = ?, middle_name = ?, left_at = NULL "
	                   "WHERE id = ?");

	db_exec(db, &rename_person, ARGS(n->given, n->family, n->middle, INT(person)));
	return db_failed(db) ? 0 : person;
}

/* The account without a number that this provider's login led to: {id, joined_to}, or NULL. */
static json_t *
of_pair(struct db *db, const struct identity *id)
{
	SQL(person_of_pair, "SELECT id, COALESCE(joined_to, id) AS leads_to, person_key IS NULL AS numberless "
	                    "FROM person WHERE issuer = ? AND subject = ?");

	if (str_empty(id->issuer) || str_empty(id->subject))
		return NULL;
	return db_row(db, &person_of_pair, ARGS(TEXT(id->issuer), TEXT(id->subject)));
}

static int64_t
number_of(json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

static int64_t
login_by_pair(struct db *db, const struct identity *id, const struct names *n)
{
	SQL(new_person_of_pair, "INSERT INTO person (issuer, subject, given_name, family_name, middle_name) "
	                        "VALUES (?, ?, ?, ?, ?)");
	json_t *row = of_pair(db, id);

	if (row == NULL && !db_failed(db)) {
		int64_t made = db_exec(db, &new_person_of_pair,
		    ARGS(TEXT(id->issuer), TEXT(id->subject), n->given, n->family, n->middle));
		if (made == 1)
			return db_last_id(db);
		row = made == DB_DUPLICATE ? of_pair(db, id) : NULL;
	}
	return row == NULL ? 0 : rename_to(db, number_of(row, "leads_to"), n);
}

struct join {
	int64_t from, to;
};

/* The account without a number is closed: all of it or nothing. */
static bool
join(struct db *db, void *ctx)
{
	SQL(join_person, "UPDATE person SET joined_to = ? WHERE id = ? AND joined_to IS NULL");
	SQL(mark_joined, "UPDATE person SET has_joined = TRUE WHERE id = ?");
	SQL(end_joined_sessions, "DELETE FROM session WHERE person_id = ?");
	SQL(withdraw_twice,
	    "INSERT IGNORE INTO petition_withdrawal (petition_id, person_id, community_id) "
	    "SELECT a.petition_id, a.person_id, a.community_id FROM petition_signature a "
	    "JOIN petition_signature b ON b.petition_id = a.petition_id AND b.person_id = ? AND "
	    "b.community_id = a.community_id JOIN petition p ON p.id = a.petition_id AND "
	    "p.community_id = a.community_id AND p.state = 'collecting' WHERE a.person_id = ?");
	struct join *j = ctx;

	return db_exec(db, &join_person, ARGS(INT(j->to), INT(j->from))) >= 0 &&
	    db_exec(db, &mark_joined, ARGS(INT(j->to))) >= 0 &&
	    db_exec(db, &end_joined_sessions, ARGS(INT(j->from))) >= 0 &&
	    db_exec(db, &withdraw_twice, ARGS(INT(j->to), INT(j->from))) >= 0;
}

static int64_t
of_macs(struct db *db, const struct person_macs *m, int *tried)
{
	SQL(person_of_key, "SELECT id FROM person WHERE person_key = ?");
	int64_t person = 0;

	for (*tried = 0; *tried < m->count && person == 0 && !db_failed(db); ++*tried)
		person = db_number(db, &person_of_key, ARGS(BYTES(m->mac[*tried], PERSON_KEY_BYTES)), 0);
	return person;
}

int64_t
person_of_number(struct db *db, struct pool *pool, const char *number)
{
	struct person_macs m;
	int tried;

	return person_macs(db, pool, number, &m) ? of_macs(db, &m, &tried) : 0;
}

/* Nobody's account: as of one who left (civic/account.h). */
static int64_t
add_unproved(struct db *db, const struct person_macs *m, const struct names *n)
{
	SQL(new_person_of_paper, "INSERT INTO person (person_key, key_version, given_name, family_name, middle_name, "
	                         "left_at) VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP())");

	return db_exec(db, &new_person_of_paper, ARGS(BYTES(m->mac[0], PERSON_KEY_BYTES), INT(m->version[0]), n->given,
	                                             n->family, n->middle)) == 1 ? db_last_id(db) : 0;
}

/* Under the lock. */
static int64_t
login_by_number(struct db *db, const struct identity *id, const struct person_macs *m, const struct names *n)
{
	SQL(newer_key, "UPDATE person SET person_key = ?, key_version = ? WHERE id = ?");
	SQL(new_person, "INSERT INTO person (person_key, key_version, given_name, family_name, middle_name) "
	                "VALUES (?, ?, ?, ?, ?)");
	struct db_value key = BYTES(m->mac[0], PERSON_KEY_BYTES), version = INT(m->version[0]);
	json_t *pair = of_pair(db, id);
	bool numberless = json_is_true(json_object_get(pair, "numberless"));
	int i, again;
	int64_t person = of_macs(db, m, &i);

	if (person == 0 && numberless && number_of(pair, "id") == number_of(pair, "leads_to")) {
		person = number_of(pair, "id");
		i = m->count + 1; /* it has no key yet */
	}
	if (db_failed(db))
		return 0;
	if (person == 0 && id->unproved)
		return add_unproved(db, m, n);
	if (person == 0)
		return db_exec(db, &new_person, ARGS(key, version, n->given, n->family, n->middle)) == 1
		    ? db_last_id(db) : 0;
	if (i > 1)
		db_exec(db, &newer_key, ARGS(key, version, INT(person)));
	struct join j = { number_of(pair, "id"), person };
	if (numberless && j.from != person && number_of(pair, "leads_to") == j.from &&
	    tx_run(db, join, &j) != TX_DONE)
		return 0;
	/* Who had left comes back, unless the worker has just forgotten them (civic/account.h): then the next
	 * login makes a new account. */
	return (id->unproved || rename_to(db, person, n) == person) && of_macs(db, m, &again) == person ? person : 0;
}

static bool
lock_number(struct db *db, struct pool *pool, const struct person_macs *m)
{
	SQL(lock_person, "SELECT GET_LOCK(?, ?) = 1 AS held");
	const char *name = str_fmt(pool, "person-%s",
	    str_base64url(pool, m->mac[m->count - 1], PERSON_KEY_BYTES));

	if (json_is_true(json_object_get(db_row(db, &lock_person, ARGS(TEXT(name), INT(LOCK_WAIT_S))), "held")))
		return true;
	log_error("person", "another login of the same person does not end");
	return false;
}

int64_t
person_login(struct db *db, struct pool *pool, const struct identity *id)
{
	struct names n = { TEXT(person_name(pool, id->given_name)), TEXT(person_name(pool, id->family_name)),
		TEXT(person_name(pool, id->middle_name)) };
	struct person_macs first, m;
	int64_t person = 0;

	if (str_empty(id->tax_number) || *person_normalise(pool, id->tax_number) == '\0') {
		person = login_by_pair(db, id, &n);
	} else if (person_macs(db, pool, id->tax_number, &first) && lock_number(db, pool, &first)) {
		/* A key that came while this login waited counts: whoever held the lock may have used it. */
		if (person_macs(db, pool, id->tax_number, &m))
			person = login_by_number(db, id, &m, &n);
		/* Whatever failed: the connection lives on, and the lock must not. */
		db_plain(db, "DO RELEASE_ALL_LOCKS()");
	}
	if (person != 0 && !(id->unproved && knows_age(db, person)))
		keep_ages(db, person, person_birthday(id->birthdate));
	return db_failed(db) ? 0 : person;
}

static const struct {
	const char *name;
	unsigned bit;
} staff_roles[] = {
	{ "moderator", MODERATOR },
	{ "clerk", CLERK },
	{ "administrator", ADMINISTRATOR },
	{ "expert", EXPERT },
	{ "operator", OPERATOR },
	{ "body", BODY },
};

static unsigned
staff_role(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof staff_roles / sizeof *staff_roles; i++)
		if (strcmp(name, staff_roles[i].name) == 0)
			return staff_roles[i].bit;
	return 0;
}

/* What somebody holds at this moment, of the few who ever held anything. */
static unsigned
offices(struct db *db, int64_t community, int64_t person)
{
	SQL(offices, "SELECT s.role FROM staff s WHERE s.community_id = ? AND s.person_id = ? "
	             "AND s.since <= UTC_TIMESTAMP() AND (s.until IS NULL OR s.until > UTC_TIMESTAMP())");
	SQL(owns, "SELECT 1 FROM installation_owner o WHERE o.person_id = ? AND o.since <= UTC_TIMESTAMP() "
	          "AND (o.until IS NULL OR o.until > UTC_TIMESTAMP()) LIMIT 1");
	json_t *rows = db_rows(db, &offices, ARGS(INT(community), INT(person))), *row;
	unsigned roles = db_row(db, &owns, ARGS(INT(person))) != NULL ? OWNER : 0;
	size_t i;

	json_array_foreach(rows, i, row)
		roles |= staff_role(json_string_value(json_object_get(row, "role")));
	return roles;
}

bool
person_member(struct db *db, int64_t community, int64_t person, struct member *m)
{
	SQL(member, "SELECT p.given_name, p.family_name, p.had_office, m.residence FROM person p "
	            "LEFT JOIN membership m ON m.person_id = p.id AND m.community_id = ? WHERE p.id = ?");
	json_t *row = db_row(db, &member, ARGS(INT(community), INT(person)));

	if (row == NULL)
		return false;
	snprintf(m->given_name, sizeof m->given_name, "%s",
	    json_string_value(json_object_get(row, "given_name")));
	snprintf(m->family_name, sizeof m->family_name, "%s",
	    json_string_value(json_object_get(row, "family_name")));
	m->roles = PERSON;
	if (residence_confirmed(json_string_value(json_object_get(row, "residence"))))
		m->roles |= RESIDENT;
	if (json_is_true(json_object_get(row, "had_office")))
		m->roles |= offices(db, community, person);
	return !db_failed(db);
}
