#include "trap.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/str.h"
#include "civic/demo.h"
#include "standin.h"
#include "web/problem.h"

static const struct {
	const char *name;
	enum trap bit;
} names[] = {
	{ "used_code", TRAP_USED_CODE }, { "slow", TRAP_SLOW }, { "garbage", TRAP_GARBAGE },
	{ "broken", TRAP_BROKEN }, { "token_error", TRAP_TOKEN_ERROR }, { "other_state", TRAP_OTHER_STATE },
	{ "error_200", TRAP_ERROR_200 }, { "text", TRAP_TEXT }, { "no_number", TRAP_NO_NUMBER },
	{ "passport", TRAP_PASSPORT }, { "names_na", TRAP_NAMES_NA }, { "sealed", TRAP_SEALED },
	{ "other_key", TRAP_OTHER_KEY }, { "plain", TRAP_PLAIN }, { "cert_twice", TRAP_CERT_TWICE },
	{ "no_birthday", TRAP_NO_BIRTHDAY }, { "rotated_key", TRAP_ROTATED_KEY },
	{ "expired_key", TRAP_EXPIRED_KEY }, { "expired", TRAP_EXPIRED }, { "other_issuer", TRAP_OTHER_ISSUER },
	{ "other_nonce", TRAP_OTHER_NONCE }, { "other_audience", TRAP_OTHER_AUDIENCE },
	{ "no_signature", TRAP_NO_SIGNATURE }, { "callback_issuer", TRAP_CALLBACK_ISSUER },
};

static struct {
	char login[16];
	unsigned traps;
} trapped[TRAPPED_MAX];

unsigned
trap_of(const char *login)
{
	for (size_t i = 0; i < TRAPPED_MAX; i++)
		if (trapped[i].traps != 0 && str_eq(trapped[i].login, login))
			return trapped[i].traps;
	return 0;
}

static bool
keep(const char *login, unsigned traps)
{
	size_t place = TRAPPED_MAX;

	for (size_t i = 0; i < TRAPPED_MAX; i++)
		if (str_eq(trapped[i].login, login) || (trapped[i].traps == 0 && place == TRAPPED_MAX)) {
			place = i;
			if (str_eq(trapped[i].login, login))
				break;
		}
	if (place == TRAPPED_MAX)
		return false;
	snprintf(trapped[place].login, sizeof trapped[place].login, "%s", login);
	trapped[place].traps = traps;
	return true;
}

bool
trap_reply(struct request *rq, unsigned traps)
{
	if (traps & TRAP_SLOW) {
		/* nginx does the waiting, so that this one process goes on answering others. */
		reply_header(rq, "X-Accel-Limit-Rate", "1");
		reply_text(rq, 200, "application/json", "{}");
	} else if (traps & TRAP_BROKEN) {
		reply_text(rq, 500, "text/plain", "broken\n");
	} else if (traps & TRAP_GARBAGE) {
		reply_text(rq, 200, "text/html", "<html><body>Технічні роботи</body></html>\n");
	} else if (traps & TRAP_ERROR_200) {
		reply_text(rq, 200, "application/json",
		    "{\"error\":\"invalid_token\",\"message\":\"trap-canary-of-an-error\"}");
	} else if (traps & TRAP_TEXT) {
		reply_text(rq, 200, "application/json", "\"trap-canary-of-a-text\"");
	} else {
		return false;
	}
	return true;
}

const char *
trap_passport(struct pool *pool, enum dialect dialect, const char *login)
{
	unsigned char hash[MAC_BYTES];

	crypto_digest(login, hash);
	unsigned number = ((unsigned)hash[0] << 16 | (unsigned)hash[1] << 8 | hash[2]) % 1000000;
	switch (dialect) {
	case DIALECT_OIDC: return str_fmt(pool, "АВ%06u", number);
	case DIALECT_IDGOVUA: return str_fmt(pool, "ав %06u", number);
	case DIALECT_BANKID:
	case DIALECTS: break;
	}
	return str_fmt(pool, "АВ № %06u", number);
}

/* The bits of a list of names; false where one is unknown. */
static bool
read_traps(json_t *list, unsigned *traps)
{
	size_t i, n;
	json_t *one;

	*traps = 0;
	json_array_foreach(list, i, one) {
		for (n = 0; n < sizeof names / sizeof *names; n++)
			if (str_eq(json_string_value(one), names[n].name))
				break;
		if (n == sizeof names / sizeof *names)
			return false;
		*traps |= names[n].bit;
	}
	return json_is_array(list);
}

void
post_traps(struct request *rq)
{
	json_t *asked = json_loadb(rq->body, rq->body_len, JSON_REJECT_DUPLICATES, NULL);
	const char *person = json_string_value(json_object_get(asked, "person"));
	unsigned traps;

	if (!client_secret_is(DIALECT_OIDC, json_string_value(json_object_get(asked, "secret")))) {
		reply_problem(rq, 403, "forbidden", "That is not the client's secret.");
		return;
	}
	if (person == NULL || strlen(person) >= sizeof trapped[0].login ||
	    demo_person(rq->pool, people, person) == NULL || !read_traps(json_object_get(asked, "traps"), &traps)) {
		reply_problem(rq, 422, "invalid", "No such person or trap.");
		return;
	}
	if (keep(person, traps))
		reply_text(rq, 200, "application/json", "{}");
	else
		reply_problem(rq, 503, "full", "Too many people have traps.");
}
