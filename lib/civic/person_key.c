#include "civic/person_key.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/person.h"

enum { MARK_BYTES = 8 };

struct person_keys {
	int count;
	unsigned char key[PERSON_KEYS_MAX][PERSON_KEY_BYTES]; /* key[0] is version 1 */
};

/* Version n + 1; false where there is none. *broken: it is there and can't be used. */
static bool
read_key(int n, unsigned char key[static PERSON_KEY_BYTES], bool *broken)
{
	char path[1024];

	snprintf(path, sizeof path, n == 0 ? "%s/keys/person" : "%s/keys/person.%d", config_get("var"), n + 1);
	FILE *f = fopen(path, "rbe");
	if (f == NULL) {
		if (errno != ENOENT || n == 0) {
			log_error("person", "cannot read the key file %s: %s", path, strerror(errno));
			*broken = true;
		}
		return false;
	}
	setbuf(f, NULL); /* no copy of the key stays behind */
	if (fread(key, 1, PERSON_KEY_BYTES, f) != PERSON_KEY_BYTES) {
		log_error("person", "the key file %s is too short", path);
		*broken = true;
	}
	fclose(f);
	return !*broken;
}

static void
mark_of(const struct person_keys *keys, int version, unsigned char mac[static MAC_BYTES])
{
	static const char words[] = "viche person key";

	crypto_mac(keys->key[version - 1], words, sizeof words - 1, mac);
}

/* The keys are those that the database has met. *met receives how many those are. */
static bool
known(struct db *db, const struct person_keys *keys, int *met)
{
	SQL(key_marks, "SELECT version, LOWER(HEX(mark)) AS mark FROM key_mark ORDER BY version");
	struct pool *pool = pool_open(64 * 1024);
	bool right = true;
	json_t *row;
	size_t i;

	*met = 0;
	json_t *rows = db_rows(db, &key_marks, NO_ARGS);
	json_array_foreach(rows, i, row) {
		unsigned char mac[MAC_BYTES];
		int version = (int)json_integer_value(json_object_get(row, "version"));
		*met = version;
		if (version > keys->count) {
			log_error("person", "the key file person.%d is missing: without it one human would get a second "
			          "account, so nobody is logged in", version);
			right = false;
			continue;
		}
		mark_of(keys, version, mac);
		if (!str_eq(str_hex(pool, mac, MARK_BYTES), json_string_value(json_object_get(row, "mark")))) {
			log_error("person", "the key file of version %d is not the one that this database knows", version);
			right = false;
		}
	}
	pool_close(pool);
	return right && !db_failed(db);
}

/* A new key introduces itself; of two that do so at once under one number, the second is looked at again. */
static bool
meet(struct db *db, const struct person_keys *keys)
{
	SQL(new_key_mark, "INSERT INTO key_mark (version, mark) VALUES (?, ?)");
	unsigned char mac[MAC_BYTES];
	bool again = false;
	int met;

	if (!known(db, keys, &met))
		return false;
	for (int v = met + 1; v <= keys->count; v++) {
		mark_of(keys, v, mac);
		again |= db_exec(db, &new_key_mark, ARGS(INT(v), BYTES(mac, MARK_BYTES))) != 1;
	}
	return again ? known(db, keys, &met) : !db_failed(db);
}

static bool
read_keys(struct db *db, struct person_keys *keys)
{
	bool broken = false;

	for (keys->count = 0; keys->count < PERSON_KEYS_MAX; keys->count++)
		if (!read_key(keys->count, keys->key[keys->count], &broken))
			break;
	return !broken && meet(db, keys);
}

struct person_keys *
person_keys_open(struct db *db)
{
	struct person_keys *keys = calloc(1, sizeof *keys);

	if (keys == NULL)
		fatal("out of memory");
	if (read_keys(db, keys))
		return keys;
	person_keys_close(keys);
	return NULL;
}

void
person_keys_macs(const struct person_keys *keys, struct pool *pool, const char *number,
    struct person_macs *macs)
{
	char *normal = person_normalise(pool, number);
	size_t len = strlen(normal);

	macs->count = keys->count;
	for (int i = 0; i < keys->count; i++) {
		macs->version[i] = keys->count - i;
		crypto_mac(keys->key[keys->count - 1 - i], normal, len, macs->mac[i]);
	}
	sodium_memzero(normal, len);
}

void
person_keys_close(struct person_keys *keys)
{
	if (keys == NULL)
		return;
	sodium_memzero(keys, sizeof *keys);
	free(keys);
}

bool
person_macs(struct db *db, struct pool *pool, const char *number, struct person_macs *macs)
{
	struct person_keys *keys = person_keys_open(db);

	if (keys == NULL)
		return false;
	person_keys_macs(keys, pool, number, macs);
	person_keys_close(keys);
	return true;
}
