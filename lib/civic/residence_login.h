/*
 * residence_login: what a login tells of where a person lives.
 *
 * A claim that names the community begins a provider's residence; one that names another community ends
 * it and nothing else; no claim, or an address that is not understood, changes nothing. The community's
 * register is asked by number (civic/register.h).
 */
#ifndef VICHE_CIVIC_RESIDENCE_LOGIN_H
#define VICHE_CIVIC_RESIDENCE_LOGIN_H

#include <jansson.h>
#include <stdint.h>

#include "base/pool.h"
#include "civic/community.h"
#include "civic/person.h"
#include "data/db.h"

enum residence_claim {
	CLAIM_SILENT,   /* nothing is said, or nothing that is understood */
	CLAIM_HERE,
	CLAIM_ELSEWHERE /* only by a code: words that are not understood are no proof */
};

/* A KATOTTG code names its hromada in the first nine characters, UA OO RR HHH (order 290 of the Ministry
 * for Communities of 26 November 2020): a village of the community is of the community. One of a higher
 * level (000) says nothing. */
enum residence_claim claim_of_code(const char *code, const char *community);

/* An address in words is of the community where one of its parts by commas is exactly one of the
 * settlements' names (with its kind: «м. Чорноморськ», «місто Чорноморськ») and another the oblast:
 * dozens of villages have one name. settlements: [{name}]. */
enum residence_claim claim_of_words(struct pool *pool, const char *address, const char *oblast,
    json_t *settlements);

/* The community learns of the person who logs in: a membership, the date of birth where its rules keep
 * it, and residence as above. Of community only id, name, katottg and oblast are looked at. A register
 * that does not answer in time delays the login by that time and no more. Errors are sticky in db. */
void residence_at_login(struct db *db, struct pool *pool, const struct community *community,
    int64_t person, const struct identity *identity);

/* The same within a transaction of the caller's, and without asking a register's service. */
bool residence_from_identity(struct db *db, struct pool *pool, const struct community *community,
    int64_t person, const struct identity *identity);

#endif
