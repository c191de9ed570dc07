#include "civic/person.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/str.h"
#include "base/text.h"
#include "web/route.h"

char *
person_normalise(struct pool *pool, const char *number)
{
	struct buf b;

	buf_init(&b, pool);
	for (; *number != '\0'; number++)
		if ((*number >= '0' && *number <= '9') || (*number >= 'A' && *number <= 'Z') ||
		    (unsigned char)*number >= 0x80)
			buf_add_char(&b, *number);
		else if (*number >= 'a' && *number <= 'z')
			buf_add_char(&b, (char)(*number - 'a' + 'A'));
	return b.s;
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

static void
key_of(struct pool *pool, const char *number, unsigned char mac[static PERSON_KEY_BYTES])
{
	static unsigned char key[PERSON_KEY_BYTES];
	static bool read;

	if (!read)
		config_key_file("person", key, sizeof key, sizeof key);
	read = true;
	const char *normal = person_normalise(pool, number);
	crypto_mac(key, normal, strlen(normal), mac);
}

/* A whole date of a life; anything else is not known. */
static struct db_value
birthday(const char *claim)
{
	time_t at;

	if (claim == NULL || strlen(claim) != 10 || strcmp(claim, "1900-01-01") < 0 ||
	    !clock_parse(claim, &at) || at > time(NULL))
		return NUL;
	return TEXT(claim);
}

int64_t
person_login(struct db *db, struct pool *pool, const struct identity *id)
{
	SQL(person_of_key, "SELECT id FROM person WHERE person_key = ?");
	SQL(person_of_pair, "SELECT id FROM person WHERE issuer = ? AND subject = ? AND person_key IS NULL");
	SQL(new_person, "INSERT INTO person (person_key, key_version, issuer, subject, given_name, "
	                "family_name, middle_name, born_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	SQL(rename_person, "UPDATE person SET given_name = ?, family_name = ?, middle_name = ?, "
	                   "born_on = COALESCE(?, born_on) WHERE id = ?");
	struct db_value given = TEXT(person_name(pool, id->given_name));
	struct db_value family = TEXT(person_name(pool, id->family_name));
	struct db_value middle = TEXT(person_name(pool, id->middle_name));
	struct db_value born = birthday(id->birthdate);
	bool numbered = !str_empty(id->tax_number) && *person_normalise(pool, id->tax_number) != '\0';
	unsigned char mac[PERSON_KEY_BYTES] = { 0 };

	if (numbered)
		key_of(pool, id->tax_number, mac);
	struct db_args which = numbered ? ARGS(BYTES(mac, sizeof mac))
	                                : ARGS(TEXT(id->issuer), TEXT(id->subject));
	struct sql *find = numbered ? &person_of_key : &person_of_pair;
	int64_t person = db_number(db, find, which, 0);
	if (person == 0 && !db_failed(db)) {
		int64_t made = numbered
		    ? db_exec(db, &new_person, ARGS(BYTES(mac, sizeof mac), INT(1), NUL, NUL, given, family,
		          middle, born))
		    : db_exec(db, &new_person, ARGS(NUL, NUL, TEXT(id->issuer), TEXT(id->subject),
		          given, family, middle, born));
		return made == 1 ? db_last_id(db) : made == DB_DUPLICATE ? db_number(db, find, which, 0) : 0;
	}
	db_exec(db, &rename_person, ARGS(given, family, middle, born, INT(person)));
	return db_failed(db) ? 0 : person;
}

void
person_join(struct db *db, int64_t community, const char *katottg, int64_t person,
    const struct identity *id)
{
	SQL(join_community, "INSERT INTO membership (community_id, person_id, residence, confirmed_at) "
	                    "VALUES (?, ?, ?, UTC_TIMESTAMP()) ON DUPLICATE KEY UPDATE "
	                    "residence = VALUES(residence), confirmed_at = VALUES(confirmed_at)");
	bool resident = str_eq(id->residence_code, katottg);

	db_exec(db, &join_community,
	    ARGS(INT(community), INT(person), TEXT(resident ? "provider" : "none")));
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

bool
person_member(struct db *db, int64_t community, int64_t person, struct member *m)
{
	/* A row for each role, mostly one without. */
	SQL(member, "SELECT p.given_name, p.family_name, m.residence, s.role, o.person_id IS NOT NULL AS owns "
	            "FROM person p LEFT JOIN membership m ON m.person_id = p.id AND m.community_id = ? "
	            "LEFT JOIN staff s ON s.community_id = ? AND s.person_id = p.id "
	            "AND s.since <= UTC_TIMESTAMP() AND (s.until IS NULL OR s.until > UTC_TIMESTAMP()) "
	            "LEFT JOIN installation_owner o ON o.person_id = p.id AND o.since <= UTC_TIMESTAMP() "
	            "AND (o.until IS NULL OR o.until > UTC_TIMESTAMP()) "
	            "WHERE p.id = ?");
	json_t *rows = db_rows(db, &member, ARGS(INT(community), INT(community), INT(person))), *row;
	size_t i;

	if ((row = json_array_get(rows, 0)) == NULL)
		return false;
	snprintf(m->given_name, sizeof m->given_name, "%s",
	    json_string_value(json_object_get(row, "given_name")));
	snprintf(m->family_name, sizeof m->family_name, "%s",
	    json_string_value(json_object_get(row, "family_name")));
	m->roles = PERSON;
	if (str_eq(json_string_value(json_object_get(row, "residence")), "provider"))
		m->roles |= RESIDENT;
	if (json_is_true(json_object_get(row, "owns")))
		m->roles |= OWNER;
	json_array_foreach(rows, i, row)
		m->roles |= staff_role(json_string_value(json_object_get(row, "role")));
	return true;
}
