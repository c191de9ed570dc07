#include "civic/tally_protocol.h"

#include <inttypes.h>

#include "base/str.h"

static const char *const events[] = { [TALLY_BELOW] = "below-minimum",
	[TALLY_FUNDED] = "funded", [TALLY_PASSED] = "passed-over", [TALLY_STOPPED] = "stopped",
	[TALLY_POOR] = "voters-lack-money", [TALLY_FILLED] = "filled", [TALLY_RAISED] = "raised" };

static const char *const keys[] = { [TALLY_MORE_VOTES] = "votes", [TALLY_LOWER_COST] = "cost",
	[TALLY_LOT] = "lot", [TALLY_BY_ID] = "id", [TALLY_AS_LISTED] = "listed" };

char *
tally_money(struct pool *pool, int64_t n)
{
	return n % TALLY_UNIT == 0 ? str_fmt(pool, "%" PRId64, n / TALLY_UNIT)
	                           : str_fmt(pool, "%" PRId64 ".%02d", n / TALLY_UNIT, (int)(n % TALLY_UNIT));
}

static const char *
ties(struct pool *pool, const struct tally_order *order)
{
	struct buf b;

	buf_init(&b, pool);
	for (const enum tally_key *key = order->keys; *key != TALLY_KEYS_END; key++)
		buf_fmt(&b, "%s%s", b.len > 0 ? "," : "", keys[*key]);
	return b.s;
}

static void
step_line(struct buf *b, struct pool *pool, const struct pabulib *pb, const struct tally_step *s)
{
	buf_fmt(b, "step\t%s", events[s->event]);
	if (s->event == TALLY_RAISED) {
		buf_fmt(b, "\tsteps %" PRIu32 "\n", s->project);
		return;
	}
	const struct tally_project *p = &pb->tally.projects[s->project];
	buf_fmt(b, "\t%s\tcost %s\tvotes %" PRId64, p->id, tally_money(pool, p->cost), p->votes);
	if (pb->vote != PABULIB_APPROVAL)
		buf_fmt(b, "\tscore %" PRId64, p->score);
	if (s->value != NULL)
		buf_fmt(b, "\tvalue %s", s->value);
	if (s->event == TALLY_POOR)
		buf_fmt(b, "\ttogether %s", tally_money(pool, s->together));
	buf_fmt(b, "\tleft %s\n", tally_money(pool, s->left));
}

char *
tally_protocol(struct pool *pool, const struct pabulib *pb, const struct tally_settings *settings,
    const struct tally_outcome *outcome)
{
	const struct tally *t = &pb->tally;
	struct buf b;

	buf_init(&b, pool);
	buf_fmt(&b, "rule\t%s\nties\t%s\nseed\t%s\n", tally_rule_name(pool, settings),
	    ties(pool, &settings->order), settings->order.seed != NULL ? settings->order.seed : "");
	buf_fmt(&b, "min-votes\t%" PRId64 "\n", settings->min_score);
	if (settings->add1)
		buf_fmt(&b, "step-of-add1\t%s\n", tally_money(pool, settings->step));
	buf_fmt(&b, "budget\t%s\nprojects\t%zu\nvoters\t%zu\nballots-invalid\t%zu\n",
	    tally_money(pool, t->budget), t->projects_n, t->ballots_n, pb->invalid);
	for (size_t i = 0; i < pb->invalid && i < PABULIB_SHOWN_INVALID; i++)
		buf_fmt(&b, "invalid\tline %zu\n", pb->invalid_lines[i]);
	for (size_t i = 0; i < outcome->steps_n; i++)
		step_line(&b, pool, pb, &outcome->steps[i]);
	for (size_t i = 0; i < outcome->selected_n; i++)
		buf_fmt(&b, "selected\t%s\n", t->projects[outcome->selected[i]].id);
	buf_fmt(&b, "cost\t%s\n", tally_money(pool, outcome->cost));
	return b.s;
}

/* Whole sums are integers; others have at most two decimals, which a double of this size keeps. */
static json_t *
money(int64_t n)
{
	return n % TALLY_UNIT == 0 ? json_integer(n / TALLY_UNIT) : json_real((double)n / TALLY_UNIT);
}

static json_t *
step_json(const struct pabulib *pb, const struct tally_step *s)
{
	json_t *step = json_pack("{s:s}", "event", events[s->event]);

	if (s->event == TALLY_RAISED) {
		json_object_set_new(step, "steps", json_integer(s->project));
		return step;
	}
	const struct tally_project *p = &pb->tally.projects[s->project];
	json_object_set_new(step, "project", json_string(p->id));
	json_object_set_new(step, "cost", money(p->cost));
	json_object_set_new(step, "votes", json_integer(p->votes));
	json_object_set_new(step, "score", json_integer(p->score));
	if (s->value != NULL)
		json_object_set_new(step, "value", json_string(s->value));
	if (s->event == TALLY_POOR)
		json_object_set_new(step, "together", money(s->together));
	json_object_set_new(step, "left", money(s->left));
	return step;
}

json_t *
tally_protocol_json(struct pool *pool, const struct pabulib *pb, const struct tally_settings *settings,
    const struct tally_outcome *outcome)
{
	const struct tally *t = &pb->tally;
	json_t *selected = json_array(), *steps = json_array(), *lines = json_array(), *counted = json_array();

	for (size_t i = 0; i < t->projects_n; i++)
		json_array_append_new(counted, json_pack("{s:s, s:I, s:I}", "project", t->projects[i].id, "votes",
		    (json_int_t)t->projects[i].votes, "score", (json_int_t)t->projects[i].score));

	for (size_t i = 0; i < outcome->selected_n; i++)
		json_array_append_new(selected, json_string(t->projects[outcome->selected[i]].id));
	for (size_t i = 0; i < outcome->steps_n; i++)
		json_array_append_new(steps, step_json(pb, &outcome->steps[i]));
	for (size_t i = 0; i < pb->invalid && i < PABULIB_SHOWN_INVALID; i++)
		json_array_append_new(lines, json_integer((json_int_t)pb->invalid_lines[i]));
	return json_pack("{s:s, s:s, s:s, s:I, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}",
	    "rule", tally_rule_name(pool, settings), "ties", ties(pool, &settings->order),
	    "seed", settings->order.seed != NULL ? settings->order.seed : "",
	    "min_votes", (json_int_t)settings->min_score, "budget", money(t->budget),
	    "projects", (json_int_t)t->projects_n, "voters", (json_int_t)t->ballots_n,
	    "ballots_invalid", (json_int_t)pb->invalid, "invalid_lines", lines,
	    "counted", counted, "selected", selected, "cost", money(outcome->cost), "steps", steps);
}
