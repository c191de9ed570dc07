/* Fuzzes the answers of id.gov.ua and BankID NBU: the first byte says which, the rest is the answer.
 * Whatever it is, an identity has a number of a sound form, texts are clean and bounded, and the reason
 * for the log is a short line of ASCII. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "web/idp_bankid.h"
#include "web/idp_idgovua.h"
#include "web/idp_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool so)
{
	if (!so)
		abort();
}

static void
clean(const char *text, size_t max)
{
	if (text != NULL)
		must(strlen(text) <= max && text_is_utf8(text, strlen(text)) && strpbrk(text, "\r\n\t") == NULL);
}

static void
check(const struct idp_identity *i)
{
	must(i->tax_number != NULL && text_length(i->tax_number) >= IDP_NUMBER_MIN &&
	    text_length(i->tax_number) <= IDP_NUMBER_MAX);
	must(i->given_name != NULL && i->family_name != NULL && i->middle_name != NULL && !i->email_verified);
	clean(i->given_name, 4 * IDP_TEXT_MAX);
	clean(i->family_name, 4 * IDP_TEXT_MAX);
	clean(i->middle_name, 4 * IDP_TEXT_MAX);
	clean(i->email, 4 * IDP_TEXT_MAX);
	clean(i->residence_text, 16 * IDP_TEXT_MAX);
	must(i->birthdate == NULL || strlen(i->birthdate) == 10);
	must(i->residence_code == NULL || strlen(i->residence_code) == 19);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char localities[] = "Одеська/Чорноморськ=UA51100370000040590;Київ=UA80000000000093317";
	static struct pool *pool;
	struct idp_identity identity = { 0 };
	struct idgovua_tokens tokens = { 0 };
	const char *why = "", *access = NULL;
	enum idp_result result = IDP_REFUSED;

	if (size == 0)
		return 0;
	if (pool == NULL) {
		pool = pool_open(64 * 1024 * 1024);
		log_open("fuzz", "/dev/null");
	}
	pool_enter(pool);
	/* On the heap, where reading past its end is seen. */
	size_t len = size - 1;
	char *body = malloc(len + (len == 0));
	memcpy(body, data + 1, len);
	switch (data[0] % 4) {
	case 0:
		result = idgovua_read_user(pool, body, len, &(struct idgovua_reading){ .unseal = "/nowhere",
		    .localities = localities, .residence = true, .now = 1800000000 }, &identity, &why);
		break;
	case 1:
		result = bankid_read_client(pool, body, len, &(struct bankid_reading){ .unseal = "/nowhere",
		    .localities = localities, .now = 1800000000 }, &identity, &why);
		break;
	case 2:
		if (idgovua_read_tokens(pool, body, len, &tokens, &why) == IDP_DONE)
			must(idp_is_token(tokens.access) && idp_is_token(tokens.user_id));
		break;
	case 3:
		if (bankid_read_token(pool, body, len, &access, &why) == IDP_DONE)
			must(idp_is_token(access));
		break;
	}
	if (result == IDP_DONE)
		check(&identity);
	must(strlen(why) < 100);
	for (const char *p = why; *p != '\0'; p++)
		must(*p >= ' ' && *p <= '~');
	free(body);
	pool_leave(pool);
	return 0;
}
