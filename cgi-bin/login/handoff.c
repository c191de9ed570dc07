#include "handoff.h"

#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "web/session.h"

void
handoff_send(struct request *rq, const struct begun *begun, const struct handoff *h)
{
	SQL(new_handoff, "INSERT INTO login_handoff (token_hash, community_id, home_hash, person_id, outcome, provider, "
	                 "intent, intent_id, proved_at, expires_at) VALUES (?, ?, UNHEX(?), ?, ?, ?, ?, ?, ?, ?)");
	SQL(sweep_handoffs, "DELETE FROM login_handoff WHERE expires_at < ? LIMIT 200");
	const char *token = crypto_token(rq->pool);
	unsigned char hash[MAC_BYTES];
	int64_t now = time(NULL);

	crypto_digest(token, hash);
	db_exec(rq->db, &sweep_handoffs, ARGS(INT(now)));
	db_exec(rq->db, &new_handoff,
	    ARGS(BYTES(hash, sizeof hash), INT(begun->community_id), TEXT(begun->home_hash),
	        h->person != 0 ? INT(h->person) : NUL, TEXT(h->outcome), TEXT(begun->idp->id),
	        TEXT(begun->intent->name), INT(begun->intent_id), INT(h->proved_at), INT(now + HANDOFF_LIFE)));
	reply_leave(rq, str_fmt(rq->pool, "%s/login/arrive?t=%s", host_origin(rq->pool, begun->home_host), token));
}

bool
handoff_take(struct request *rq, const char *token, struct handoff *h)
{
	SQL(find_handoff, "SELECT person_id, outcome, provider, intent, intent_id, proved_at FROM login_handoff WHERE "
	                  "token_hash = ? AND community_id = ? AND home_hash = ? AND expires_at > ?");
	SQL(use_handoff, "DELETE FROM login_handoff WHERE token_hash = ? AND community_id = ? AND home_hash = ?");
	const char *held = request_cookie(rq, cookie_name(rq, "attempt"));
	unsigned char hash[MAC_BYTES], home[MAC_BYTES];

	if (str_empty(token) || str_empty(held))
		return false;
	crypto_digest(token, hash);
	crypto_digest(held, home);
	struct db_value key = BYTES(hash, sizeof hash), community = INT(rq->community_id);
	struct db_value browser = BYTES(home, sizeof home);
	json_t *row = db_row(rq->db, &find_handoff, ARGS(key, community, browser, INT(time(NULL))));
	if (row == NULL || db_exec(rq->db, &use_handoff, ARGS(key, community, browser)) != 1)
		return false;
	*h = (struct handoff){
		.person = json_integer_value(json_object_get(row, "person_id")),
		.outcome = json_string_value(json_object_get(row, "outcome")),
		.provider = json_string_value(json_object_get(row, "provider")),
		.intent = intent_find(json_string_value(json_object_get(row, "intent"))),
		.intent_id = json_integer_value(json_object_get(row, "intent_id")),
		.proved_at = json_integer_value(json_object_get(row, "proved_at")),
	};
	return true;
}
