/*
 * standin-unseal: opens what the stand-in identity provider sealed, as a licensed library would what
 * id.gov.ua or BankID NBU did (web/unseal.h): a service without a database, for demonstrations and
 * tests. It refuses to start on an installed site.
 *
 * Boxes are libsodium's (crypto_box_seal) to the key in var/keys/standin_unseal, 32 random bytes; its
 * public half in base64 is what a provider's file names as the certificate. Such a box says nothing of
 * who sealed it: a real decryptor also checks the signature within.
 *
 *   standin-unseal --cert < KEY    prints that public half (scripts/instance.sh)
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/service.h"
#include "base/str.h"
#include "web/unseal.h"

enum { POOL_MAX = 512 * 1024, READ_MS = 500 };

static unsigned char secret[crypto_box_SECRETKEYBYTES], public[crypto_box_PUBLICKEYBYTES];

static void
start(void)
{
	if (!config_on("standin"))
		fatal("standin-unseal: it may not run here: the configuration lacks standin = 1");
	crypto_open();
	config_key_file("standin_unseal", secret, sizeof secret, sizeof secret);
	crypto_scalarmult_base(public, secret);
}

static void
answer(struct pool *pool, const struct service_question *question, struct service_answer *a)
{
	const unsigned char *box = (const unsigned char *)question->bytes;

	*a = (struct service_answer){ .status = UNSEAL_STATUS_SHUT };
	if (question->len <= crypto_box_SEALBYTES)
		return;
	size_t len = question->len - crypto_box_SEALBYTES;
	unsigned char *plain = pool_alloc(pool, len);
	if (crypto_box_seal_open(plain, box, question->len, public, secret) == 0)
		*a = (struct service_answer){ .status = UNSEAL_STATUS_OPENED, .bytes = plain, .len = len };
}

static int
print_certificate(void)
{
	char text[sodium_base64_ENCODED_LEN(sizeof public, sodium_base64_VARIANT_ORIGINAL)];

	if (sodium_init() < 0 || fread(secret, 1, sizeof secret, stdin) != sizeof secret)
		fatal("standin-unseal: no key of %zu bytes on standard input", sizeof secret);
	crypto_scalarmult_base(public, secret);
	return puts(sodium_bin2base64(text, sizeof text, public, sizeof public, sodium_base64_VARIANT_ORIGINAL)) < 0;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && str_eq(argv[1], "--cert"))
		return print_certificate();
	return service_run(&(struct service){ .name = "standin-unseal", .question_max = UNSEAL_MAX,
	                       .pool_max = POOL_MAX, .read_ms = READ_MS, .start = start, .answer = answer },
	    argc, argv);
}
