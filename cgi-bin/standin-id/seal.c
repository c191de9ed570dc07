/* seal: personal data sealed as id.gov.ua and BankID NBU do, but by libsodium's boxes, which
 * standin-unseal opens. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/str.h"
#include "standin.h"

enum { BASE64 = sodium_base64_VARIANT_ORIGINAL, CERT_MAX = 128 };

static const char *
box(struct pool *pool, const unsigned char key[static crypto_box_PUBLICKEYBYTES], const char *document)
{
	size_t len = strlen(document), sealed = len + crypto_box_SEALBYTES;
	size_t size = sodium_base64_encoded_len(sealed, BASE64);
	unsigned char *bytes = pool_alloc(pool, sealed);

	if (crypto_box_seal(bytes, (const unsigned char *)document, len, key) != 0)
		return NULL;
	return sodium_bin2base64(pool_alloc(pool, size), size, bytes, sealed, BASE64);
}

const char *
seal(struct pool *pool, const char *cert, const char *document)
{
	unsigned char key[crypto_box_PUBLICKEYBYTES];
	char own[CERT_MAX] = "";
	size_t len;

	if (cert == NULL) {
		size_t n = config_key_file("standin_unseal.cert", (unsigned char *)own, 1, sizeof own - 1);
		own[n] = '\0';
		own[strcspn(own, "\r\n")] = '\0';
		cert = own;
	}
	if (sodium_base642bin(key, sizeof key, cert, strlen(cert), NULL, &len, NULL, BASE64) != 0 || len != sizeof key)
		return NULL;
	return box(pool, key, document);
}

const char *
seal_for_nobody(struct pool *pool, const char *document)
{
	unsigned char key[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES];

	crypto_box_keypair(key, secret);
	sodium_memzero(secret, sizeof secret);
	return box(pool, key, document);
}

struct home
home_of(json_t *person)
{
	const char *code = json_string_value(json_object_get(person, "residence_code"));

	if (str_eq(code, "UA51100370000040590"))
		return (struct home){ "Одеська область", "Одеський район", "м. Чорноморськ" };
	if (str_eq(code, "UA18040190000029215"))
		return (struct home){ "ЖИТОМИРСЬКА ОБЛ.", "Житомирський р-н", "ЖИТОМИР" };
	return (struct home){ "м. Київ", "n/a", "Київ" };
}
