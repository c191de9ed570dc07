#include "web/idp_idgovua.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "web/client.h"
#include "web/idp_value.h"

/* nginx waits 15 s for a page: what is left of these goes to the answer itself. */
enum { WHOLE_MS = 12000, LOGOUT_MS = 1500 };

static const char FIELDS[] = "issuer,issuercn,serial,subjectcn,locality,state,lastname,givenname,middlename,"
                             "email,edrpoucode,drfocode";
static const char AUTH_TYPES[] = "dig_sign,bank_id,mobile_id,diia_id";

enum idp_result
idgovua_read_tokens(struct pool *pool, const char *body, size_t len, struct idgovua_tokens *tokens,
    const char **why)
{
	json_t *object;
	enum idp_result result = idp_success(pool, body, len, &object, why);

	if (result != IDP_DONE)
		return result;
	*tokens = (struct idgovua_tokens){ idp_token(pool, object, "access_token"), idp_token(pool, object, "user_id") };
	if (tokens->access != NULL && tokens->user_id != NULL)
		return IDP_DONE;
	*why = "no access_token or user_id";
	return IDP_UNREACHABLE;
}

enum idp_result
idgovua_read_user(struct pool *pool, const char *body, size_t len, const struct idgovua_reading *reading,
    struct idp_identity *identity, const char **why)
{
	json_t *user;
	enum idp_result result = idp_success(pool, body, len, &user, why);

	if (result != IDP_DONE)
		return result;
	json_t *sealed = json_object_get(user, "encryptedUserInfo");
	if (sealed == NULL && reading->sealed) {
		*why = "the answer is not sealed, though a certificate was sent";
		return IDP_REFUSED;
	}
	if (sealed != NULL && idp_opened(pool, reading->unseal, sealed, &user, why) != IDP_DONE)
		return IDP_UNSEALED;
	const char *number = idp_number(pool, idp_text(pool, user, "drfocode"));
	struct idp_place place = { 0 };
	if (reading->residence)
		place = (struct idp_place){ .state = idp_text(pool, user, "state"), .city = idp_text(pool, user, "locality") };
	if (number == NULL) {
		*why = "the answer has no number of a person";
		return IDP_NUMBERLESS;
	}
	*identity = (struct idp_identity){
		.given_name = idp_name(pool, user, "givenname"),
		.family_name = idp_name(pool, user, "lastname"),
		.middle_name = idp_name(pool, user, "middlename"),
		.tax_number = number,
		.birthdate = idp_number_birthdate(pool, number, reading->now),
		.residence_code = idp_place_code(pool, &place, reading->localities),
		.residence_text = idp_place_text(pool, &place),
		.email = idp_text(pool, user, "email"),
	};
	return IDP_DONE;
}

static const char *
option_or(const struct idp *idp, const char *name, const char *otherwise)
{
	const char *value = idp_option(idp, name);

	return str_empty(value) ? otherwise : value;
}

/* The words of a list as the system takes them: "dig_sign,bank_id". */
static const char *
commas(struct pool *pool, const char *words)
{
	char *list = str_dup(pool, words);

	for (char *p = list; *p != '\0'; p++)
		if (*p == ' ')
			*p = ',';
	return list;
}

static enum idp_result
authorize(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt, const char **url)
{
	/* The system has no word for language or for asking anew: log_out() below sees to the latter. */
	*url = str_fmt(pool, "%s?response_type=code&client_id=%s&auth_type=%s&state=%s&redirect_uri=%s",
	    idp_address(pool, idp, "/"), str_url_encode(pool, idp_option(idp, "client_id")),
	    commas(pool, option_or(idp, "auth_type", AUTH_TYPES)), str_url_encode(pool, attempt->state),
	    str_url_encode(pool, attempt->redirect_uri));
	return IDP_DONE;
}

/* One login's calls, which share a deadline. */
struct exchange {
	struct pool *pool;
	const struct idp *idp;
	int64_t deadline;
	const char *why;
};

/* A call whose address holds tokens; *result is IDP_DONE where there is an answer to read. */
static struct client_answer
ask(struct exchange *x, const char *url, enum idp_result *result)
{
	int64_t left = x->deadline - clock_monotonic();
	struct client_answer answer = client_call(x->pool,
	    &(struct client_call){ .url = url, .wait_ms = left > 0 ? (long)left : 1, .private_url = true });

	*result = IDP_DONE;
	if (answer.status == 0) {
		x->why = answer.error;
		*result = IDP_UNREACHABLE;
	} else if (answer.status != 200) {
		x->why = str_fmt(x->pool, "the provider said %d", answer.status);
		*result = answer.status >= 500 ? IDP_UNREACHABLE : IDP_REFUSED;
	}
	return answer;
}

static enum idp_result
redeem(struct exchange *x, const char *code, struct idgovua_tokens *tokens)
{
	enum idp_result result;
	const char *url = str_fmt(x->pool, "%s?grant_type=authorization_code&client_id=%s&client_secret=%s&code=%s",
	    idp_address(x->pool, x->idp, "/get-access-token"), str_url_encode(x->pool, idp_option(x->idp, "client_id")),
	    str_url_encode(x->pool, idp_option(x->idp, "client_secret")), str_url_encode(x->pool, code));
	struct client_answer answer = ask(x, url, &result);

	return result == IDP_DONE ? idgovua_read_tokens(x->pool, answer.body, answer.len, tokens, &x->why) : result;
}

static const char *
with_tokens(struct exchange *x, const char *path, const struct idgovua_tokens *tokens)
{
	return str_fmt(x->pool, "%s?access_token=%s&user_id=%s", idp_address(x->pool, x->idp, path),
	    str_url_encode(x->pool, tokens->access), str_url_encode(x->pool, tokens->user_id));
}

static enum idp_result
learn(struct exchange *x, const struct idgovua_tokens *tokens, struct idp_identity *identity)
{
	const char *cert = idp_option(x->idp, "cert");
	struct idgovua_reading reading = { .unseal = idp_option(x->idp, "unseal"),
		.localities = idp_localities(x->pool, x->idp), .sealed = !str_empty(cert),
		.residence = idp_option(x->idp, "residence") != NULL, .now = time(NULL) };
	enum idp_result result;
	struct buf url;

	buf_init(&url, x->pool);
	buf_fmt(&url, "%s&fields=%s", with_tokens(x, "/get-user-info", tokens),
	    commas(x->pool, option_or(x->idp, "fields", FIELDS)));
	if (!str_empty(cert)) {
		cert = str_url_encode(x->pool, cert);
		/* Deployments of the system differ in how often they decode it. */
		if (idp_option(x->idp, "cert_twice") != NULL)
			cert = str_url_encode(x->pool, cert);
		buf_fmt(&url, "&cert=%s", cert);
	}
	struct client_answer answer = ask(x, url.s, &result);
	return result == IDP_DONE ? idgovua_read_user(x->pool, answer.body, answer.len, &reading, identity, &x->why)
	                          : result;
}

/* Ends the session that the login began at the provider: the tokens, which travelled in addresses, are
 * good for nothing any more, and on a shared computer the next person is asked anew. That it fails
 * keeps nobody out. */
static void
log_out(struct exchange *x, const struct idgovua_tokens *tokens)
{
	enum idp_result result;
	int64_t latest = clock_monotonic() + LOGOUT_MS;

	if (idp_option(x->idp, "keep_session") != NULL)
		return;
	x->deadline = latest < x->deadline ? latest : x->deadline;
	struct client_answer answer = ask(x, with_tokens(x, "/get-user-logout", tokens), &result);
	json_t *said = result == IDP_DONE ? idp_document(answer.body, answer.len) : NULL;
	const char *word = said != NULL ? idp_error_word(x->pool, json_object_get(said, "error")) : "no answer";
	if (!str_eq(word, "0"))
		log_info("login", "the provider's own session was not ended: %s", word);
}

static enum idp_result
exchange(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt,
    const struct idp_answer *answer, struct idp_identity *identity, const char **why)
{
	struct exchange x = { .pool = pool, .idp = idp, .deadline = clock_monotonic() + WHOLE_MS, .why = "" };
	struct idgovua_tokens tokens;

	/* That the code is this attempt's own, state and cookie have shown: the system takes nothing else. */
	enum idp_result result = idp_came_back(answer, why);
	if (result != IDP_DONE)
		return result;
	*why = "who comes from a session that the provider keeps has not proved anything anew";
	if (attempt->fresh && idp_option(idp, "keep_session") != NULL)
		return IDP_STALE;
	result = redeem(&x, answer->code, &tokens);
	*why = x.why;
	if (result != IDP_DONE)
		return result;
	result = learn(&x, &tokens, identity);
	*why = x.why;
	log_out(&x, &tokens);
	identity->issuer = idp_address(pool, idp, "");
	identity->subject = NULL; /* nobody promises that a user_id stays a person's: the number alone does */
	return result;
}

static const struct idp_setting settings[] = {
	{ "base", IDP_ADDRESS, true },          /* https://id.gov.ua, or the test system's */
	{ "client_id", IDP_TEXT, true },
	{ "client_secret_file", IDP_SECRET, true },
	{ "auth_type", IDP_WORDS, false },      /* the ways offered; all four */
	{ "fields", IDP_WORDS, false },         /* asked for; what is read here */
	{ "cert_file", IDP_SECRET, false },     /* the certificate to seal for, base64 in one line */
	{ "cert_twice", IDP_FLAG, false },      /* it goes into the address encoded twice */
	{ "unseal", IDP_TEXT, false },          /* who opens what is sealed: web/unseal.h */
	{ "residence", IDP_FLAG, false },       /* a certificate's locality counts as residence */
	{ "localities", IDP_TREE, false },      /* {"STATE/AREA/CITY": KATOTTG}: web/idp_value.h */
	{ "keep_session", IDP_FLAG, false },    /* get-user-logout is not called; no login is a fresh one then */
	{ 0 },
};

const struct idp_dialect idp_idgovua = { .name = "idgovua", .settings = settings, .address = "base",
	.check = idp_opens, .authorize = authorize, .exchange = exchange };
