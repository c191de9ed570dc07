/* Which id_tokens log somebody in: tokens made by cjose, one flaw each (web/oidc_token.h). */
#include <cjose/cjose.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/str.h"
#include "web/client.h"
#include "web/idp_file.h"
#include "web/oidc_claims.h"
#include "web/oidc_token.h"

enum { NOW = 1800000000 };

static const struct oidc_expected expected = { .issuer = "https://id.example", .client_id = "viche",
	.nonce = "the-nonce", .now = NOW };

static struct pool *pool;
static cjose_jwk_t *ec, *rsa, *stranger, *shared_secret;
static char *jwks;

/* Tokens are made while no pool is entered: cjose frees what jansson gave it. */
static char *
token(cjose_jwk_t *key, const char *alg, const char *kid, json_t *claims)
{
	cjose_header_t *header = cjose_header_new(NULL);
	char *text = json_dumps(claims, JSON_COMPACT), *copy;
	const char *compact;

	assert_true(cjose_header_set(header, "alg", alg, NULL));
	if (kid != NULL)
		assert_true(cjose_header_set(header, "kid", kid, NULL));
	cjose_jws_t *jws = cjose_jws_sign(key, header, (uint8_t *)text, strlen(text), NULL);
	assert_non_null(jws);
	assert_true(cjose_jws_export(jws, &compact, NULL));
	copy = strdup(compact);
	cjose_jws_release(jws);
	cjose_header_release(header);
	free(text);
	json_decref(claims);
	return copy;
}

static json_t *
good(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:s}", "iss", "https://id.example", "aud",
	    "viche", "sub", "person-1", "nonce", "the-nonce", "exp", NOW + 300, "iat", NOW - 1,
	    "given_name", "Оксана");
}

static json_t *
with(const char *name, json_t *value)
{
	json_t *claims = good();

	if (value != NULL)
		json_object_set_new(claims, name, value);
	else
		json_object_del(claims, name);
	return claims;
}

/* Checks and frees the token. */
static void
expect(char *made, enum jose_result result, const char *reason)
{
	const char *why = NULL;
	json_t *claims;

	pool_enter(pool);
	enum jose_result got = oidc_token_check(pool, jwks, made, &expected, &claims, &why);
	if (got != result || (result != JOSE_VALID && strcmp(why, reason) != 0))
		fail_msg("result %d, \"%s\"; expected %d, \"%s\"", got, why, result, reason);
	if (result == JOSE_VALID)
		assert_string_equal(json_string_value(json_object_get(claims, "sub")), "person-1");
	else
		assert_null(claims);
	pool_leave(pool);
	free(made);
}

static void
expect_claims(json_t *claims, const char *reason)
{
	expect(token(ec, "ES256", "ec-1", claims), reason == NULL ? JOSE_VALID : JOSE_REFUSED, reason);
}

static void
test_good(void **state)
{
	expect(token(ec, "ES256", "ec-1", good()), JOSE_VALID, NULL);
	expect(token(rsa, "RS256", "rsa-1", good()), JOSE_VALID, NULL);
	expect(token(rsa, "PS256", "rsa-1", good()), JOSE_VALID, NULL);
	/* Without a kid the only key of that type is meant. */
	expect(token(ec, "ES256", NULL, good()), JOSE_VALID, NULL);
}

static void
test_algorithms(void **state)
{
	static const char none[] = "{\"alg\":\"none\",\"kid\":\"ec-1\"}";
	static const char NOT_ALLOWED[] = "the algorithm is not allowed";
	json_t *claims = good();
	char *text = json_dumps(claims, JSON_COMPACT), *unsigned_token;

	json_decref(claims);
	assert_true(asprintf(&unsigned_token, "%s.%s.", str_base64url(pool, none, strlen(none)),
	    str_base64url(pool, text, strlen(text))) > 0);
	free(text);
	expect(unsigned_token, JOSE_REFUSED, NOT_ALLOWED);
	/* An HMAC whose secret is the public key (RFC 8725 §2.1). */
	expect(token(shared_secret, "HS256", "rsa-1", good()), JOSE_REFUSED, NOT_ALLOWED);
	expect(token(rsa, "PS384", "rsa-1", good()), JOSE_REFUSED, NOT_ALLOWED);
	expect(token(rsa, "RS512", "rsa-1", good()), JOSE_REFUSED, NOT_ALLOWED);
	/* The algorithm must be of the type of the key that kid names. */
	expect(token(rsa, "RS256", "ec-1", good()), JOSE_UNKNOWN_KEY, "no key for the token's kid");
	expect(token(rsa, "PS256", "ec-1", good()), JOSE_UNKNOWN_KEY, "no key for the token's kid");
	/* A key that its set keeps for one algorithm serves no other. */
	expect(token(rsa, "RS256", "rsa-ps", good()), JOSE_UNKNOWN_KEY, "no key for the token's kid");
	expect(token(rsa, "PS256", "rsa-ps", good()), JOSE_VALID, NULL);
}

static void
test_signature(void **state)
{
	char *made = token(ec, "ES256", "ec-1", good());
	char *other = token(ec, "ES256", "ec-1", with("sub", json_string("person-2")));
	char *swapped;

	/* One token's claims under another's signature. */
	*strrchr(made, '.') = '\0';
	*strrchr(other, '.') = '\0';
	assert_true(asprintf(&swapped, "%s.%s", made, strchr(other, '\0') + 1) > 0);
	free(made);
	free(other);
	expect(swapped, JOSE_REFUSED, "the signature is wrong");
	expect(token(stranger, "ES256", "ec-1", good()), JOSE_REFUSED, "the signature is wrong");
	expect(token(stranger, "ES256", "new", good()), JOSE_UNKNOWN_KEY,
	    "no key for the token's kid");
	/* The set has no signing key of that name: "enc-1" is for encryption. */
	expect(token(ec, "ES256", "enc-1", good()), JOSE_UNKNOWN_KEY, "no key for the token's kid");
	expect(strdup(""), JOSE_REFUSED, "not a signed token");
	expect(strdup("a.b"), JOSE_REFUSED, "not a signed token");
	expect(strdup("a.b.c"), JOSE_REFUSED, "the token's header cannot be understood");
}

static void
test_times(void **state)
{
	expect_claims(with("exp", json_integer(NOW - OIDC_SKEW + 1)), NULL);
	expect_claims(with("exp", json_integer(NOW - OIDC_SKEW)), "expired");
	expect_claims(with("exp", json_string("1900000000")), "expired");
	expect_claims(with("exp", NULL), "expired");
	expect_claims(with("iat", json_integer(NOW + OIDC_SKEW)), NULL);
	expect_claims(with("iat", json_integer(NOW + OIDC_SKEW + 1)), "issued in the future");
	expect_claims(with("iat", NULL), "issued in the future");
}

static void
test_audience(void **state)
{
	static const char OTHER[] = "made for another audience";

	expect_claims(with("aud", json_string("other")), OTHER);
	expect_claims(with("aud", json_string("vich")), OTHER);
	expect_claims(with("aud", NULL), OTHER);
	expect_claims(with("aud", json_pack("[s]", "viche")), NULL);
	expect_claims(with("aud", json_pack("[ss]", "viche", "other")), OTHER);
	json_t *claims = with("aud", json_pack("[ss]", "other", "viche"));
	json_object_set_new(claims, "azp", json_string("viche"));
	expect_claims(claims, NULL);
	expect_claims(with("azp", json_string("other")), OTHER);
}

static void
test_issuer_nonce_subject(void **state)
{
	char sub[OIDC_SUBJECT_MAX + 2];

	expect_claims(with("iss", json_string("https://id.example/")), "another issuer");
	expect_claims(with("iss", json_string("https://evil.example")), "another issuer");
	expect_claims(with("iss", NULL), "another issuer");
	expect_claims(with("nonce", json_string("the-nonc")), "another nonce");
	expect_claims(with("nonce", json_string("The-nonce")), "another nonce");
	expect_claims(with("nonce", json_integer(1)), "another nonce");
	expect_claims(with("nonce", NULL), "another nonce");
	expect_claims(with("sub", json_string("")), "no subject");
	expect_claims(with("sub", NULL), "no subject");
	expect_claims(with("sub", json_string("person-1 ")), "no subject");
	memset(sub, 'x', sizeof sub - 1);
	sub[sizeof sub - 1] = '\0';
	expect_claims(with("sub", json_string(sub)), "no subject");
}

static void
test_own_tokens(void **state)
{
	const char *why;
	json_t *claims;

	pool_enter(pool);
	const char *key = jose_key_new(pool), *set = jose_key_set(pool, key);
	assert_non_null(strstr(key, "\"d\""));
	assert_null(strstr(set, "\"d\""));
	const char *made = jose_sign(pool, key, good());
	assert_int_equal(oidc_token_check(pool, set, made, &expected, &claims, &why), JOSE_VALID);
	assert_null(jose_sign(pool, "{}", good()));
	assert_null(jose_key_set(pool, "no key"));
	pool_leave(pool);
}

static void
test_addresses(void **state)
{
	static const char *const allowed[] = { "https://id.example/a", "http://127.0.0.1:8080/",
		"http://127.9.9.9/", "http://[::1]:8080/", "http://localhost:1/", "http://a.localhost/" };
	static const char *const refused[] = { "http://id.example/", "http://169.254.169.254/",
		"http://localhost.evil.example/", "http://evillocalhost/", "file:///etc/passwd",
		"ftp://127.0.0.1/", "https://user@id.example/", "http://127.0.0.1@evil.example/",
		"http://[::ffff:169.254.169.254]/", "//id.example", "/path", "" };

	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		if (!client_allows(allowed[i]))
			fail_msg("refused %s", allowed[i]);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (client_allows(refused[i]))
			fail_msg("allowed %s", refused[i]);
}

static void
test_attempt(void **state)
{
	struct idp_attempt one = idp_begin(pool), two = idp_begin(pool);

	assert_string_not_equal(one.state, two.state);
	assert_string_not_equal(one.nonce, one.state);
	assert_int_equal(strlen(one.verifier), 43);
}

static const char CLAIMS[] = "{\"name\":\"Оксана Б.\",\"given_name\":\"\",\"address\":{\"locality\":\"Чорноморськ\","
	"\"formatted\":\"вул. Паркова, 1\"},\"https://id.example/tin\":\"1234567890\",\"tax.number\":\"9\","
	"\"number\":1234567890,\"documents\":[{\"kind\":\"passport\"},{\"kind\":\"card\",\"a/b\":\"x\",\"c~d\":\"y\"}],"
	"\"sub\":\"s\",\"email\":\"a@b.example\",\"email_verified\":\"true\"}";

static void
expect_claim(json_t *claims, const char *paths, const char *value)
{
	const char *got = oidc_claim(pool, claims, paths);

	if (!str_eq(got, value))
		fail_msg("\"%s\" leads to \"%s\", not \"%s\"", paths, got, value);
}

static void
test_claim_paths(void **state)
{
	pool_enter(pool);
	json_t *claims = json_loads(CLAIMS, 0, NULL);
	assert_non_null(claims);
	expect_claim(claims, "name", "Оксана Б.");
	expect_claim(claims, "given_name name", "Оксана Б.");
	expect_claim(claims, "address.locality", "Чорноморськ");
	expect_claim(claims, "address.street address.formatted", "вул. Паркова, 1");
	expect_claim(claims, "/address/locality", "Чорноморськ");
	expect_claim(claims, "https://id.example/tin", "1234567890");
	expect_claim(claims, "/https:~1~1id.example~1tin", "1234567890");
	expect_claim(claims, "tax.number", "9");
	expect_claim(claims, "documents.1.kind", "card");
	expect_claim(claims, "/documents/1/a~1b", "x");
	expect_claim(claims, "/documents/1/c~0d", "y");
	/* What is no text, or is not there, is nothing. */
	expect_claim(claims, "number", NULL);
	expect_claim(claims, "address", NULL);
	expect_claim(claims, "documents.2.kind", NULL);
	expect_claim(claims, "documents.-1.kind documents.x.kind documents..kind", NULL);
	expect_claim(claims, "name.first /name/first / . /", NULL);
	expect_claim(claims, "", NULL);
	pool_leave(pool);
}

static void
test_identify(void **state)
{
	struct idp_pair tax = { NULL, "claims.tax_number", "/https:~1~1id.example~1tin" };
	struct idp_pair issuer = { &tax, "issuer", "https://id.example" };
	struct idp idp = { .id = "test", .pairs = &issuer };
	struct idp_identity who;
	const char *why = "";

	pool_enter(pool);
	oidc_identify(pool, &idp, json_loads(CLAIMS, 0, NULL), &who);
	assert_string_equal(who.issuer, "https://id.example");
	assert_string_equal(who.subject, "s");
	assert_string_equal(who.given_name, "Оксана Б.");
	assert_string_equal(who.family_name, "");
	assert_string_equal(who.tax_number, "1234567890");
	assert_string_equal(who.residence_text, "Чорноморськ");
	assert_null(who.birthdate);
	assert_false(who.email_verified); /* a text is no "true" */
	pool_leave(pool);
	assert_true(oidc_claims_known(&idp, &why));
	tax.name = "claims.taxnumber";
	assert_false(oidc_claims_known(&idp, &why));
	assert_string_equal(why, "nothing that we want to know is called \"claims.taxnumber\"");
}

static void
test_acr(void **state)
{
	static const char list[] = "low substantial high";

	assert_true(oidc_acr_enough(NULL, NULL, NULL));
	assert_true(oidc_acr_enough(list, NULL, "low"));
	assert_true(oidc_acr_enough(list, "substantial", "substantial"));
	assert_true(oidc_acr_enough(list, "substantial", "high"));
	assert_false(oidc_acr_enough(list, "substantial", "low"));
	assert_false(oidc_acr_enough(list, "high", "substantial"));
	assert_false(oidc_acr_enough(list, NULL, NULL));
	assert_false(oidc_acr_enough(list, NULL, ""));
	assert_false(oidc_acr_enough(list, NULL, "hig"));
	assert_false(oidc_acr_enough(list, NULL, "higher"));
	assert_false(oidc_acr_enough(list, NULL, "substantial high"));
	assert_false(oidc_acr_enough(list, "none", "high"));
	assert_string_equal(oidc_acr_from(list, "substantial"), "substantial high");
}

static void
test_signed_userinfo(void **state)
{
	static const char OTHER[] = "a signed userinfo of another issuer or for another audience";
	struct {
		json_t *claims;
		const char *refusal;
	} cases[] = { { good(), NULL }, { with("nonce", NULL), NULL }, { with("iss", json_string("https://x.example")), OTHER },
		{ with("aud", json_string("x")), OTHER }, { with("aud", NULL), OTHER } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *why = NULL;
		char *made = token(ec, "ES256", "ec-1", cases[i].claims);
		json_t *claims;
		pool_enter(pool);
		enum jose_result got = oidc_userinfo_check(pool, jwks, made, &expected, &claims, &why);
		assert_int_equal(got, cases[i].refusal == NULL ? JOSE_VALID : JOSE_REFUSED);
		if (cases[i].refusal != NULL)
			assert_string_equal(why, cases[i].refusal);
		pool_leave(pool);
		free(made);
	}
}

/* The key's public half as a member of a set. */
static json_t *
public_half(cjose_jwk_t *key, const char *kid, const char *use)
{
	char *text = cjose_jwk_to_json(key, false, NULL);
	json_t *object = json_loads(text, 0, NULL);

	json_object_set_new(object, "kid", json_string(kid));
	json_object_set_new(object, "use", json_string(use));
	free(text);
	return object;
}

static int
open_keys(void **state)
{
	static const uint8_t exponent[] = { 1, 0, 1 };

	crypto_open();
	pool = pool_open(16 * 1024 * 1024);
	ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
	stranger = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL);
	rsa = cjose_jwk_create_RSA_random(2048, exponent, sizeof exponent, NULL);
	char *text = cjose_jwk_to_json(rsa, false, NULL);
	shared_secret = cjose_jwk_create_oct_spec((uint8_t *)text, strlen(text), NULL);
	free(text);
	json_t *only_ps = public_half(rsa, "rsa-ps", "sig");
	json_object_set_new(only_ps, "alg", json_string("PS256"));
	json_t *set = json_pack("{s:[o, o, o, o]}", "keys", public_half(ec, "ec-1", "sig"),
	    public_half(rsa, "rsa-1", "sig"), public_half(ec, "enc-1", "enc"), only_ps);
	jwks = json_dumps(set, 0);
	json_decref(set);
	return 0;
}

static int
close_keys(void **state)
{
	cjose_jwk_release(ec);
	cjose_jwk_release(stranger);
	cjose_jwk_release(rsa);
	cjose_jwk_release(shared_secret);
	free(jwks);
	pool_close(pool);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_algorithms),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_audience),
		cmocka_unit_test(test_issuer_nonce_subject),
		cmocka_unit_test(test_own_tokens),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_attempt),
		cmocka_unit_test(test_claim_paths),
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_acr),
		cmocka_unit_test(test_signed_userinfo),
	};

	return cmocka_run_group_tests(tests, open_keys, close_keys);
}
