#include "web/session.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

#include "base/config.h"
#include "base/crypto.h"
#include "web/device.h"

enum { SEEN_EVERY = 60 }; /* a row is touched at most once a minute */

static const unsigned char *
web_key(void)
{
	static unsigned char key[MAC_BYTES];
	static bool read;

	if (!read)
		config_key_file("csrf", key, sizeof key, sizeof key);
	read = true;
	return key;
}

static void
keyed(struct request *rq, const char *use, const char *value, unsigned char mac[static MAC_BYTES])
{
	const char *message = str_fmt(rq->pool, "%s:%s", use, value);
	crypto_mac(web_key(), message, strlen(message), mac);
}

const char *
cookie_name(const struct request *rq, const char *name)
{
	if (str_starts(config_get("base_url"), "https:"))
		return str_fmt(rq->pool, "__Host-%s", name);
	return str_fmt(rq->pool, "viche_%s_%s", name, config_get("port"));
}

char *
cookie_sign(struct request *rq, const char *use, const char *value)
{
	unsigned char mac[MAC_BYTES];

	keyed(rq, use, value, mac);
	return str_fmt(rq->pool, "%s.%s", value, str_base64url(rq->pool, mac, sizeof mac));
}

const char *
cookie_signed(struct request *rq, const char *use, const char *name)
{
	const char *cookie = request_cookie(rq, cookie_name(rq, name));
	const char *dot = cookie != NULL ? strrchr(cookie, '.') : NULL;
	unsigned char mac[MAC_BYTES], *given;
	size_t len;

	if (dot == NULL)
		return NULL;
	const char *value = str_ndup(rq->pool, cookie, (size_t)(dot - cookie));
	given = str_unbase64url(rq->pool, dot + 1, &len);
	keyed(rq, use, value, mac);
	return given != NULL && len == sizeof mac && crypto_same(mac, given, len) ? value : NULL;
}

void
session_load(struct request *rq)
{
	SQL(find_session, "SELECT id, person_id, seen_at, proved_at, operator_id FROM session "
	                  "WHERE token_hash = ? AND community_id = ? AND seen_at + idle_s > ? AND expires_at > ?");
	SQL(touch_session, "UPDATE session SET seen_at = ? WHERE token_hash = ? AND community_id = ?");
	struct session *s = &rq->session;
	int64_t now = time(NULL);

	s->token = request_cookie(rq, cookie_name(rq, "session"));
	s->presented = s->token != NULL;
	s->secret = cookie_signed(rq, "pre", "pre");
	if (s->token == NULL || rq->db == NULL)
		return;
	crypto_digest(s->token, s->hash);
	json_t *row = db_row(rq->db, &find_session,
	    ARGS(BYTES(s->hash, sizeof s->hash), INT(rq->community_id), INT(now), INT(now)));
	if (row == NULL)
		return;
	s->person = json_integer_value(json_object_get(row, "person_id"));
	s->id = json_integer_value(json_object_get(row, "id"));
	s->proved_at = json_integer_value(json_object_get(row, "proved_at"));
	s->operator = json_integer_value(json_object_get(row, "operator_id"));
	s->secret = s->token;
	if (json_integer_value(json_object_get(row, "seen_at")) < now - SEEN_EVERY)
		db_exec(rq->db, &touch_session,
		    ARGS(INT(now), BYTES(s->hash, sizeof s->hash), INT(rq->community_id)));
}

void
session_end(struct request *rq)
{
	SQL(end_session, "DELETE FROM session WHERE token_hash = ? AND community_id = ?");

	if (rq->session.token != NULL)
		db_exec(rq->db, &end_session,
		    ARGS(BYTES(rq->session.hash, sizeof rq->session.hash), INT(rq->community_id)));
	reply_cookie(rq, cookie_name(rq, "session"), "", -1);
	rq->session.person = 0;
	rq->session.token = NULL;
}

void
session_start(struct request *rq, const struct session_new *how)
{
	SQL(start_session, "INSERT INTO session (token_hash, community_id, person_id, created_at, seen_at, "
	                   "expires_at, provider, device, idle_s, proved_at, operator_id) "
	                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	/* By the index: what a DELETE looks at it locks, so the idle ones wait for their absolute end. */
	SQL(sweep_sessions, "DELETE FROM session WHERE community_id = ? AND expires_at < ? LIMIT 100");
	struct session *s = &rq->session;
	int64_t now = time(NULL);
	int life = how->operator != 0 ? COUNTER_SESSION_LIFE : how->staff ? STAFF_SESSION_LIFE : SESSION_LIFE;
	int idle = how->operator != 0 ? COUNTER_SESSION_IDLE : how->staff ? STAFF_SESSION_IDLE : SESSION_IDLE;

	if (s->token != NULL)
		session_end(rq);
	s->token = crypto_token(rq->pool);
	s->secret = s->token;
	s->person = how->person;
	s->operator = how->operator;
	s->proved_at = how->operator != 0 ? 0 : how->proved_at != 0 ? how->proved_at : now;
	crypto_digest(s->token, s->hash);
	db_exec(rq->db, &sweep_sessions, ARGS(INT(rq->community_id), INT(now)));
	db_exec(rq->db, &start_session,
	    ARGS(BYTES(s->hash, sizeof s->hash), INT(rq->community_id), INT(how->person), INT(now), INT(now),
	        INT(now + life), TEXT(how->provider != NULL ? how->provider : ""),
	        TEXT(device_label(rq->pool, request_param(rq, "HTTP_USER_AGENT"))),
	        INT(idle), INT(s->proved_at),
	        how->operator != 0 ? INT(how->operator) : NUL));
	s->id = db_last_id(rq->db);
	reply_cookie(rq, cookie_name(rq, "session"), s->token, life);
}

void
session_supervise(struct request *rq, const struct session_new *how)
{
	reply_cookie(rq, cookie_name(rq, "aside"), rq->session.token, STAFF_SESSION_LIFE);
	rq->session.token = NULL; /* it lives on */
	session_start(rq, how);
}

bool
session_aside(const struct request *rq)
{
	return request_cookie(rq, cookie_name(rq, "aside")) != NULL;
}

bool
session_return(struct request *rq)
{
	SQL(find_aside, "SELECT person_id, expires_at FROM session WHERE token_hash = ? AND community_id = ? AND "
	                "operator_id IS NULL AND seen_at + idle_s > ? AND expires_at > ?");
	const char *token = request_cookie(rq, cookie_name(rq, "aside"));
	int64_t now = time(NULL), operator = rq->session.operator;
	unsigned char hash[MAC_BYTES];

	session_end(rq);
	if (token == NULL)
		return false;
	reply_cookie(rq, cookie_name(rq, "aside"), "", -1);
	crypto_digest(token, hash);
	json_t *row = db_row(rq->db, &find_aside,
	    ARGS(BYTES(hash, sizeof hash), INT(rq->community_id), INT(now), INT(now)));
	/* Where the visitor's session ended by itself nothing says whose it was: the browser does. */
	if (row == NULL || (operator != 0 && json_integer_value(json_object_get(row, "person_id")) != operator))
		return false;
	reply_cookie(rq, cookie_name(rq, "session"), token, json_integer_value(json_object_get(row, "expires_at")) - now);
	return true;
}

bool
session_fresh(const struct request *rq)
{
	int64_t life = rq->method == POST && !rq->json ? FRESH_FORM_LIFE : FRESH_LIFE;

	/* A proof of the future is of a provider whose clock is wrong. */
	return rq->session.proved_at > time(NULL) - life && rq->session.proved_at <= time(NULL) + 60;
}

const char *
presession(struct request *rq)
{
	const char *id = cookie_signed(rq, "pre", "pre");

	if (id == NULL) {
		if (rq->session.person == 0 && rq->session.secret != NULL)
			return rq->session.secret; /* made earlier in this request */
		id = crypto_token(rq->pool);
		reply_cookie(rq, cookie_name(rq, "pre"), cookie_sign(rq, "pre", id), PRESESSION_LIFE);
		if (rq->session.person == 0)
			rq->session.secret = id;
	}
	return id;
}

const char *
csrf_token(struct request *rq)
{
	if (rq->session.person == 0)
		presession(rq);
	return csrf_token_for(rq, rq->session.secret);
}

const char *
csrf_token_for(struct request *rq, const char *secret)
{
	unsigned char token[2 * MAC_BYTES];

	rq->reply.cacheable = false;
	rq->reply.unlike = true;
	keyed(rq, "csrf", secret, token + MAC_BYTES);
	randombytes_buf(token, MAC_BYTES);
	for (size_t i = 0; i < MAC_BYTES; i++)
		token[MAC_BYTES + i] ^= token[i];
	return str_base64url(rq->pool, token, sizeof token);
}

bool
csrf_valid(struct request *rq, const char *token)
{
	unsigned char mac[MAC_BYTES], *given;
	size_t len;

	if (str_empty(token) || strlen(token) > 120 || rq->session.secret == NULL)
		return false;
	given = str_unbase64url(rq->pool, token, &len);
	if (given == NULL || len != 2 * sizeof mac)
		return false;
	for (size_t i = 0; i < MAC_BYTES; i++)
		given[MAC_BYTES + i] ^= given[i];
	keyed(rq, "csrf", rq->session.secret, mac);
	return crypto_same(mac, given + MAC_BYTES, sizeof mac);
}

bool
csrf_same_origin(const struct request *rq)
{
	const char *origin = request_param(rq, "HTTP_ORIGIN");
	const char *site = request_param(rq, "HTTP_SEC_FETCH_SITE");

	return (*origin == '\0' || strcmp(origin, request_origin(rq)) == 0) &&
	    (*site == '\0' || strcmp(site, "same-origin") == 0);
}
