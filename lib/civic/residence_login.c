#include "civic/residence_login.h"

#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "base/words.h"
#include "civic/register.h"
#include "civic/residence.h"
#include "data/tx.h"

enum {
	CODE_LEN = 19, HROMADA_LEN = 9,      /* "UA51100370000040590", and "UA5110037" of it */
	ADDRESS_MAX = 1000,                  /* bytes; longer is no address */
	PARTS_MAX = 20,
	SETTLEMENTS_MAX = 300
};

static bool
is_code(const char *code)
{
	return code != NULL && strlen(code) == CODE_LEN && str_starts(code, "UA") &&
	    strspn(code + 2, "0123456789") == CODE_LEN - 2;
}

enum residence_claim
claim_of_code(const char *code, const char *community)
{
	if (!is_code(code) || !is_code(community) || strncmp(code + HROMADA_LEN - 3, "000", 3) == 0)
		return CLAIM_SILENT;
	return strncmp(code, community, HROMADA_LEN) == 0 ? CLAIM_HERE : CLAIM_ELSEWHERE;
}

/* What addresses write before a settlement's name, and after an oblast's. */
static const struct {
	const char *written, *meant;
} kinds[] = { { "м", "місто" }, { "місто", "місто" }, { "с", "село" }, { "село", "село" },
	{ "сел", "селище" }, { "смт", "селище" }, { "селище", "селище" }, { "обл", "область" },
	{ "область", "область" } };

/* A part of an address as they are compared: words in lower case, kinds in full, one space between. */
static const char *
fold(struct pool *pool, const char *part, size_t len)
{
	const char *at = str_ndup(pool, part, len), *word;
	struct buf out;
	size_t n;

	buf_init(&out, pool);
	while ((word = words_next(&at, &n)) != NULL) {
		const char *lower = words_lower(pool, word, n);
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			if (str_eq(lower, kinds[i].written)) {
				lower = kinds[i].meant;
				break;
			}
		if (out.len > 0)
			buf_add_char(&out, ' ');
		buf_add(&out, lower);
	}
	return out.s;
}

static bool
among(struct pool *pool, const char *const *parts, int n, const char *name)
{
	const char *folded = fold(pool, name, strlen(name));

	for (int i = 0; i < n; i++)
		if (*folded != '\0' && strcmp(parts[i], folded) == 0)
			return true;
	return false;
}

enum residence_claim
claim_of_words(struct pool *pool, const char *address, const char *oblast, json_t *settlements)
{
	const char *parts[PARTS_MAX];
	json_t *row;
	size_t i;
	int n = 0;

	if (str_empty(address) || strlen(address) > ADDRESS_MAX || !text_is_utf8(address, strlen(address)))
		return CLAIM_SILENT;
	for (const char *at = address; n < PARTS_MAX;) {
		size_t len = strcspn(at, ",");
		parts[n++] = fold(pool, at, len);
		if (at[len] == '\0')
			break;
		at += len + 1;
	}
	if (!among(pool, parts, n, oblast))
		return CLAIM_SILENT;
	json_array_foreach(settlements, i, row)
		if (among(pool, parts, n, json_string_value(json_object_get(row, "name"))))
			return CLAIM_HERE;
	return CLAIM_SILENT;
}

struct arrival {
	struct pool *pool;
	const struct community *community;
	const struct identity *identity;
	int64_t person;
	enum residence_claim claim;
	bool numbered;
	struct person_macs macs;
	enum register_answer service;
	const char *service_category;
};

static enum residence_claim
claim_of(struct db *db, struct arrival *a)
{
	SQL(settlements, "SELECT name FROM settlement WHERE community_id = ? LIMIT ?");
	enum residence_claim claim = claim_of_code(a->identity->residence_code, a->community->katottg);

	if (claim != CLAIM_SILENT || str_empty(a->identity->residence_text))
		return claim;
	return claim_of_words(a->pool, a->identity->residence_text, a->community->oblast[LANG_UK],
	    db_rows(db, &settlements, ARGS(INT(a->community->id), INT(SETTLEMENTS_MAX))));
}

static bool
has(json_t *words, const char *word)
{
	json_t *one;
	size_t i;

	json_array_foreach(words, i, one)
		if (str_eq(json_string_value(one), word))
			return true;
	return false;
}

static bool
provider_says(struct db *db, struct arrival *a, struct residence_change *c)
{
	c->kind = "provider";
	c->category = "registered";
	switch (a->claim) {
	case CLAIM_SILENT: return true;
	case CLAIM_HERE: c->basis = ""; return residence_begin(db, c, NULL);
	case CLAIM_ELSEWHERE: c->basis = "elsewhere"; return residence_end(db, c, NULL);
	}
	return false;
}

/* The register's categories are those of its lists and of its service; what only the service said stays
 * while that is silent. */
static bool
register_says(struct db *db, struct arrival *a, struct residence_change *c)
{
	json_t *rows = residence_list(db, a->community->id, a->person), *row;
	json_t *lists = register_lists(db, a->community->id, &a->macs);
	size_t i;

	c->kind = "register";
	for (const char *const *category = residence_categories; *category != NULL; category++) {
		bool listed = has(lists, *category);
		bool served = a->service == REGISTER_YES && str_eq(a->service_category, *category);
		c->category = *category;
		c->basis = listed ? "list" : "service";
		if ((listed || served) && !residence_begin(db, c, NULL))
			return false;
		json_array_foreach(rows, i, row)
			if (!listed && !served && str_eq(json_string_value(json_object_get(row, "kind")), "register") &&
			    str_eq(json_string_value(json_object_get(row, "category")), *category) &&
			    !(a->service == REGISTER_SILENT &&
			        str_eq(json_string_value(json_object_get(row, "basis")), "service"))) {
				c->basis = "unlisted";
				if (!residence_end(db, c, NULL))
					return false;
			}
	}
	return !db_failed(db);
}

static bool
settle(struct db *db, void *ctx)
{
	struct arrival *a = ctx;
	struct residence_change c = { .community = a->community->id, .person = a->person };

	return provider_says(db, a, &c) && (!a->numbered || register_says(db, a, &c)) && !db_failed(db);
}

static void
join_community(struct db *db, const struct arrival *a)
{
	SQL(join_community, "INSERT IGNORE INTO membership (community_id, person_id) VALUES (?, ?)");
	SQL(keep_birth_date, "UPDATE membership m JOIN petition_rules r ON r.community_id = m.community_id AND "
	                     "r.version = (SELECT MAX(n.version) FROM petition_rules n WHERE n.community_id = "
	                     "m.community_id) AND r.keep_birth_date SET m.born_on = CAST(? AS DATE) WHERE "
	                     "m.community_id = ? AND m.person_id = ?");
	const char *born = person_birthday(a->identity->birthdate);
	struct db_value community = INT(a->community->id), person = INT(a->person);

	db_exec(db, &join_community, ARGS(community, person));
	if (born != NULL)
		db_exec(db, &keep_birth_date, ARGS(TEXT(born), community, person));
}

static struct arrival
arrive(struct db *db, struct pool *pool, const struct community *community, int64_t person,
    const struct identity *id)
{
	struct arrival a = { .pool = pool, .community = community, .identity = id, .person = person,
		.numbered = !str_empty(id->tax_number) && *person_normalise(pool, id->tax_number) != '\0' };

	join_community(db, &a);
	a.claim = claim_of(db, &a);
	if (a.numbered)
		a.numbered = person_macs(db, pool, id->tax_number, &a.macs);
	return a;
}

void
residence_at_login(struct db *db, struct pool *pool, const struct community *community, int64_t person,
    const struct identity *identity)
{
	struct arrival a = arrive(db, pool, community, person, identity);

	if (a.numbered && !db_failed(db))
		a.service = register_ask(pool, community->name, identity->tax_number, &a.service_category);
	tx_run(db, settle, &a);
}

bool
residence_from_identity(struct db *db, struct pool *pool, const struct community *community,
    int64_t person, const struct identity *identity)
{
	struct arrival a = arrive(db, pool, community, person, identity);

	return settle(db, &a);
}
