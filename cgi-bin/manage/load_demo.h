/*
 * load_demo: what the parts of `manage load-demo` share: a community under way, and what happened to its
 * petitions (sql/demo/petitions.json; "life" of one is what came after the signatures).
 */
#ifndef VICHE_LOAD_DEMO_H
#define VICHE_LOAD_DEMO_H

#include <jansson.h>
#include <stdint.h>
#include <time.h>

#include "manage.h"

enum { DAY = 86400 };

struct demo {
	struct manage *m;
	json_t *people;
	int64_t community, threshold, term_days;
	int64_t moderator, clerk;
	time_t now;
	const char *name, *katottg, *oblast;
};

struct dates {
	time_t submitted, published, closes, decided;
};

/* A member of a JSON object; NULL and 0 where there is none. */
const char *demo_text(json_t *o, const char *name);
int64_t demo_number(json_t *o, const char *name);

/* The account that the person's own login will find. */
int64_t demo_account(struct demo *d, const char *login);

/* The community's units and who has roles in it; the installation's owners. */
void demo_staff(struct demo *d, json_t *community);

void demo_event(struct demo *d, int64_t petition, const char *from, const char *to, int64_t actor,
    time_t at, const char *reason, const char *note);

/* The state in which a petition of that base state and life is loaded. */
const char *demo_state(json_t *life, const char *base);

/* When signing ended before its time, or otherwise. */
time_t demo_stopped(struct demo *d, json_t *life, time_t otherwise);

/* What happened to petition after it was in its base state: events, legal steps, the answer. */
void demo_live(struct demo *d, int64_t petition, json_t *life, const char *base, int64_t author,
    const struct dates *at);

/* The community's rules, districts, settlements and calendar. */
void demo_rules(struct demo *d, json_t *community);
/* The district of that name, or 0; its threshold where it has one. */
int64_t demo_district(struct demo *d, const char *name, int64_t *threshold);

/* How the person of people.json belongs to the community beside what a login says. */
void demo_residences(struct demo *d, int64_t person, json_t *p);

#endif
