/*
 * manage load-demo: the demo communities, their people, staff and petitions, with dates relative to
 * today. Only where the stand-in provider may run. Run again it adds nothing.
 */
#include "load_demo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/demo.h"
#include "civic/lifecycle.h"
#include "civic/moderation.h"
#include "civic/person.h"
#include "civic/residence_login.h"

enum { SIGNERS_FROM = 200 };

const char *
demo_text(json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

int64_t
demo_number(json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static json_t *
read_json(struct manage *m, const char *name)
{
	json_error_t error;
	const char *path = str_fmt(m->pool, "%s/sql/demo/%s", config_get("root"), name);
	json_t *value = json_loads(read_file(m->pool, path), 0, &error);

	if (value == NULL)
		fatal("%s line %d: %s", path, error.line, error.text);
	return value;
}

static void
add_community(struct demo *d, json_t *c)
{
	SQL(add_community,
	    "INSERT IGNORE INTO community (name, title, title_en, full_name, full_name_en, council, "
	    "council_en, oblast, oblast_en, katottg, phone, offline, offline_en, crest, theme) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	SQL(add_host, "INSERT IGNORE INTO community_host (host, community_id) VALUES (?, ?)");
	SQL(community_named, "SELECT id FROM community WHERE name = ?");
	struct db *db = d->m->db;
	json_t *host;
	size_t i;

	db_exec(db, &add_community,
	    ARGS(TEXT(demo_text(c, "name")), TEXT(demo_text(c, "title")), TEXT(demo_text(c, "title_en")),
	        TEXT(demo_text(c, "full_name")), TEXT(demo_text(c, "full_name_en")), TEXT(demo_text(c, "council")),
	        TEXT(demo_text(c, "council_en")), TEXT(demo_text(c, "oblast")), TEXT(demo_text(c, "oblast_en")),
	        TEXT(demo_text(c, "katottg")), TEXT(demo_text(c, "phone")), TEXT(demo_text(c, "offline")),
	        TEXT(demo_text(c, "offline_en")), TEXT(demo_text(c, "crest")), TEXT(demo_text(c, "theme"))));
	d->name = demo_text(c, "name");
	d->katottg = demo_text(c, "katottg");
	d->oblast = demo_text(c, "oblast");
	d->threshold = demo_number(c, "threshold");
	d->term_days = demo_number(c, "term_days");
	d->community = db_number(db, &community_named, ARGS(TEXT(d->name)), 0);
	json_array_foreach(json_object_get(c, "hosts"), i, host)
		db_exec(db, &add_host, ARGS(TEXT(json_string_value(host)), INT(d->community)));
	demo_rules(d, c);
}

/* The account that the person's own login will find. */
int64_t
demo_account(struct demo *d, const char *login)
{
	json_t *p = demo_person(d->m->pool, d->people, login);

	if (p == NULL)
		fatal("the demo names \"%s\", whom people.json does not know", login);
	struct identity id = { .tax_number = demo_text(p, "tax_number"), .issuer = "", .subject = login,
		.given_name = demo_text(p, "given_name"), .family_name = demo_text(p, "family_name"),
		.middle_name = demo_text(p, "middle_name"),
		.birthdate = demo_text(p, "birthdate"), .residence_code = demo_text(p, "residence_code") };
	int64_t person = person_login(d->m->db, d->m->pool, &id);
	struct community here = { .id = d->community, .name = (char *)d->name, .katottg = (char *)d->katottg,
		.oblast = { (char *)d->oblast } };
	if (person != 0 && claim_of_code(id.residence_code, d->katottg) == CLAIM_HERE)
		residence_from_identity(d->m->db, d->m->pool, &here, person, &id);
	return person;
}

/* Those whom something else than their login makes residents, or could. */
static void
add_residents(struct demo *d)
{
	SQL(demo_member, "INSERT IGNORE INTO membership (community_id, person_id) VALUES (?, ?)");
	json_t *person, *one;
	size_t i, j;

	json_array_foreach(json_object_get(d->people, "people"), i, person) {
		bool here = false;
		json_array_foreach(json_object_get(person, "residence"), j, one)
			here |= str_eq(demo_text(one, "community"), d->name);
		if (!here)
			continue;
		int64_t id = demo_account(d, demo_text(person, "login"));
		db_exec(d->m->db, &demo_member, ARGS(INT(d->community), INT(id)));
		demo_residences(d, id, person);
	}
}

void
demo_event(struct demo *d, int64_t petition, const char *from, const char *to, int64_t actor, time_t at,
    const char *reason, const char *note)
{
	SQL(add_event, "INSERT INTO event (community_id, kind, subject_id, from_state, to_state, actor_id, "
	               "program, reason, note, created_at) VALUES (?, 'petition', ?, ?, ?, ?, 'manage', ?, ?, ?)");

	db_exec(d->m->db, &add_event,
	    ARGS(INT(d->community), INT(petition), TEXT(from), TEXT(to), actor != 0 ? INT(actor) : NUL,
	        TEXT(reason), TEXT(note), TEXT(clock_sql(d->m->pool, at))));
}

static int64_t
resident(struct demo *d, unsigned number)
{
	static int64_t known[DEMO_RESIDENTS + 1];

	if (known[number] == 0)
		known[number] = demo_account(d, str_fmt(d->m->pool, "r%u", number));
	return known[number];
}

/* Signers come denser at first, as in life; the same ones each time. In a community whose residents
 * the demo does not name, the total stands without names. */
static void
add_signatures(struct demo *d, int64_t petition, int64_t count, time_t from, time_t until)
{
	SQL(add_signature, "INSERT IGNORE INTO petition_signature (petition_id, person_id, community_id, "
	                   "created_at) SELECT ?, ?, ?, ? FROM petition WHERE id = ? AND community_id = ?");
	unsigned start = (unsigned)(petition * 7919) % (DEMO_RESIDENTS - SIGNERS_FROM);

	for (int64_t i = 0; i < count; i++) {
		unsigned which = SIGNERS_FROM + (start + (unsigned)i * 613) % (DEMO_RESIDENTS - SIGNERS_FROM) + 1;
		double share = (double)(i + 1) / (double)(count + 1);
		time_t at = from + (time_t)((double)(until - from) * share * share);
		int64_t person = resident(d, which);
		db_exec(d->m->db, &add_signature,
		    ARGS(INT(petition), INT(person), INT(d->community), TEXT(clock_sql(d->m->pool, at)),
		        INT(petition), INT(d->community)));
	}
}

static struct dates
dates_of(struct demo *d, json_t *p, const char *state, time_t now)
{
	struct tm day = clock_kyiv(now);
	struct dates at = { 0 };
	bool published = json_is_integer(json_object_get(p, "published_days_ago"));

	day.tm_hour = (int)demo_number(p, "hour");
	day.tm_min = (int)(demo_number(p, "signatures") * 7 % 60);
	day.tm_sec = 0;
	day.tm_isdst = -1;
	day.tm_mday -= (int)demo_number(p, "submitted_days_ago");
	at.submitted = mktime(&day);
	if (at.submitted > now - 60)
		at.submitted = now - 600;
	at.decided = at.submitted + DAY + 2 * 3600;
	if (published) {
		at.published = now - demo_number(p, "published_days_ago") * DAY;
		struct tm morning = clock_kyiv(at.published);
		morning.tm_hour = 10;
		morning.tm_min = 15;
		at.published = mktime(&morning);
		const char *end = moderation_term_end(d->m->pool, at.published, d->term_days);
		clock_parse(end, &at.closes);
		at.decided = at.closes;
	}
	json_t *reached = json_object_get(json_object_get(p, "life"), "reached_days_ago");
	if (strcmp(state, "reached") == 0) {
		at.decided = json_is_integer(reached) ? now - json_integer_value(reached) * DAY
		                                      : at.published + (now - at.published) * 3 / 4;
		if (at.decided > at.closes)
			at.decided = at.closes - DAY;
	}
	if (at.decided > now)
		at.decided = now - 300;
	return at;
}

static void
add_petition(struct demo *d, json_t *p, int number)
{
	SQL(add_petition,
	    "INSERT IGNORE INTO petition (community_id, author_id, title, text, state, created_at, updated_at, "
	    "submitted_at, published_at, listed_at, closes_at, decided_at, rules_version, threshold, "
	    "term_days, reason, remarks, outside_count, source, topic, district_id, clock_from) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	SQL(add_total, "INSERT INTO petition_total (petition_id, community_id, settled, signature_count) "
	               "SELECT ?, ?, ?, ? FROM petition WHERE id = ? AND community_id = ?");
	struct db *db = d->m->db;
	struct pool *pool = d->m->pool;
	const char *state = demo_text(p, "state"), *refusal = demo_text(json_object_get(p, "refusal"), "code");
	const char *remarks = refusal != NULL ? demo_text(json_object_get(p, "refusal"), "text") : demo_text(p, "remarks");
	bool draft = strcmp(state, "draft") == 0, submitted = strcmp(state, "submitted") == 0;
	json_t *life = json_object_get(p, "life");
	time_t now = d->now;
	struct dates at = dates_of(d, p, state, now);
	int64_t threshold = d->threshold, district = demo_district(d, demo_text(p, "district"), &threshold);
	bool published = at.published != 0, ended = published && strcmp(state, "collecting") != 0;
	bool named = strcmp(d->name, "chornomorsk") == 0;
	int64_t author = demo_account(d, demo_text(p, "author")), count = demo_number(p, "signatures");
	time_t listed = published ? at.published : at.decided;
	bool public = published || refusal != NULL;

	if (db_exec(db, &add_petition,
	        ARGS(INT(d->community), INT(author), TEXT(demo_text(p, "title")), TEXT(demo_text(p, "text")),
	            TEXT(demo_state(life, state)), TEXT(clock_sql(pool, draft ? now : at.submitted)),
	            TEXT(clock_sql(pool, draft ? now : at.submitted)),
	            draft ? NUL : TEXT(clock_sql(pool, at.submitted)),
	            published ? TEXT(clock_sql(pool, at.published)) : NUL,
	            public ? TEXT(clock_sql(pool, listed)) : NUL,
	            published ? TEXT(clock_sql(pool, at.closes)) : NUL,
	            draft || submitted || strcmp(state, "collecting") == 0 ? NUL : TEXT(clock_sql(pool, at.decided)),
	            published ? INT(1) : NUL, published ? INT(threshold) : NUL,
	            published ? INT(d->term_days) : NUL, TEXT(refusal), TEXT(remarks),
	            INT(named ? 0 : count), TEXT(str_fmt(pool, "demo:%d", number)), TEXT(demo_text(p, "topic")),
	            district != 0 ? INT(district) : NUL,
	            published ? TEXT(clock_sql(pool, at.published)) : NUL)) != 1)
		return;
	int64_t id = db_last_id(db);
	demo_event(d, id, "", "draft", author, draft ? now : at.submitted - 3600, NULL, NULL);
	if (!draft)
		demo_event(d, id, "draft", "submitted", author, at.submitted, NULL, NULL);
	if (published)
		demo_event(d, id, "submitted", "collecting", d->moderator, at.published, NULL, NULL);
	else if (!draft && !submitted)
		demo_event(d, id, "submitted", state, d->moderator, at.decided, refusal, remarks);
	if (!published) {
		demo_live(d, id, life, state, author, &at);
		return;
	}
	if (named)
		add_signatures(d, id, count, at.published + 60, ended ? at.decided - 60 : demo_stopped(d, life, now - 120));
	db_exec(db, &add_total, ARGS(INT(id), INT(d->community), INT(0), INT(count), INT(id), INT(d->community)));
	if (ended)
		demo_event(d, id, "collecting", state, 0, at.decided, NULL, NULL);
	demo_live(d, id, life, state, author, &at);
}

int
manage_load_demo(struct manage *m, int argc, char **argv)
{
	SQL(has_demo, "SELECT COUNT(*) AS n FROM petition WHERE source = 'demo:1'");
	struct demo d = { .m = m, .now = time(NULL) };
	json_t *community, *petition;
	size_t i, j;

	(void)argc, (void)argv;
	if (!config_on("standin"))
		fatal("the demo is loaded only where the stand-in identity provider may run");
	if (db_number(m->db, &has_demo, NO_ARGS, 0) > 0)
		return 0;
	d.people = read_json(m, "people.json");
	json_t *petitions = read_json(m, "petitions.json");
	db_plain(m->db, "START TRANSACTION");
	json_array_foreach(read_json(m, "communities.json"), i, community) {
		add_community(&d, community);
		demo_staff(&d, community);
		bool first = strcmp(d.name, "chornomorsk") == 0;
		d.moderator = demo_account(&d, first ? "hanna" : "zoya");
		d.clerk = demo_account(&d, first ? "klym" : "zoya");
		add_residents(&d);
		json_array_foreach(petitions, j, petition)
			if (str_eq(demo_text(petition, "community"), d.name))
				add_petition(&d, petition, (int)j + 1);
	}
	if (db_failed(m->db) || !db_plain(m->db, "COMMIT"))
		fatal("the demo community could not be loaded; nothing of it was kept");
	printf("demo: %zu petitions in %zu communities\n", json_array_size(petitions), i);
	return 0;
}
