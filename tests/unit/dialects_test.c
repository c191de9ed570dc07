/* What is read out of the answers of id.gov.ua and BankID NBU (web/idp_idgovua.h, web/idp_bankid.h): real
 * ones in shape, and broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/service.h"
#include "base/str.h"
#include "web/idp_bankid.h"
#include "web/idp_idgovua.h"
#include "web/idp_value.h"
#include "web/unseal.h"

enum { POOL = 16 * 1024 * 1024, NOW = 1800000000 /* 15 January 2027 */ };

static const char LOCALITIES[] = "Одеська/Чорноморськ = UA51100370000040590;Київ=UA80000000000093317";

static struct pool *pool;
static char folder[] = "/tmp/viche-dialects.XXXXXX", path[64];
static pid_t server;

/* Opens what begins with "sealed:". */
static void
open_it(struct pool *p, const struct service_question *q, struct service_answer *a)
{
	(void)p;
	*a = strncmp(q->bytes, "sealed:", 7) == 0
	    ? (struct service_answer){ .bytes = q->bytes + 7, .len = q->len - 7 }
	    : (struct service_answer){ .status = UNSEAL_STATUS_SHUT };
}

static int
start(void **state)
{
	static const struct service service = { .name = "test", .question_max = UNSEAL_MAX, .pool_max = POOL,
		.read_ms = 1000, .answer = open_it };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	pool = pool_open(POOL);
	log_open("test", "/dev/null");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/socket", folder);
	memcpy(address.sun_path, path, strlen(path));
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 8) != 0)
		return -1;
	if ((server = fork()) == 0) {
		service_loop(&service, fd);
		_exit(0);
	}
	close(fd);
	return 0;
}

static int
end(void **state)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	unlink(path);
	pool_close(pool);
	return rmdir(folder);
}

static int
enter(void **state)
{
	pool_enter(pool);
	return 0;
}

static int
leave(void **state)
{
	pool_leave(pool);
	return 0;
}

static void
same(const char *what, const char *got, const char *wanted)
{
	if (!str_eq(got, wanted))
		fail_msg("%s: %s; expected %s", what, got != NULL ? got : "NULL", wanted != NULL ? wanted : "NULL");
}

/* {"NAME": base64 of "sealed:DOCUMENT"} */
static const char *
sealed(const char *name, const char *mark, const char *document)
{
	const char *text = str_fmt(pool, "%s%s", mark, document);
	size_t size = sodium_base64_ENCODED_LEN(strlen(text), sodium_base64_VARIANT_ORIGINAL);

	return str_fmt(pool, "{\"state\":\"ok\",\"cert\":\"MIIF\",\"memberId\":\"m1\",\"sidBi\":\"s1\",\"%s\":\"%s\"}", name,
	    sodium_bin2base64(pool_alloc(pool, size), size, (const unsigned char *)text, strlen(text),
	        sodium_base64_VARIANT_ORIGINAL));
}

/* ---- id.gov.ua ---------------------------------------------------------------------------------- */

static const char ID_PLAIN[] =
    "{\"issuer\":\"O=АЦСК;CN=КНЕДП\",\"issuercn\":\"КНЕДП\",\"serial\":\"58E2D9E7F900307B\",\"subject\":\"n/a\","
    "\"subjectcn\":\"Береговенко Оксана Миколаївна\",\"locality\":\"м. Чорноморськ\",\"state\":\"Одеська обл.\","
    "\"o\":\"n/a\",\"ou\":\"n/a\",\"title\":\"n/a\",\"lastname\":\"Береговенко\",\"givenname\":\"Оксана\","
    "\"middlename\":\"Миколаївна\",\"email\":\"n/a\",\"address\":\"n/a\",\"phone\":\"n/a\",\"dns\":\"n/a\","
    "\"edrpoucode\":\"n/a\",\"drfocode\":\"3184710691\"}";

static enum idp_result
id_user(const char *body, bool must_be_sealed, struct idp_identity *identity, const char **why)
{
	struct idgovua_reading reading = { .unseal = path, .localities = LOCALITIES, .sealed = must_be_sealed,
		.residence = true, .now = NOW };

	return idgovua_read_user(pool, body, strlen(body), &reading, identity, why);
}

static void
expect_oksana(const struct idp_identity *i)
{
	same("family name", i->family_name, "Береговенко");
	same("given name", i->given_name, "Оксана");
	same("middle name", i->middle_name, "Миколаївна");
	same("number", i->tax_number, "3184710691");
	same("code", i->residence_code, "UA51100370000040590");
	assert_false(i->email_verified);
}

static void
test_id_user(void **state)
{
	struct idp_identity i;
	const char *why;

	assert_int_equal(id_user(ID_PLAIN, false, &i, &why), IDP_DONE);
	expect_oksana(&i);
	same("born", i.birthdate, "1987-03-12");
	same("text", i.residence_text, "Одеська обл., м. Чорноморськ");
	same("email", i.email, NULL);
	assert_int_equal(id_user(sealed("encryptedUserInfo", "sealed:", ID_PLAIN), true, &i, &why), IDP_DONE);
	expect_oksana(&i);
	/* A certificate's locality is no proof of residence unless the operator takes it for one. */
	struct idgovua_reading unproved = { .localities = LOCALITIES, .now = NOW };
	assert_int_equal(idgovua_read_user(pool, ID_PLAIN, strlen(ID_PLAIN), &unproved, &i, &why), IDP_DONE);
	same("no code", i.residence_code, NULL);
	same("no text", i.residence_text, NULL);
	/* Who refused a number for their faith. */
	assert_int_equal(id_user("{\"lastname\":\"Вірянин\",\"givenname\":\"N/A\",\"drfocode\":\"ав 123456\"}", false, &i, &why),
	    IDP_DONE);
	same("series", i.tax_number, "АВ123456");
	same("born", i.birthdate, NULL);
	same("n/a", i.given_name, "");
	same("nowhere", i.residence_text, NULL);
}

static void
test_id_user_broken(void **state)
{
	static const struct {
		const char *body;
		enum idp_result result;
	} cases[] = {
		{ "{\"error\":\"invalid_token\",\"message\":\"canary\"}", IDP_REFUSED },
		{ "{\"error\":\"0\"}", IDP_REFUSED },
		{ "{\"error\":2,\"message\":\"canary\"}", IDP_REFUSED },
		{ "{\"error\":\"Сесія canary\",\"drfocode\":\"3184710691\"}", IDP_REFUSED },
		{ "{\"error\":null,\"drfocode\":\"3184710691\"}", IDP_REFUSED },
		{ "{\"error\":\"temporarily_unavailable\"}", IDP_UNREACHABLE },
		{ "\"canary: token expired\"", IDP_REFUSED },
		{ "canary: token expired", IDP_UNREACHABLE },
		{ "", IDP_UNREACHABLE },
		{ "null", IDP_UNREACHABLE },
		{ "[]", IDP_UNREACHABLE },
		{ "123", IDP_UNREACHABLE },
		{ "<html><body>502</body></html>", IDP_UNREACHABLE },
		{ "{\"drfocode\":\"3184710691\"", IDP_UNREACHABLE },
		{ "{\"drfocode\":\"3184710691\",\"drfocode\":\"3184710692\"}", IDP_UNREACHABLE },
		{ "{\"drfocode\":\"\xff\xfe\"}", IDP_UNREACHABLE },
		{ "{}", IDP_NUMBERLESS },
		{ "{\"drfocode\":\"n/a\"}", IDP_NUMBERLESS },
		{ "{\"drfocode\":\"n\\\\a\",\"serial\":\"58E2\"}", IDP_NUMBERLESS },
		{ "{\"drfocode\":\"\",\"edrpoucode\":\"00032129\"}", IDP_NUMBERLESS },
		{ "{\"drfocode\":\"0000000000\"}", IDP_NUMBERLESS },
		{ "{\"drfocode\":3184710691}", IDP_NUMBERLESS },
		{ "{\"drfocode\":[\"3184710691\"]}", IDP_NUMBERLESS },
		{ "{\"drfocode\":null}", IDP_NUMBERLESS },
		{ "{\"encryptedUserInfo\":\"\"}", IDP_UNSEALED },
		{ "{\"encryptedUserInfo\":null,\"drfocode\":\"3184710691\"}", IDP_UNSEALED },
		{ "{\"encryptedUserInfo\":{}}", IDP_UNSEALED },
		{ "{\"encryptedUserInfo\":\"*\"}", IDP_UNSEALED },
		{ "{\"encryptedUserInfo\":\"Y2FuYXJ5\"}", IDP_UNSEALED },
	};
	struct idp_identity i = { .issuer = "untouched" };
	const char *why;

	for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
		enum idp_result got = id_user(cases[n].body, false, &i, &why);
		if (got != cases[n].result)
			fail_msg("%s: %d, expected %d (%s)", cases[n].body, got, cases[n].result, why);
		assert_true(*why != '\0');
		assert_null(strstr(why, "canary"));
	}
	assert_int_equal(id_user(sealed("encryptedUserInfo", "sealed:", "no document"), false, &i, &why), IDP_UNSEALED);
	assert_int_equal(id_user(sealed("encryptedUserInfo", "shut:", ID_PLAIN), false, &i, &why), IDP_UNSEALED);
	/* A box in a box is opened once. */
	const char *nested = sealed("encryptedUserInfo", "sealed:", ID_PLAIN);
	assert_int_equal(id_user(sealed("encryptedUserInfo", "sealed:", nested), false, &i, &why), IDP_NUMBERLESS);
	/* Who asked for a sealed answer takes no plain one. */
	assert_int_equal(id_user(ID_PLAIN, true, &i, &why), IDP_REFUSED);
	same("an identity of no answer", i.issuer, "untouched");

	struct idgovua_reading none = { .now = NOW };
	const char *box = sealed("encryptedUserInfo", "sealed:", ID_PLAIN);
	assert_int_equal(idgovua_read_user(pool, box, strlen(box), &none, &i, &why), IDP_UNSEALED);
	char *large = pool_alloc(pool, IDP_DOCUMENT_MAX + 10);
	memset(large, ' ', IDP_DOCUMENT_MAX + 9);
	memcpy(large, "{}", 2);
	assert_int_equal(id_user(large, false, &i, &why), IDP_UNREACHABLE);
}

static void
test_id_tokens(void **state)
{
	static const struct {
		const char *body;
		enum idp_result result;
	} cases[] = {
		{ "{\"access_token\":\"a.b-c\",\"token_type\":\"bearer\",\"expires_in\":\"3600\",\"refresh_token\":\"r\","
		  "\"user_id\":\"36\"}", IDP_DONE },
		{ "{\"access_token\":\"a.b-c\",\"user_id\":36}", IDP_DONE },
		{ "{\"error\":\"invalid_grant\",\"access_token\":\"canary\",\"user_id\":36}", IDP_REFUSED },
		{ "\"canary\"", IDP_REFUSED },
		{ "{\"access_token\":\"canary\"}", IDP_UNREACHABLE },
		{ "{\"access_token\":\"\",\"user_id\":36}", IDP_UNREACHABLE },
		{ "{\"access_token\":\"ca nary\",\"user_id\":36}", IDP_UNREACHABLE },
		{ "{\"access_token\":\"ca\\nnary\",\"user_id\":36}", IDP_UNREACHABLE },
		{ "{\"access_token\":\"ca\\u0000nary\",\"user_id\":36}", IDP_UNREACHABLE },
		{ "{\"access_token\":\"к\",\"user_id\":36}", IDP_UNREACHABLE },
		{ "{\"access_token\":7,\"user_id\":[]}", IDP_UNREACHABLE },
	};
	struct idgovua_tokens t;
	const char *why;

	for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
		enum idp_result got = idgovua_read_tokens(pool, cases[n].body, strlen(cases[n].body), &t, &why);
		if (got != cases[n].result)
			fail_msg("%s: %d, expected %d (%s)", cases[n].body, got, cases[n].result, why);
		if (got == IDP_DONE) {
			same("access", t.access, "a.b-c");
			same("user_id", t.user_id, "36");
		} else {
			assert_null(strstr(why, "canary"));
		}
	}
}

/* ---- BankID NBU --------------------------------------------------------------------------------- */

static const char BANK_FLAT[] =
    "{\"type\":\"physical\",\"inn\":\"3184710691\",\"lastName\":\"Береговенко\",\"firstName\":\"Оксана\","
    "\"middleName\":\"Миколаївна\",\"birthDay\":\"17.04.1988\",\"sex\":\"F\",\"email\":\"oksana@bank.example\","
    "\"phone\":\"380000000000\",\"addresses\":["
    "{\"type\":\"factual\",\"country\":\"UA\",\"state\":\"Київ\",\"area\":\"n/a\",\"city\":\"Київ\",\"street\":\"вул. Х\"},"
    "{\"type\":\"juridical\",\"country\":\"UA\",\"state\":\"ОДЕСЬКА ОБЛАСТЬ\",\"area\":\"ОДЕСЬКИЙ РАЙОН\","
    "\"city\":\"М.ЧОРНОМОРСЬК\",\"street\":\"проспект Миру\",\"houseNo\":\"1\",\"flatNo\":\"2\"}]}";

static enum idp_result
bank_client(const char *body, struct bankid_reading reading, struct idp_identity *identity, const char **why)
{
	reading.unseal = path;
	reading.localities = LOCALITIES;
	reading.now = NOW;
	return bankid_read_client(pool, body, strlen(body), &reading, identity, why);
}

static void
test_bank_client(void **state)
{
	const char *nested = str_fmt(pool, "{\"customer\":%s}", BANK_FLAT), *why;
	const char *state_nested = str_fmt(pool, "{\"state\":\"ok\",\"customer\":%s}", BANK_FLAT);
	const char *bodies[] = { BANK_FLAT, nested, state_nested, sealed("customerCrypto", "sealed:", BANK_FLAT),
		sealed("customerCrypto", "sealed:", nested) };
	struct idp_identity i;

	for (size_t n = 0; n < sizeof bodies / sizeof *bodies; n++) {
		assert_int_equal(bank_client(bodies[n], (struct bankid_reading){ 0 }, &i, &why), IDP_DONE);
		expect_oksana(&i);
		same("born", i.birthdate, "1988-04-17"); /* as the bank says, which has seen the passport */
		same("text", i.residence_text, "ОДЕСЬКА ОБЛАСТЬ, ОДЕСЬКИЙ РАЙОН, М.ЧОРНОМОРСЬК");
		same("email", i.email, "oksana@bank.example");
	}
	assert_int_equal(bank_client(BANK_FLAT, (struct bankid_reading){ .residence = "factual" }, &i, &why), IDP_DONE);
	same("factual", i.residence_code, "UA80000000000093317");
	same("no n/a", i.residence_text, "Київ, Київ");
	assert_int_equal(bank_client(BANK_FLAT, (struct bankid_reading){ .residence = "birth" }, &i, &why), IDP_DONE);
	same("no such address", i.residence_text, NULL);
	assert_int_equal(bank_client("{\"inn\":\"3184710691\",\"birthDay\":\"n/a\",\"addresses\":{}}",
	    (struct bankid_reading){ 0 }, &i, &why), IDP_DONE);
	same("the number's birthday", i.birthdate, "1987-03-12");
	assert_int_equal(bank_client("{\"inn\":\"ВА 654321\",\"addresses\":[1,null,{},\"x\"]}", (struct bankid_reading){ 0 },
	    &i, &why), IDP_DONE);
	same("series", i.tax_number, "ВА654321");
}

static void
test_bank_client_broken(void **state)
{
	static const struct {
		const char *body;
		enum idp_result result;
	} cases[] = {
		{ "{\"state\":\"error\",\"customer\":{\"inn\":\"3184710691\"}}", IDP_REFUSED },
		{ "{\"state\":\"canary canary\"}", IDP_REFUSED },
		{ "{\"state\":null,\"inn\":\"3184710691\"}", IDP_REFUSED },
		{ "{\"error\":\"invalid_cert\",\"error_description\":\"canary\"}", IDP_REFUSED },
		{ "{\"error\":\"temporarily_unavailable\"}", IDP_UNREACHABLE },
		{ "\"canary\"", IDP_REFUSED },
		{ "", IDP_UNREACHABLE },
		{ "[{\"inn\":\"3184710691\"}]", IDP_UNREACHABLE },
		{ "<html>", IDP_UNREACHABLE },
		{ "{\"state\":\"ok\"", IDP_UNREACHABLE },
		{ "{\"inn\":\"3184710691\",\"inn\":\"9100000020\"}", IDP_UNREACHABLE },
		{ "{\"state\":\"ok\"}", IDP_NUMBERLESS },
		{ "{\"state\":\"ok\",\"memberId\":\"m\",\"sidBi\":\"s\",\"customer\":{\"lastName\":\"X\"}}", IDP_NUMBERLESS },
		{ "{\"inn\":\"n/a\"}", IDP_NUMBERLESS },
		{ "{\"inn\":\"-\"}", IDP_NUMBERLESS },
		{ "{\"inn\":\"0000000000\"}", IDP_NUMBERLESS },
		{ "{\"inn\":{}}", IDP_NUMBERLESS },
		{ "{\"inn\":\"3184710691\",\"customer\":{\"inn\":\"n/a\"}}", IDP_NUMBERLESS },
		{ "{\"state\":\"ok\",\"customerCrypto\":\"\"}", IDP_UNSEALED },
		{ "{\"state\":\"ok\",\"customerCrypto\":7}", IDP_UNSEALED },
		{ "{\"state\":\"ok\",\"customerCrypto\":\"Y2FuYXJ5\"}", IDP_UNSEALED },
		{ "{\"state\":\"ok\",\"customerCrypto\":\"Y2FuYXJ5\",\"inn\":\"3184710691\"}", IDP_UNSEALED },
	};
	struct idp_identity i;
	const char *why;

	for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
		enum idp_result got = bank_client(cases[n].body, (struct bankid_reading){ 0 }, &i, &why);
		if (got != cases[n].result)
			fail_msg("%s: %d, expected %d (%s)", cases[n].body, got, cases[n].result, why);
		assert_null(strstr(why, "canary"));
	}
	assert_int_equal(bank_client(BANK_FLAT, (struct bankid_reading){ .sealed = true }, &i, &why), IDP_REFUSED);
	assert_int_equal(bank_client(sealed("customerCrypto", "sealed:", "{\"inn\":"), (struct bankid_reading){ 0 }, &i,
	    &why), IDP_UNSEALED);
}

static void
test_bank_token(void **state)
{
	const char *access = NULL, *why;
	static const char good[] = "{\"token_type\":\"bearer\",\"access_token\":\"abc\",\"expires_in\":180}";
	static const char none[] = "{\"token_type\":\"bearer\"}", failed[] = "{\"error\":\"invalid_grant\"}";

	assert_int_equal(bankid_read_token(pool, good, strlen(good), &access, &why), IDP_DONE);
	same("access", access, "abc");
	assert_int_equal(bankid_read_token(pool, none, strlen(none), &access, &why), IDP_UNREACHABLE);
	assert_int_equal(bankid_read_token(pool, failed, strlen(failed), &access, &why), IDP_REFUSED);
	same("why", why, "the answer is an error: invalid_grant");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_id_user),
		TEST(test_id_user_broken),
		TEST(test_id_tokens),
		TEST(test_bank_client),
		TEST(test_bank_client_broken),
		TEST(test_bank_token),
	};
	return cmocka_run_group_tests_name("dialects", tests, start, end);
}
