#include "base/crypto.h"

#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

void
crypto_open(void)
{
	if (sodium_init() < 0)
		fatal("libsodium cannot start: no source of randomness");
}

char *
crypto_token(struct pool *pool)
{
	unsigned char bytes[TOKEN_BYTES];
	randombytes_buf(bytes, sizeof bytes);
	return str_base64url(pool, bytes, sizeof bytes);
}

void
crypto_digest(const char *s, unsigned char hash[static MAC_BYTES])
{
	crypto_hash_sha256(hash, (const unsigned char *)s, strlen(s));
}

void
crypto_mac(const unsigned char key[static MAC_BYTES], const void *message, size_t len,
    unsigned char mac[static MAC_BYTES])
{
	crypto_auth_hmacsha256(mac, message, len, key);
}

bool
crypto_same(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}
