#include "civic/mail_token.h"

#include <inttypes.h>
#include <string.h>

#include "base/config.h"
#include "base/crypto.h"
#include "base/str.h"

enum { PROOF_BYTES = 16, NUMBER_BYTES = 8, STOP_BYTES = 1 + 2 * NUMBER_BYTES };

static void
prove(const char *what, unsigned char proof[static PROOF_BYTES])
{
	static unsigned char key[MAC_BYTES];
	static bool read;
	unsigned char mac[MAC_BYTES];

	if (!read)
		config_key_file("mail", key, sizeof key, sizeof key);
	read = true;
	crypto_mac(key, what, strlen(what), mac);
	memcpy(proof, mac, PROOF_BYTES);
}

static void
put_number(unsigned char *bytes, int64_t n)
{
	for (int i = 0; i < NUMBER_BYTES; i++)
		bytes[i] = (unsigned char)((uint64_t)n >> (56 - 8 * i));
}

static int64_t
get_number(const unsigned char *bytes)
{
	uint64_t n = 0;

	for (int i = 0; i < NUMBER_BYTES; i++)
		n = n << 8 | bytes[i];
	return (int64_t)n;
}

static const char *
stop_words(struct pool *pool, int64_t community, const struct stop *s)
{
	return str_fmt(pool, "stop:%c:%" PRId64 ":%" PRId64 ":%" PRId64, (char)s->kind, community,
	    s->person, s->petition);
}

char *
stop_token(struct pool *pool, int64_t community, const struct stop *s)
{
	unsigned char bytes[STOP_BYTES + PROOF_BYTES] = { (unsigned char)s->kind };

	put_number(bytes + 1, s->petition);
	put_number(bytes + 1 + NUMBER_BYTES, s->person);
	prove(stop_words(pool, community, s), bytes + STOP_BYTES);
	return str_base64url(pool, bytes, sizeof bytes);
}

bool
stop_read(struct pool *pool, int64_t community, const char *token, struct stop *s)
{
	unsigned char proof[PROOF_BYTES];
	size_t len;
	const unsigned char *bytes = token != NULL ? str_unbase64url(pool, token, &len) : NULL;

	if (bytes == NULL || len != STOP_BYTES + PROOF_BYTES)
		return false;
	*s = (struct stop){ (enum stop_kind)bytes[0], get_number(bytes + 1 + NUMBER_BYTES),
		get_number(bytes + 1) };
	prove(stop_words(pool, community, s), proof);
	return crypto_same(proof, bytes + STOP_BYTES, sizeof proof);
}

char *
claim_token(struct pool *pool, int64_t community, int64_t claim, int64_t person, const char *email)
{
	unsigned char bytes[NUMBER_BYTES + PROOF_BYTES];

	put_number(bytes, claim);
	prove(str_fmt(pool, "claim:%" PRId64 ":%" PRId64 ":%" PRId64 ":%s", community, claim, person,
	    email), bytes + NUMBER_BYTES);
	return str_base64url(pool, bytes, sizeof bytes);
}

int64_t
claim_of(struct pool *pool, const char *token)
{
	size_t len;
	const unsigned char *bytes = token != NULL ? str_unbase64url(pool, token, &len) : NULL;

	return bytes != NULL && len == NUMBER_BYTES + PROOF_BYTES ? get_number(bytes) : 0;
}

bool
claim_proves(struct pool *pool, const char *token, int64_t community, int64_t claim, int64_t person,
    const char *email)
{
	const char *right = claim_token(pool, community, claim, person, email);

	return strlen(token) == strlen(right) && crypto_same(token, right, strlen(right));
}
