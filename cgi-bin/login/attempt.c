#include "attempt.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/config.h"
#include "base/crypto.h"
#include "civic/community.h"
#include "web/session.h"

/* What goes to the callback's host is no state: neither can pass as the other. */
static void
hash_of_go(struct request *rq, const char *token, unsigned char hash[static MAC_BYTES])
{
	crypto_digest(str_fmt(rq->pool, "go:%s", token), hash);
}

/* Under the site's key: an address alone could be found again by trying all of them. */
static void
client_of(struct request *rq, unsigned char hash[static MAC_BYTES])
{
	crypto_digest(cookie_sign(rq, "login-client", rq->client), hash);
}

bool
attempt_too_many(struct request *rq, const struct idp *idp)
{
	SQL(attempts_of_client, "SELECT COUNT(*) AS n FROM (SELECT 1 FROM login_attempt WHERE client_hash = ? AND "
	                        "created_at > ? LIMIT ?) few");
	SQL(attempts_of_provider, "SELECT COUNT(*) AS n FROM (SELECT 1 FROM login_attempt WHERE provider = ? AND "
	                          "created_at > ? LIMIT ?) few");
	int64_t since = time(NULL) - ATTEMPT_LIFE, times = strtoll(config_or("limits", "1"), NULL, 10);
	int64_t most = ATTEMPTS_OF_ADDRESS * times, most_there = ATTEMPTS_OF_PROVIDER * times;
	unsigned char client[MAC_BYTES];

	client_of(rq, client);
	return db_number(rq->db, &attempts_of_client, ARGS(BYTES(client, sizeof client), INT(since), INT(most)), 0) >=
	    most ||
	    db_number(rq->db, &attempts_of_provider, ARGS(TEXT(idp->id), INT(since), INT(most_there)), 0) >= most_there;
}

struct row {
	const unsigned char *key;
	int64_t community;
	const char *nonce, *verifier, *home_host;
	const unsigned char *home_hash;
	int64_t home_community, life;
};

static void
insert(struct request *rq, const struct idp *idp, const struct intent *intent, int64_t intent_id,
    const struct row *row)
{
	SQL(new_attempt, "INSERT INTO login_attempt (state_hash, community_id, provider, client_hash, nonce, verifier, "
	                 "intent, intent_id, fresh, home_community_id, home_host, home_hash, created_at, expires_at) "
	                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	SQL(sweep_attempts, "DELETE FROM login_attempt WHERE expires_at < ? LIMIT 200");
	unsigned char client[MAC_BYTES];
	int64_t now = time(NULL);
	bool away = row->home_host != NULL;

	client_of(rq, client);
	db_exec(rq->db, &sweep_attempts, ARGS(INT(now)));
	db_exec(rq->db, &new_attempt,
	    ARGS(BYTES(row->key, MAC_BYTES), INT(row->community), TEXT(idp->id), BYTES(client, sizeof client),
	        TEXT(row->nonce), TEXT(row->verifier), TEXT(intent->name), INT(intent_id), INT(intent->fresh),
	        away ? INT(row->home_community) : NUL, away ? TEXT(row->home_host) : NUL,
	        away ? BYTES(row->home_hash, MAC_BYTES) : NUL, INT(now), INT(now + row->life)));
}

void
attempt_begin(struct request *rq, const struct idp *idp, const struct idp_attempt *attempt,
    const struct intent *intent, int64_t intent_id)
{
	unsigned char hash[MAC_BYTES];

	crypto_digest(attempt->state, hash);
	insert(rq, idp, intent, intent_id, &(struct row){ .key = hash, .community = rq->community_id,
	    .nonce = attempt->nonce, .verifier = attempt->verifier, .life = ATTEMPT_LIFE });
	reply_cookie(rq, cookie_name(rq, "attempt"), attempt->state, ATTEMPT_LIFE);
}

const char *
attempt_send(struct request *rq, const struct idp *idp, int64_t callback_community,
    const struct intent *intent, int64_t intent_id)
{
	const char *held = crypto_token(rq->pool), *token = crypto_token(rq->pool);
	unsigned char hash[MAC_BYTES], home[MAC_BYTES];

	hash_of_go(rq, token, hash);
	crypto_digest(held, home);
	insert(rq, idp, intent, intent_id, &(struct row){ .key = hash, .community = callback_community,
	    .nonce = "", .verifier = "", .home_community = rq->community_id, .home_host = rq->community->host,
	    .home_hash = home, .life = GO_LIFE });
	reply_cookie(rq, cookie_name(rq, "attempt"), held, ATTEMPT_LIFE);
	return token;
}

static bool
find(struct request *rq, const unsigned char hash[static MAC_BYTES], struct begun *begun)
{
	SQL(find_attempt, "SELECT provider, nonce, verifier, intent, intent_id, fresh, community_id, home_community_id, "
	                  "home_host, home_hash, created_at FROM login_attempt WHERE state_hash = ? AND "
	                  "community_id = ? AND used_at IS NULL AND expires_at > ?");
	json_t *row = db_row(rq->db, &find_attempt,
	    ARGS(BYTES(hash, MAC_BYTES), INT(rq->community_id), INT(time(NULL))));

	if (row == NULL)
		return false;
	*begun = (struct begun){
		.idp = idp_by_id(json_string_value(json_object_get(row, "provider"))),
		.intent = intent_find(json_string_value(json_object_get(row, "intent"))),
		.intent_id = json_integer_value(json_object_get(row, "intent_id")),
		.community_id = json_integer_value(json_object_get(row, "community_id")),
		.nonce = json_string_value(json_object_get(row, "nonce")),
		.verifier = json_string_value(json_object_get(row, "verifier")),
		.home_host = json_string_value(json_object_get(row, "home_host")),
		.home_hash = json_string_value(json_object_get(row, "home_hash")),
		.fresh = json_is_true(json_object_get(row, "fresh")),
		.begun = json_integer_value(json_object_get(row, "created_at")),
	};
	if (begun->home_host != NULL)
		begun->community_id = json_integer_value(json_object_get(row, "home_community_id"));
	return begun->idp != NULL; /* a provider whose file is gone ends its attempts */
}

bool
attempt_receive(struct request *rq, const char *token, const struct idp_attempt *attempt,
    struct begun *begun)
{
	SQL(receive_attempt, "UPDATE login_attempt SET state_hash = ?, nonce = ?, verifier = ?, expires_at = ? "
	                     "WHERE state_hash = ? AND community_id = ? AND used_at IS NULL AND expires_at > ?");
	unsigned char old[MAC_BYTES], new[MAC_BYTES];

	if (str_empty(token))
		return false;
	hash_of_go(rq, token, old);
	if (!find(rq, old, begun) || !str_eq(begun->idp->callback_host, rq->host))
		return false;
	crypto_digest(attempt->state, new);
	if (db_exec(rq->db, &receive_attempt,
	        ARGS(BYTES(new, sizeof new), TEXT(attempt->nonce), TEXT(attempt->verifier),
	            INT(begun->begun + ATTEMPT_LIFE), BYTES(old, sizeof old), INT(rq->community_id),
	            INT(time(NULL)))) != 1)
		return false;
	reply_cookie(rq, cookie_name(rq, "attempt"), attempt->state, ATTEMPT_LIFE);
	return true;
}

bool
attempt_take(struct request *rq, const char *state, struct begun *begun)
{
	SQL(use_attempt, "UPDATE login_attempt SET used_at = ?, nonce = '', verifier = '' WHERE state_hash = ? AND "
	                 "community_id = ? AND used_at IS NULL");
	const char *cookie = request_cookie(rq, cookie_name(rq, "attempt"));
	unsigned char hash[MAC_BYTES];

	if (str_empty(state) || cookie == NULL || strlen(cookie) != strlen(state) ||
	    !crypto_same(cookie, state, strlen(state)))
		return false;
	crypto_digest(state, hash);
	return find(rq, hash, begun) &&
	    db_exec(rq->db, &use_attempt,
	        ARGS(INT(time(NULL)), BYTES(hash, sizeof hash), INT(rq->community_id))) == 1;
}
