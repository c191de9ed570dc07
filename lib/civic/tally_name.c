/* The names that people give to rules and orders: on the command line, in settings, in protocols. */
#include <string.h>

#include "base/str.h"
#include "civic/tally.h"

static const struct {
	const char *name;
	enum tally_rule rule;
	bool add1, fill;
} rules[] = {
	{ "greedy-skip", TALLY_GREEDY_SKIP, false, false },
	{ "greedy-stop", TALLY_GREEDY_STOP, false, false },
	{ "votes-per-cost", TALLY_VOTES_PER_COST, false, false },
	{ "mes", TALLY_MES, false, false },
	{ "mes-fill", TALLY_MES, false, true },
	{ "mes-add1", TALLY_MES, true, false },
	{ "mes-add1-fill", TALLY_MES, true, true },
	{ "phragmen", TALLY_PHRAGMEN, false, false },
};
static const char cardinality[] = "-cardinality";

bool
tally_rule_named(const char *name, struct tally_settings *settings)
{
	bool other = str_starts(name, "mes") && str_ends(name, cardinality);
	size_t len = strlen(name) - (other ? strlen(cardinality) : 0);

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strlen(rules[i].name) == len && strncmp(name, rules[i].name, len) == 0) {
			settings->rule = rules[i].rule;
			settings->add1 = rules[i].add1;
			settings->fill = rules[i].fill;
			settings->cardinality = other;
			return true;
		}
	return false;
}

char *
tally_rule_name(struct pool *pool, const struct tally_settings *s)
{
	size_t i = 0;

	while (rules[i].rule != s->rule ||
	    (s->rule == TALLY_MES && (rules[i].add1 != s->add1 || rules[i].fill != s->fill)))
		i++;
	return str_fmt(pool, "%s%s", rules[i].name, s->rule == TALLY_MES && s->cardinality ? cardinality : "");
}

bool
tally_order_named(const char *names, struct tally_order *order)
{
	static const struct {
		const char *name;
		enum tally_key key;
	} keys[] = { { "votes", TALLY_MORE_VOTES }, { "cost", TALLY_LOWER_COST }, { "lot", TALLY_LOT },
		{ "id", TALLY_BY_ID }, { "listed", TALLY_AS_LISTED } };
	size_t n = 0;

	for (;;) {
		size_t len = strcspn(names, ","), i = 0;
		while (i < sizeof keys / sizeof *keys &&
		    (strlen(keys[i].name) != len || strncmp(names, keys[i].name, len) != 0))
			i++;
		if (i == sizeof keys / sizeof *keys)
			return false;
		for (size_t k = 0; k < n; k++)
			if (order->keys[k] == keys[i].key)
				return false;
		order->keys[n++] = keys[i].key;
		if (names[len] == '\0')
			break;
		names += len + 1;
	}
	order->keys[n] = TALLY_KEYS_END;
	return true;
}
