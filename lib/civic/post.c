#include "civic/post.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/community.h"
#include "civic/contact.h"
#include "civic/letter.h"
#include "civic/mail_token.h"
#include "web/i18n.h"
#include "web/mail_box.h"
#include "web/request.h"
#include "web/smtp.h"

enum { RECOVER_MS = 2000 };

static struct {
	struct views *views;
	bool (*still)(struct db *db);
	bool by_smtp;
	char holder[25]; /* this process among those that had letters open */
	const char *from, *returns;
	int64_t a_second, backoff_s;
	int64_t away_until, away_s; /* the server's pause, by clock_monotonic() */
	int64_t allowance_from, sent; /* the second's beginning, and what was sent in it */
} post;

/* The end of a conversation, until it is written down: the database may be away just then. */
static struct ending {
	bool open;
	int64_t letter, community, person, version, claim; /* claim 0: version is the contact's */
	const char *state;
	int code;
	int64_t again_s;
} ending;

static int64_t
number_or(const char *key, int64_t otherwise)
{
	int64_t n = strtoll(config_or(key, "0"), NULL, 10);

	return n > 0 ? n : otherwise;
}

void
post_open(bool (*still)(struct db *db))
{
	struct pool *pool = pool_open(4096);
	char folder[1024];

	snprintf(folder, sizeof folder, "%s/locale", config_get("build"));
	i18n_open(folder);
	snprintf(folder, sizeof folder, "%s/views", config_get("root"));
	post.views = views_open(folder, config_on("strict"));
	post.still = still;
	post.by_smtp = smtp_open();
	post.from = config_get("mail_from");
	post.returns = config_or("mail_return", NULL);
	if (!mail_address(post.from) || (post.returns != NULL && !mail_address(post.returns)))
		fatal("mail_from or mail_return is no address");
	post.a_second = number_or("mail_per_second", LETTERS_A_SECOND);
	post.backoff_s = number_or("mail_backoff", BACKOFF_S);
	snprintf(post.holder, sizeof post.holder, "%.24s", crypto_token(pool));
	pool_close(pool);
}

/* What processes left behind that are no more, or that lost their lease. */
static bool
recover(struct db *db)
{
	SQL(recover_open, "UPDATE letter SET state = 'waiting', holder = '' WHERE state = 'open' AND holder <> ?");
	SQL(left_sending, "SELECT id, community_id FROM letter WHERE state = 'sending' AND holder <> ? LIMIT 100");
	SQL(recover_sending, "UPDATE letter SET state = 'uncertain', changed_at = UTC_TIMESTAMP() "
	                     "WHERE state = 'sending' AND holder <> ?");
	static int64_t looked_at;
	json_t *row;
	size_t i;

	if (clock_monotonic() - looked_at < RECOVER_MS)
		return true;
	json_t *rows = db_rows(db, &left_sending, ARGS(TEXT(post.holder)));
	json_array_foreach(rows, i, row)
		log_error("post", "letter %" PRId64 ": a process ended as it was being sent; it may have "
		          "arrived and is not sent again", (int64_t)json_integer_value(json_object_get(row, "id")));
	if (json_array_size(rows) > 0)
		db_exec(db, &recover_sending, ARGS(TEXT(post.holder)));
	if (db_exec(db, &recover_open, ARGS(TEXT(post.holder))) < 0)
		return false;
	looked_at = clock_monotonic();
	return true;
}

/* Writes down how a conversation ended. One that another process took for lost may still be set right. */
static bool
end_letter(struct db *db)
{
	SQL(finish, "UPDATE letter SET state = ?, code = ?, changed_at = UTC_TIMESTAMP() WHERE id = ? AND "
	            "community_id = ? AND holder = ? AND state IN ('open', 'sending', 'uncertain')");
	SQL(put_back, "UPDATE letter SET state = IF(created_at < UTC_TIMESTAMP() - INTERVAL ? DAY, 'failed', "
	              "'waiting'), code = ?, holder = '', next_at = UTC_TIMESTAMP() + INTERVAL ? SECOND, "
	              "changed_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ? AND holder = ? "
	              "AND state IN ('open', 'sending', 'uncertain')");
	struct ending *e = &ending;
	struct db_value code = e->code != 0 ? INT(e->code) : NUL;

	if (!e->open)
		return true;
	if (str_eq(e->state, "bounced") && e->claim != 0)
		contact_claim_bounced(db, e->community, e->claim);
	else if (str_eq(e->state, "bounced"))
		contact_bounced(db, e->person, e->version);
	if (str_eq(e->state, "waiting"))
		db_exec(db, &put_back, ARGS(INT(LETTER_DAYS), code, INT(e->again_s), INT(e->letter),
		    INT(e->community), TEXT(post.holder)));
	else
		db_exec(db, &finish,
		    ARGS(TEXT(e->state), code, INT(e->letter), INT(e->community), TEXT(post.holder)));
	e->open = db_failed(db);
	return !e->open;
}

static bool
before_end(void *ctx)
{
	SQL(mark_sending, "UPDATE letter SET state = 'sending', changed_at = UTC_TIMESTAMP() WHERE id = ? AND "
	                  "community_id = ? AND holder = ? AND state = 'open'");

	return db_exec(ctx, &mark_sending,
	           ARGS(INT(ending.letter), INT(ending.community), TEXT(post.holder))) == 1;
}

static bool
alive(void *ctx)
{
	static int64_t asked_at;

	if (clock_monotonic() - asked_at < 1000)
		return true;
	asked_at = clock_monotonic();
	return post.still(ctx);
}

/* 2 to the power of attempts, in bounds. */
static int64_t
backoff(int64_t attempts)
{
	int64_t s = post.backoff_s;

	while (attempts-- > 1 && s < BACKOFF_MAX_S)
		s *= 2;
	return s < BACKOFF_MAX_S ? s : BACKOFF_MAX_S;
}

static void
judge(const struct smtp_answer *a, int64_t attempts)
{
	ending.code = a->code;
	ending.again_s = backoff(attempts);
	switch (a->result) {
	case SMTP_TAKEN: ending.state = "sent"; break;
	case SMTP_BOUNCED: ending.state = "bounced"; break;
	case SMTP_REFUSED: ending.state = "failed"; break;
	case SMTP_LATER: ending.state = "waiting"; break;
	case SMTP_AWAY:
	case SMTP_STOPPED:
		ending.state = "waiting";
		ending.again_s = 0;
		break;
	case SMTP_UNKNOWN: ending.state = "uncertain"; break;
	}
	if (a->result != SMTP_TAKEN && a->result != SMTP_STOPPED)
		log_error("post", "letter %" PRId64 ": %s (%s)", ending.letter, ending.state, a->why);
	if (!a->silent && a->result != SMTP_AWAY) {
		post.away_s = 0;
		return;
	}
	/* Not this letter's fault: all wait a little, longer each time. */
	post.away_s = post.away_s == 0 ? 1 : post.away_s * 2 < AWAY_MAX_S ? post.away_s * 2 : AWAY_MAX_S;
	post.away_until = clock_monotonic() + 1000 * post.away_s;
}

/* To whom, if they still are to have it: {email, version, lang}, or NULL. */
static json_t *
recipient(struct db *db, json_t *row, enum audience to)
{
	SQL(of_contact, "SELECT c.email, c.version, c.lang FROM contact c WHERE c.person_id = ? AND "
	                "c.email IS NOT NULL AND c.confirmed_at IS NOT NULL AND c.bounced_at IS NULL AND "
	                "CASE ? WHEN 'author' THEN c.author_notices WHEN 'person' THEN c.author_notices WHEN 'staff' THEN c.staff_notices ELSE EXISTS "
	                "(SELECT 1 FROM petition_follow f WHERE f.petition_id = ? AND f.person_id = c.person_id "
	                "AND f.community_id = ? AND f.until IS NULL) END");
	SQL(of_claim, "SELECT email, 0 AS version, lang FROM contact_claim WHERE id = ? AND community_id = ? "
	              "AND person_id = ? AND used_at IS NULL AND expires_at > ?");
	struct db_value subject = INT(json_integer_value(json_object_get(row, "subject_id")));
	struct db_value community = INT(json_integer_value(json_object_get(row, "community_id")));
	struct db_value person = INT(json_integer_value(json_object_get(row, "person_id")));

	return to == TO_CLAIM ? db_row(db, &of_claim, ARGS(subject, community, person, INT(time(NULL))))
	                      : db_row(db, &of_contact, ARGS(person, TEXT(json_string_value(json_object_get(row, "audience"))),
	                                subject, community));
}

static enum audience
audience_of(json_t *row)
{
	const char *name = json_string_value(json_object_get(row, "audience"));

	return str_eq(name, "claim") ? TO_CLAIM : str_eq(name, "staff") ? TO_STAFF
	    : str_eq(name, "followers") ? TO_FOLLOWERS
	    : str_eq(name, "person")    ? TO_PERSON
	                                : TO_AUTHOR;
}

static const char *
token_of(struct pool *pool, json_t *row, enum audience to, const char *email)
{
	int64_t community = json_integer_value(json_object_get(row, "community_id"));
	int64_t person = json_integer_value(json_object_get(row, "person_id"));
	int64_t subject = json_integer_value(json_object_get(row, "subject_id"));

	switch (to) {
	case TO_PERSON:
	case TO_AUTHOR: return stop_token(pool, community, &(struct stop){ STOP_AUTHOR, person, 0 });
	case TO_FOLLOWERS: return stop_token(pool, community, &(struct stop){ STOP_FOLLOW, person, subject });
	case TO_STAFF: return stop_token(pool, community, &(struct stop){ STOP_STAFF, person, 0 });
	case TO_CLAIM: return claim_token(pool, community, subject, person, email);
	}
	return "";
}

/* The message, or NULL with a line in the log: such a letter fails, rather than stop the others. */
static const char *
compose(struct db *db, struct pool *pool, json_t *row, json_t *to, size_t *len)
{
	const char *error = "its community or petition is gone";
	int64_t community = json_integer_value(json_object_get(row, "community_id"));
	const char *email = json_string_value(json_object_get(to, "email"));
	enum audience audience = audience_of(row);
	struct letter l = { .notice = notice_find(json_string_value(json_object_get(row, "notice"))),
		.to = audience, .lang = str_eq(json_string_value(json_object_get(to, "lang")), "en") ? LANG_EN : LANG_UK,
		.at = json_string_value(json_object_get(row, "caused_at")),
		.reason = json_string_value(json_object_get(row, "reason")),
		.note = json_string_value(json_object_get(row, "note")),
		.token = token_of(pool, row, audience, email) };
	struct mail mail = { .from = post.from, .to = email,
		.token = json_string_value(json_object_get(row, "token")) };
	const struct community *c = community_by_id(db, community);

	if (l.notice != NULL)
		l.facts = audience == TO_CLAIM || audience == TO_PERSON
		    ? json_object()
		    : letter_facts(db, community, json_integer_value(json_object_get(row, "subject_id")),
		          json_integer_value(json_object_get(row, "other_id")), l.notice->step);
	if (db_failed(db))
		return NULL;
	if (c != NULL && l.facts != NULL) {
		l.community = community_model(pool, c, l.lang);
		l.origin = host_origin(pool, c->host);
		clock_parse(json_string_value(json_object_get(row, "created_at")), &mail.date);
		const char *message = letter_write(pool, post.views, &l, &mail, &error)
		    ? mail_build(pool, &mail, len)
		    : NULL;
		if (message != NULL)
			return message;
	}
	log_error("post", "letter %" PRId64 " cannot be written: %s",
	    (int64_t)json_integer_value(json_object_get(row, "id")), error);
	return NULL;
}

static void
hand_over(struct db *db, struct pool *pool, json_t *row, json_t *to, const char *message, size_t len)
{
	const char *token = json_string_value(json_object_get(row, "token"));

	if (!post.by_smtp) {
		bool put = mail_box_put(pool, ending.letter, token, message, len);
		ending.state = put ? "sent" : "waiting";
		ending.again_s = post.backoff_s;
		return;
	}
	struct smtp_call call = { .from = post.returns != NULL ? mail_return_path(pool, post.returns, token)
		                                               : post.from,
		.to = json_string_value(json_object_get(to, "email")), .message = message, .len = len,
		.before_end = before_end, .alive = alive, .ctx = db };
	struct smtp_answer a = smtp_send(pool, &call);
	judge(&a, json_integer_value(json_object_get(row, "attempts")) + 1);
}

/* False where the database failed. */
static bool
send_one(struct db *db, struct pool *pool, json_t *row)
{
	SQL(open_letter, "UPDATE letter SET state = 'open', holder = ?, attempts = attempts + 1, "
	                 "address_version = ?, changed_at = UTC_TIMESTAMP() WHERE id = ? AND community_id = ? "
	                 "AND state = 'waiting'");
	enum audience audience = audience_of(row);
	json_t *to = recipient(db, row, audience);
	size_t len = 0;

	if (db_failed(db))
		return false;
	const char *message = to != NULL ? compose(db, pool, row, to, &len) : NULL;
	ending = (struct ending){ .letter = json_integer_value(json_object_get(row, "id")),
		.community = json_integer_value(json_object_get(row, "community_id")),
		.person = json_integer_value(json_object_get(row, "person_id")),
		.version = json_integer_value(json_object_get(to, "version")),
		.claim = audience == TO_CLAIM ? json_integer_value(json_object_get(row, "subject_id")) : 0,
		.state = to == NULL ? "dropped" : "failed" };
	if (db_exec(db, &open_letter, ARGS(TEXT(post.holder), INT(ending.version), INT(ending.letter),
	        INT(ending.community))) != 1)
		return !db_failed(db);
	ending.open = true;
	if (message != NULL)
		hand_over(db, pool, row, to, message, len);
	/* before_end() may have met a database that was away: what is known of the letter is still known. */
	if (db_failed(db))
		return false;
	return end_letter(db);
}

/* How many may go now, by the bound of a second. */
static int64_t
allowance(void)
{
	if (clock_monotonic() - post.allowance_from >= 1000) {
		post.allowance_from = clock_monotonic();
		post.sent = 0;
	}
	int64_t left = post.a_second - post.sent;
	return left < LETTERS_A_TURN ? left : LETTERS_A_TURN;
}

bool
post_send(struct db *db)
{
	SQL(due_letters, "SELECT l.id, l.community_id, l.person_id, l.token, l.attempts, l.created_at, "
	                 "o.audience, o.notice, o.subject_id, o.other_id, o.reason, o.note, "
	                 "o.created_at AS caused_at FROM letter l JOIN outbox o ON o.id = l.outbox_id AND "
	                 "o.community_id = l.community_id WHERE l.state = 'waiting' AND "
	                 "l.next_at <= UTC_TIMESTAMP() ORDER BY l.urgency, l.next_at, l.id LIMIT ?");
	json_t *row;
	size_t i;

	if (!end_letter(db) || !recover(db))
		return false;
	if (clock_monotonic() < post.away_until || allowance() <= 0)
		return true;
	json_t *rows = db_rows(db, &due_letters, ARGS(INT(allowance())));
	json_array_foreach(rows, i, row) {
		struct pool *pool = pool_open(4 * 1024 * 1024);
		bool went_on = alive(db) && send_one(db, pool, row);
		pool_close(pool);
		post.sent++;
		if (!went_on || clock_monotonic() < post.away_until)
			break;
	}
	return !db_failed(db);
}

bool
post_sweep(struct db *db)
{
	SQL(sweep_letters, "DELETE FROM letter WHERE created_at < UTC_TIMESTAMP() - INTERVAL ? DAY AND "
	                   "state NOT IN ('waiting', 'open', 'sending', 'uncertain') LIMIT 1000");
	SQL(sweep_claims, "DELETE FROM contact_claim WHERE created_at < ? LIMIT 1000");

	db_exec(db, &sweep_letters, ARGS(INT(LETTER_KEPT_DAYS)));
	db_exec(db, &sweep_claims, ARGS(INT(time(NULL) - 2 * CLAIM_HOURS * 3600)));
	return !db_failed(db);
}
