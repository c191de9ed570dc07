#include "grant.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/crypto.h"

enum kind { KIND_CODE = 1, KIND_ACCESS };

static struct slot {
	enum kind kind;
	int64_t ends; /* by clock_monotonic(); a slot whose end has passed is free */
	unsigned char hash[MAC_BYTES];
	struct grant grant;
} slots[GRANTS_MAX];

static const char *
give(struct pool *pool, enum kind kind, const struct grant *grant)
{
	int64_t now = clock_monotonic();

	for (size_t i = 0; i < GRANTS_MAX; i++) {
		if (slots[i].ends > now)
			continue;
		const char *token = crypto_token(pool);
		slots[i].kind = kind;
		slots[i].ends = now + GRANT_LIFE * 1000;
		slots[i].grant = *grant;
		crypto_digest(token, slots[i].hash);
		return token;
	}
	return NULL;
}

static struct slot *
find(enum kind kind, const char *token)
{
	unsigned char hash[MAC_BYTES];
	int64_t now = clock_monotonic();

	crypto_digest(token, hash);
	for (size_t i = 0; i < GRANTS_MAX; i++)
		if (slots[i].kind == kind && slots[i].ends > now &&
		    crypto_same(slots[i].hash, hash, sizeof hash))
			return &slots[i];
	return NULL;
}

const char *
grant_code(struct pool *pool, const struct grant *grant)
{
	return give(pool, KIND_CODE, grant);
}

/* A code shown in the wrong dialect is gone too. */
bool
grant_redeem(const char *code, enum dialect dialect, struct grant *grant)
{
	struct slot *slot = find(KIND_CODE, code);

	if (slot == NULL)
		return false;
	*grant = slot->grant;
	slot->ends = 0;
	return grant->dialect == dialect;
}

const char *
grant_access(struct pool *pool, enum dialect dialect, const char *login)
{
	struct grant grant = { .dialect = dialect };

	snprintf(grant.login, sizeof grant.login, "%s", login);
	return give(pool, KIND_ACCESS, &grant);
}

const char *
grant_bearer(const char *token, enum dialect dialect)
{
	struct slot *slot = find(KIND_ACCESS, token);

	return slot != NULL && slot->grant.dialect == dialect ? slot->grant.login : NULL;
}

bool
grant_end(const char *token, enum dialect dialect)
{
	struct slot *slot = find(KIND_ACCESS, token);

	if (slot == NULL || slot->grant.dialect != dialect)
		return false;
	slot->ends = 0;
	return true;
}
