#include "civic/register.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/str.h"
#include "civic/person.h"
#include "civic/residence.h"
#include "web/client.h"

enum { TOKEN_MAX = 500, REGISTER_AWAY_MS = 10000 };

enum register_answer
register_read(const char *body, size_t len, const char **category)
{
	json_t *answer = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *resident = json_object_get(answer, "resident"), *named = json_object_get(answer, "category");

	*category = residence_categories[0];
	if (json_is_false(resident))
		return REGISTER_NO;
	if (!json_is_true(resident))
		return REGISTER_SILENT;
	if (named == NULL || json_is_null(named))
		return REGISTER_YES;
	for (const char *const *known = residence_categories; *known != NULL; known++)
		if (str_eq(*known, json_string_value(named))) {
			*category = *known;
			return REGISTER_YES;
		}
	return REGISTER_SILENT;
}

/* The header that proves who asks, or NULL; *broken where the file can't be read. */
static char *
authorization(struct pool *pool, bool *broken)
{
	const char *path = config_or("register_token_file", NULL);
	char token[TOKEN_MAX] = "";

	if (path == NULL)
		return NULL;
	FILE *f = fopen(path, "re");
	*broken = f == NULL || fgets(token, sizeof token, f) == NULL;
	if (f != NULL)
		fclose(f);
	token[strcspn(token, "\r\n")] = '\0';
	return str_fmt(pool, "Authorization: Bearer %s", token);
}

enum register_answer
register_ask(struct pool *pool, const char *community, const char *number, const char **category)
{
	const char *url = config_or(str_fmt(pool, "register_url.%s", community), config_or("register_url", NULL));
	static int64_t away_until; /* one that does not answer is not waited for at each login */
	bool broken = false;

	if (url == NULL || clock_monotonic() < away_until)
		return REGISTER_SILENT;
	const char *headers[] = { authorization(pool, &broken), NULL };
	if (broken) {
		log_error("register", "the file that register_token_file names cannot be read");
		return REGISTER_SILENT;
	}
	char *form = str_fmt(pool, "number=%s&community=%s",
	    str_url_encode(pool, person_normalise(pool, number)), str_url_encode(pool, community));
	struct client_answer answer = client_call(pool,
	    &(struct client_call){ .url = url, .form = form, .headers = headers, .wait_ms = REGISTER_PATIENCE_MS });
	sodium_memzero(form, strlen(form));
	enum register_answer result = answer.status == 200 ? register_read(answer.body, answer.len, category)
	                                                   : REGISTER_SILENT;
	if (answer.status == 0)
		away_until = clock_monotonic() + REGISTER_AWAY_MS;
	if (result == REGISTER_SILENT)
		log_error("register", "the register of %s gives no answer: status %d %s", community, answer.status,
		    answer.error);
	return result;
}

json_t *
register_lists(struct db *db, int64_t community, const struct person_macs *macs)
{
	SQL(lists_with, "SELECT DISTINCT i.category FROM register_entry e JOIN register_import i ON "
	                "i.id = e.import_id AND i.community_id = e.community_id WHERE e.community_id = ? AND "
	                "e.person_key = ? AND i.finished_at IS NOT NULL AND i.ended_at IS NULL LIMIT 4");
	SQL(renew_entries, "UPDATE IGNORE register_entry SET person_key = ? WHERE community_id = ? AND person_key = ?");
	json_t *categories = json_array(), *row;
	size_t k;

	for (int i = 0; i < macs->count; i++) {
		struct db_value key = BYTES(macs->mac[i], PERSON_KEY_BYTES);
		json_t *rows = db_rows(db, &lists_with, ARGS(INT(community), key));
		json_array_foreach(rows, k, row)
			json_array_append(categories, json_object_get(row, "category"));
		if (i > 0 && json_array_size(rows) > 0)
			db_exec(db, &renew_entries, ARGS(BYTES(macs->mac[0], PERSON_KEY_BYTES), INT(community), key));
	}
	return categories;
}
