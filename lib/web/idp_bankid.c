#include "web/idp_bankid.h"

#include <string.h>

#include "base/str.h"
#include "web/client.h"
#include "web/idp_value.h"

enum { ADDRESSES_MAX = 20 };

enum idp_result
bankid_read_token(struct pool *pool, const char *body, size_t len, const char **access, const char **why)
{
	json_t *object;
	enum idp_result result = idp_success(pool, body, len, &object, why);

	if (result != IDP_DONE)
		return result;
	*access = idp_token(pool, object, "access_token");
	if (*access != NULL)
		return IDP_DONE;
	*why = "no access_token";
	return IDP_UNREACHABLE;
}

/* The document that describes the client: opened where it was sealed, and out of its "customer". */
static enum idp_result
open_client(struct pool *pool, const struct bankid_reading *reading, json_t **client, const char **why)
{
	json_t *sealed = json_object_get(*client, "customerCrypto");

	if (sealed == NULL && reading->sealed) {
		*why = "the bank's answer is not sealed, though a certificate was sent";
		return IDP_REFUSED;
	}
	if (sealed != NULL && idp_opened(pool, reading->unseal, sealed, client, why) != IDP_DONE)
		return IDP_UNSEALED;
	json_t *customer = json_object_get(*client, "customer");
	if (json_is_object(customer))
		*client = customer;
	return IDP_DONE;
}

/* The first address of the type that says where somebody is registered. */
static struct idp_place
residence(struct pool *pool, json_t *client, const char *type)
{
	json_t *list = json_object_get(client, "addresses"), *one;
	size_t i;

	json_array_foreach(list, i, one) {
		if (i == ADDRESSES_MAX)
			break;
		if (!str_eq(idp_text(pool, one, "type"), type))
			continue;
		return (struct idp_place){ .state = idp_text(pool, one, "state"), .area = idp_text(pool, one, "area"),
			.city = idp_text(pool, one, "city") };
	}
	return (struct idp_place){ 0 };
}

enum idp_result
bankid_read_client(struct pool *pool, const char *body, size_t len, const struct bankid_reading *reading,
    struct idp_identity *identity, const char **why)
{
	json_t *client;
	enum idp_result result = idp_success(pool, body, len, &client, why);

	if (result != IDP_DONE)
		return result;
	json_t *state = json_object_get(client, "state");
	if (state != NULL && !str_eq(json_string_value(state), "ok")) {
		*why = str_fmt(pool, "the bank's state is %s", idp_error_word(pool, state));
		return IDP_REFUSED;
	}
	result = open_client(pool, reading, &client, why);
	if (result != IDP_DONE)
		return result;
	const char *number = idp_number(pool, idp_text(pool, client, "inn"));
	if (number == NULL) {
		*why = "the bank knows no number of this person";
		return IDP_NUMBERLESS;
	}
	const char *born = idp_date(pool, idp_text(pool, client, "birthDay"), reading->now);
	struct idp_place place = residence(pool, client, reading->residence != NULL ? reading->residence : "juridical");
	*identity = (struct idp_identity){
		.given_name = idp_name(pool, client, "firstName"),
		.family_name = idp_name(pool, client, "lastName"),
		.middle_name = idp_name(pool, client, "middleName"),
		.tax_number = number,
		.birthdate = born != NULL ? born : idp_number_birthdate(pool, number, reading->now),
		.residence_code = idp_place_code(pool, &place, reading->localities),
		.residence_text = idp_place_text(pool, &place),
		.email = idp_text(pool, client, "email"),
	};
	return IDP_DONE;
}

static void
add_field(struct buf *b, const char *name, const char *value)
{
	if (!str_empty(value))
		buf_fmt(b, "%s%s=%s", b->len > 0 ? "&" : "", name, str_url_encode(b->pool, value));
}

static enum idp_result
authorize(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt, const char **url)
{
	struct buf query;

	/* No word for language or for asking anew: a bank asks its client each time. */
	buf_init(&query, pool);
	add_field(&query, "response_type", "code");
	add_field(&query, "client_id", idp_option(idp, "client_id"));
	add_field(&query, "redirect_uri", attempt->redirect_uri);
	add_field(&query, "state", attempt->state);
	add_field(&query, "dataset", idp_option(idp, "dataset"));
	*url = str_fmt(pool, "%s?%s", idp_address(pool, idp, "/v1/bank/oauth2/authorize"), query.s);
	return IDP_DONE;
}

static enum idp_result
heard(struct pool *pool, const struct client_answer *answer, const char **why)
{
	if (answer->status == 200)
		return IDP_DONE;
	/* 400 and its like bring the reason as an object with `error`, as 200 may. */
	*why = answer->status == 0 ? answer->error : str_fmt(pool, "the provider said %d, %s", answer->status,
	    idp_error_word(pool, json_object_get(idp_document(answer->body, answer->len), "error")));
	return answer->status == 0 || answer->status >= 500 ? IDP_UNREACHABLE : IDP_REFUSED;
}

static enum idp_result
redeem(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt, const char *code,
    const char **access, const char **why)
{
	struct buf form;

	buf_init(&form, pool);
	add_field(&form, "grant_type", "authorization_code");
	add_field(&form, "code", code);
	add_field(&form, "client_id", idp_option(idp, "client_id"));
	add_field(&form, "client_secret", idp_option(idp, "client_secret"));
	add_field(&form, "redirect_uri", attempt->redirect_uri);
	struct client_answer answer = client_call(pool,
	    &(struct client_call){ .url = idp_address(pool, idp, "/v1/bank/oauth2/token"), .form = form.s });
	enum idp_result result = heard(pool, &answer, why);
	return result == IDP_DONE ? bankid_read_token(pool, answer.body, answer.len, access, why) : result;
}

static enum idp_result
learn(struct pool *pool, const struct idp *idp, const char *access, struct idp_identity *identity,
    const char **why)
{
	const char *cert = idp_option(idp, "cert");
	const char *headers[] = { str_fmt(pool, "Authorization: Bearer %s", access), "Content-Type: application/json",
		NULL };
	struct bankid_reading reading = { .unseal = idp_option(idp, "unseal"),
		.localities = idp_localities(pool, idp), .residence = idp_option(idp, "residence_address"),
		.sealed = !str_empty(cert), .now = time(NULL) };
	struct client_call call = { .url = idp_address(pool, idp, "/v1/bank/resource/client"), .headers = headers,
		.form = json_dumps(json_pack("{s:s}", "cert", cert != NULL ? cert : ""), JSON_COMPACT) };

	struct client_answer answer = client_call(pool, &call);
	enum idp_result result = heard(pool, &answer, why);
	return result == IDP_DONE ? bankid_read_client(pool, answer.body, answer.len, &reading, identity, why) : result;
}

static enum idp_result
exchange(struct pool *pool, const struct idp *idp, const struct idp_attempt *attempt,
    const struct idp_answer *answer, struct idp_identity *identity, const char **why)
{
	const char *access = NULL;

	enum idp_result result = idp_came_back(answer, why);
	if (result == IDP_DONE)
		result = redeem(pool, idp, attempt, answer->code, &access, why);
	if (result != IDP_DONE)
		return result;
	result = learn(pool, idp, access, identity, why);
	identity->issuer = idp_address(pool, idp, "");
	identity->subject = NULL; /* the number alone finds a person again */
	return result;
}

static const struct idp_setting settings[] = {
	{ "base", IDP_ADDRESS, true },            /* https://id.bank.gov.ua, or the test system's */
	{ "client_id", IDP_TEXT, true },
	{ "client_secret_file", IDP_SECRET, true },
	{ "dataset", IDP_TEXT, false },           /* the agreed set of data */
	{ "cert_file", IDP_SECRET, false },       /* the agreed certificate, base64 in one line */
	{ "unseal", IDP_TEXT, false },            /* who opens what is sealed for it: web/unseal.h */
	{ "residence_address", IDP_TEXT, false }, /* the type of address that counts: juridical */
	{ "localities", IDP_TREE, false },        /* {"STATE/AREA/CITY": KATOTTG}: web/idp_value.h */
	{ 0 },
};

const struct idp_dialect idp_bankid = { .name = "bankid_nbu", .settings = settings, .address = "base",
	.check = idp_opens, .authorize = authorize, .exchange = exchange };
