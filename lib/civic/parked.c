#include "civic/parked.h"

#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "web/form.h"
#include "web/session.h"

enum { PARKED_PAIRS_MAX = 60 };

static void
owner_of(struct request *rq, unsigned char hash[static MAC_BYTES])
{
	crypto_digest(str_fmt(rq->pool, "parked:%s", presession(rq)), hash);
}

bool
parked_put(struct request *rq)
{
	SQL(sweep_parked, "DELETE FROM parked_form WHERE expires_at < ? LIMIT 100");
	SQL(count_parked, "SELECT COUNT(*) AS n FROM parked_form WHERE client_hash = ? AND created_at > ? "
	                  "AND community_id = ?");
	SQL(park, "REPLACE INTO parked_form (owner_hash, community_id, form, subject_id, client_hash, body, "
	          "created_at, expires_at) VALUES (?, ?, 'petition', ?, ?, ?, ?, ?)");
	unsigned char owner[MAC_BYTES], client[MAC_BYTES];
	int64_t now = time(NULL);

	/* Decoded: in an address' encoding Cyrillic takes three times its bytes. */
	json_t *pairs = form_decode(rq->pool, rq->body, PARKED_PAIRS_MAX);
	const char *text = pairs != NULL ? json_dumps(pairs, JSON_COMPACT) : NULL;
	if (json_array_size(pairs) == 0 || text == NULL || strlen(text) > PARKED_BYTES)
		return false;
	owner_of(rq, owner);
	/* Under the site's key: an address alone could be found again by trying all of them. */
	crypto_digest(cookie_sign(rq, "client", rq->client), client);
	db_exec(rq->db, &sweep_parked, ARGS(INT(now)));
	if (db_number(rq->db, &count_parked,
	        ARGS(BYTES(client, sizeof client), INT(now - 3600), INT(rq->community_id)),
	        PARKED_PER_HOUR) >= PARKED_PER_HOUR)
		return false;
	long long id = 0;
	route_match(rq->route->path, rq->path, &id);
	return db_exec(rq->db, &park,
	           ARGS(BYTES(owner, sizeof owner), INT(rq->community_id), INT(id),
	               BYTES(client, sizeof client), TEXT(text), INT(now), INT(now + PARKED_LIFE))) > 0;
}

json_t *
parked_peek(struct request *rq, int64_t *subject)
{
	SQL(read_parked, "SELECT body, subject_id FROM parked_form WHERE owner_hash = ? AND community_id = ? "
	                 "AND expires_at > ?");
	unsigned char owner[MAC_BYTES];
	json_t *fields = json_object(), *pair;
	size_t i;

	if (cookie_signed(rq, "pre", "pre") == NULL)
		return NULL;
	owner_of(rq, owner);
	json_t *row = db_row(rq->db, &read_parked,
	    ARGS(BYTES(owner, sizeof owner), INT(rq->community_id), INT(time(NULL))));
	if (row == NULL)
		return NULL;
	*subject = json_integer_value(json_object_get(row, "subject_id"));
	json_t *pairs = json_loads(json_string_value(json_object_get(row, "body")), 0, NULL);
	json_array_foreach(pairs, i, pair)
		json_object_set(fields, json_string_value(json_array_get(pair, 0)), json_array_get(pair, 1));
	return fields;
}

void
parked_drop(struct request *rq)
{
	SQL(drop_parked, "DELETE FROM parked_form WHERE owner_hash = ? AND community_id = ?");
	unsigned char owner[MAC_BYTES];

	if (cookie_signed(rq, "pre", "pre") == NULL)
		return;
	owner_of(rq, owner);
	db_exec(rq->db, &drop_parked, ARGS(BYTES(owner, sizeof owner), INT(rq->community_id)));
}
