/*
 * demo: the invented people of demonstrations and tests, who exist only where the stand-in
 * identity provider may run. Some are named in sql/demo/people.json; r1 … r2000, adult residents
 * of the first community, are put together from the same file's pools of names, the same each time.
 *
 * A person: {login, sub, given_name, family_name, middle_name, birthdate, tax_number (ten digits
 * with a right check digit, from 9, so nobody's), residence_code (of the community, KATOTTG),
 * gender, roles: [{community, role, unit}], owner: true of the
 * installation's}; sub is what the stand-in provider calls them.
 */
#ifndef VICHE_CIVIC_DEMO_H
#define VICHE_CIVIC_DEMO_H

#include <jansson.h>

#include "base/pool.h"

enum { DEMO_RESIDENTS = 2000 };

/* The file's contents, for demo_person(): {people: […], pools: …}. Read while no pool is entered
 * it lives as long as the process. Exits with one sentence where the file can't be read. */
json_t *demo_open(void);

/* A new object for the person of that login, or NULL where there is none. */
json_t *demo_person(struct pool *pool, json_t *people, const char *login);

#endif
