/* Which acts a petition's state and the person's role allow, as data. */
#include "moderation.h"

#include <string.h>

#include "web/i18n.h"
#include "web/problem.h"

enum { REVIEWS = 1, /* a moderator's decision: not of one's own petition, nor of one's own refusal */
	WORKED = 2  /* one person's work at a time: another's claim stands in the way */
};

/* Each state stands between spaces. "answered": only where it was supported, at least in part. */
static const struct act_rule {
	const char *name;
	unsigned who, flags;
	const char *states;
} rules[] = {
	{ "claim", MODERATOR, REVIEWS | WORKED, " submitted contested " },
	{ "claim", CLERK, WORKED, " reached in_review appeal " },
	{ "publish", MODERATOR, REVIEWS | WORKED, " submitted contested " },
	{ "return", MODERATOR, REVIEWS | WORKED, " submitted " },
	{ "refuse", MODERATOR, REVIEWS | WORKED, " submitted contested " },
	{ "suspend", MODERATOR, REVIEWS, " collecting reached in_review " },
	{ "resume", MODERATOR, REVIEWS, " suspended " },
	{ "hide", MODERATOR, REVIEWS,
	    " collecting reached not_reached in_review answered implementing implemented appeal "
	    "appeal_answered refused withdrawn merged " },
	{ "restore", MODERATOR, REVIEWS, " hidden " },
	{ "join", MODERATOR, 0, " collecting " },
	{ "start", CLERK, WORKED, " reached " },
	{ "answer", CLERK, WORKED, " in_review appeal " },
	{ "implement", CLERK, 0, " answered " },
	{ "milestone", CLERK, 0, " implementing implemented " },
	{ "finish", CLERK, 0, " implementing " },
};

enum { RULES = sizeof rules / sizeof *rules };

static bool
has_state(const struct act_rule *rule, json_t *p)
{
	char word[40];

	snprintf(word, sizeof word, " %s ", state_of(p));
	return strstr(rule->states, word) != NULL &&
	    (strcmp(rule->name, "implement") != 0 ||
	        !str_eq(json_string_value(json_object_get(p, "verdict")), "not_supported"));
}

bool
act_allowed(struct request *rq, json_t *p, const char *act)
{
	bool by_role = false;

	for (size_t i = 0; i < RULES; i++) {
		if (strcmp(rules[i].name, act) != 0 || !(rq->roles & rules[i].who))
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
		bool allowed = (rq->roles & r->who) && has_state(r, p) &&
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
