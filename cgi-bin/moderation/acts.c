/* Which acts a petition's state and the person's role allow: the lifecycle's table, and what is the desk's own. */
#include "moderation.h"

#include <string.h>

#include "civic/lifecycle.h"
#include "web/i18n.h"
#include "web/problem.h"

enum { REVIEWS = 1, /* a moderator's decision: not of one's own petition, nor of one's own refusal */
	WORKED = 2  /* one person's work at a time: another's claim stands in the way */
};

/* Where an act moves the petition, the lifecycle's table says from which states and whose it is; of what
 * moves nothing that stands here, each state between spaces. */
static const struct act_rule {
	const char *name;
	unsigned flags, who;
	const char *states;
} rules[] = {
	{ "claim", REVIEWS | WORKED, MODERATOR, " submitted contested " },
	{ "claim", WORKED, CLERK, " reached in_review appeal " },
	{ "publish", REVIEWS | WORKED, 0, NULL },
	{ "return", REVIEWS | WORKED, 0, NULL },
	{ "refuse", REVIEWS | WORKED, 0, NULL },
	{ "suspend", REVIEWS, 0, NULL },
	{ "resume", REVIEWS, 0, NULL },
	{ "hide", REVIEWS, 0, NULL },
	{ "restore", REVIEWS, 0, NULL },
	{ "join", 0, MODERATOR, " collecting " },
	{ "start", WORKED, 0, NULL },
	{ "answer", WORKED, 0, NULL },
	{ "implement", 0, 0, NULL },
	{ "milestone", 0, CLERK, " implementing implemented " },
	{ "finish", 0, 0, NULL },
};

enum { RULES = sizeof rules / sizeof *rules };

static unsigned
role_of(const struct act_rule *rule)
{
	const struct transition *t = rule->states == NULL ? lifecycle_act("petition", rule->name, NULL) : NULL;

	return rule->states != NULL ? rule->who
	    : t == NULL             ? 0
	    : t->by == BY_CLERK     ? CLERK
	                            : MODERATOR;
}

/* What is carried out was supported, at least in part. */
static bool
has_state(const struct act_rule *rule, json_t *p)
{
	char word[40];

	if (strcmp(rule->name, "implement") == 0 &&
	    str_eq(json_string_value(json_object_get(p, "verdict")), "not_supported"))
		return false;
	if (rule->states == NULL)
		return lifecycle_act("petition", rule->name, state_of(p)) != NULL;
	snprintf(word, sizeof word, " %s ", state_of(p));
	return strstr(rule->states, word) != NULL;
}

bool
act_allowed(struct request *rq, json_t *p, const char *act)
{
	bool by_role = false;

	for (size_t i = 0; i < RULES; i++) {
		if (strcmp(rules[i].name, act) != 0 || !(rq->roles & role_of(&rules[i])))
			continue;
		by_role = true;
		if (!has_state(&rules[i], p))
			continue;
		enum moderation_result may = rules[i].flags & REVIEWS
		    ? moderation_may(rq->db, rq->community_id, path_id(rq), rq->session.person)
		    : MODERATION_DONE;
		if (may != MODERATION_DONE)
			reply_undecided(rq, may);
		return may == MODERATION_DONE;
	}
	if (by_role)
		reply_undecided(rq, MODERATION_DECIDED);
	else
		reply_problem(rq, 403, "forbidden", _("Your account may not do this in this community."));
	return false;
}

void
show_acts(struct request *rq, json_t *p, bool claimed_by_other)
{
	enum moderation_result may = rq->roles & MODERATOR
	    ? moderation_may(rq->db, rq->community_id, path_id(rq), rq->session.person)
	    : MODERATION_DONE;
	json_t *names = json_array(), *flags = json_object();
	bool any = false;

	for (size_t i = 0; i < RULES; i++) {
		const struct act_rule *r = &rules[i];
		bool allowed = (rq->roles & role_of(r)) && has_state(r, p) &&
		    !((r->flags & REVIEWS) && may != MODERATION_DONE) &&
		    !((r->flags & WORKED) && claimed_by_other);
		if (allowed)
			json_array_append_new(names, json_string(r->name));
		if (allowed || json_object_get(flags, r->name) == NULL)
			json_object_set_new(flags, r->name, json_boolean(allowed));
		any = any || (allowed && strcmp(r->name, "claim") != 0);
	}
	json_object_set_new(flags, "act", json_boolean(any));
	json_object_set_new(rq->data, "may", names);
	json_object_set_new(rq->page, "may", flags);
	json_object_set_new(rq->page, "is_own", json_boolean(may == MODERATION_OWN));
	json_object_set_new(rq->page, "needs_second", json_boolean(may == MODERATION_SECOND));
}
