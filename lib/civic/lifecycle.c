#include "civic/lifecycle.h"

#include <assert.h>
#include <string.h>

#include "civic/legal_clock.h"
#include "civic/notice.h"

/* clang-format off */
/* What everyone sees may be hidden from everyone, with a public reason, and shown again. */
#define HIDES(state) \
	{ "petition", state,         "hidden",      "moderation", BY_MODERATOR, "petition-hidden",   NULL, STEP_PAUSE, "hide" }, \
	{ "petition", "hidden",      state,         "moderation", BY_MODERATOR, "petition-restored", NULL, STEP_RESUME, "restore" }
#define PAUSES(state) \
	{ "petition", state,         "suspended",   "moderation", BY_MODERATOR, "petition-suspended", NULL, STEP_PAUSE, "suspend" }, \
	{ "petition", "suspended",   state,         "moderation", BY_MODERATOR, "petition-resumed",   NULL, STEP_RESUME, "resume" }
/* An import brings petitions in the state that they had elsewhere. */
#define BROUGHT(state) { "petition", "", state, "manage", BY_IMPORT, NULL, NULL, STEP_DONE }

const struct transition lifecycle[] = {
	/* kind       from              to                 program       by            notice, step that begins, what becomes of steps, act */
	{ "petition", "",               "draft",           "petitions",  BY_AUTHOR,    NULL, NULL, STEP_DONE },
	{ "petition", "draft",          "submitted",       "petitions",  BY_AUTHOR,    NULL, "review", STEP_DONE },
	{ "petition", "returned",       "submitted",       "petitions",  BY_AUTHOR,    NULL, "review", STEP_DONE },
	{ "petition", "submitted",      "returned",        "moderation", BY_MODERATOR, "petition-returned", NULL, STEP_DONE, "return" },
	{ "petition", "submitted",      "refused",         "moderation", BY_MODERATOR, "petition-refused", NULL, STEP_DONE, "refuse" },
	{ "petition", "submitted",      "collecting",      "moderation", BY_MODERATOR, "petition-published", NULL, STEP_DONE, "publish" },
	/* One appeal of a refusal, which another moderator decides. */
	{ "petition", "refused",        "contested",       "petitions",  BY_AUTHOR,    NULL, "contest", STEP_DONE },
	{ "petition", "contested",      "refused",         "moderation", BY_MODERATOR, "petition-contest-refused", NULL, STEP_DONE, "refuse" },
	{ "petition", "contested",      "collecting",      "moderation", BY_MODERATOR, "petition-published", NULL, STEP_DONE, "publish" },
	/* A decision of the last seconds is taken back before anyone was told. */
	{ "petition", "returned",       "submitted",       "moderation", BY_MODERATOR, NULL, NULL, STEP_UNDO, "undo" },
	{ "petition", "refused",        "submitted",       "moderation", BY_MODERATOR, NULL, NULL, STEP_UNDO, "undo" },
	{ "petition", "collecting",     "submitted",       "moderation", BY_MODERATOR, NULL, NULL, STEP_UNDO, "undo" },
	{ "petition", "refused",        "contested",       "moderation", BY_MODERATOR, NULL, NULL, STEP_UNDO, "undo" },
	{ "petition", "collecting",     "contested",       "moderation", BY_MODERATOR, NULL, NULL, STEP_UNDO, "undo" },

	{ "petition", "collecting",     "reached",         "worker",     BY_CLOCK,     "petition-reached", "start", STEP_DONE },
	{ "petition", "collecting",     "not_reached",     "worker",     BY_CLOCK,     "petition-not-reached", NULL, STEP_DONE },
	{ "petition", "not_reached",    "appeal",          "worker",     BY_CLOCK,     "petition-appeal", "appeal", STEP_DONE },
	{ "petition", "appeal",         "appeal_answered", "moderation", BY_CLERK,     "petition-appeal-answered", NULL, STEP_DONE, "answer" },

	{ "petition", "reached",        "in_review",       "moderation", BY_CLERK,     "petition-in-review", "decision", STEP_DONE, "start" },
	{ "petition", "in_review",      "answered",        "moderation", BY_CLERK,     "petition-answered", NULL, STEP_DONE, "answer" },
	{ "petition", "answered",       "implementing",    "moderation", BY_CLERK,     "petition-implementing", NULL, STEP_DONE, "implement" },
	{ "petition", "implementing",   "implemented",     "moderation", BY_CLERK,     "petition-implemented", NULL, STEP_DONE, "finish" },

	/* The author, until somebody else has signed. */
	{ "petition", "draft",          "withdrawn",       "petitions",  BY_AUTHOR,    NULL, NULL, STEP_DROP },
	{ "petition", "submitted",      "withdrawn",       "petitions",  BY_AUTHOR,    NULL, NULL, STEP_DROP },
	{ "petition", "returned",       "withdrawn",       "petitions",  BY_AUTHOR,    NULL, NULL, STEP_DROP },
	{ "petition", "collecting",     "withdrawn",       "petitions",  BY_AUTHOR,    "petition-withdrawn", NULL, STEP_DROP },
	/* Both authors have agreed (civic/merge.h). */
	{ "petition", "collecting",     "merged",          "petitions",  BY_AUTHOR,    "petition-merged", NULL, STEP_DROP },

	PAUSES("collecting"),
	PAUSES("reached"),
	PAUSES("in_review"),

	HIDES("collecting"),
	HIDES("reached"),
	HIDES("not_reached"),
	HIDES("in_review"),
	HIDES("answered"),
	HIDES("implementing"),
	HIDES("implemented"),
	HIDES("appeal"),
	HIDES("appeal_answered"),
	HIDES("refused"),
	HIDES("withdrawn"),
	HIDES("merged"),

	BROUGHT("draft"),
	BROUGHT("submitted"),
	BROUGHT("returned"),
	BROUGHT("refused"),
	BROUGHT("collecting"),
	BROUGHT("reached"),
	BROUGHT("not_reached"),
	BROUGHT("in_review"),
	BROUGHT("answered"),
	BROUGHT("implementing"),
	BROUGHT("implemented"),
	BROUGHT("appeal"),
	BROUGHT("appeal_answered"),
	BROUGHT("contested"),
	BROUGHT("suspended"),
	BROUGHT("withdrawn"),
	BROUGHT("merged"),
	BROUGHT("hidden"),
	{ NULL, NULL, NULL, NULL, 0, NULL, NULL, STEP_DONE },
};
/* clang-format on */

const struct transition *
lifecycle_act(const char *kind, const char *act, const char *from)
{
	for (const struct transition *t = lifecycle; t->kind != NULL; t++)
		if (t->act != NULL && strcmp(t->kind, kind) == 0 && strcmp(t->act, act) == 0 &&
		    (from == NULL || strcmp(t->from, from) == 0))
			return t;
	return NULL;
}

static const struct transition *
find(const struct move *m)
{
	for (const struct transition *t = lifecycle; t->kind != NULL; t++)
		if (strcmp(t->kind, m->kind) == 0 && strcmp(t->from, m->from) == 0 &&
		    strcmp(t->to, m->to) == 0 && strcmp(t->program, m->program) == 0)
			return t;
	return NULL;
}

static bool
write_event(struct db *db, const struct move *m)
{
	SQL(write_event, "INSERT INTO event (community_id, kind, subject_id, from_state, to_state, actor_id, "
	                 "program, operation, reason, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	return db_exec(db, &write_event,
	           ARGS(INT(m->community), TEXT(m->kind), INT(m->subject), TEXT(m->from), TEXT(m->to),
	               m->actor != 0 ? INT(m->actor) : NUL, TEXT(m->program), TEXT(m->operation),
	               TEXT(m->reason), TEXT(m->note))) == 1;
}

enum move_result
lifecycle_move(struct db *db, const struct move *m)
{
	SQL(move_petition, "UPDATE petition SET state = ? WHERE id = ? AND community_id = ? AND state = ?");
	const struct transition *t = find(m);

	if (t == NULL)
		return MOVE_FORBIDDEN;
	assert(strcmp(m->kind, "petition") == 0);
	int64_t changed = db_exec(db, &move_petition,
	    ARGS(TEXT(m->to), INT(m->subject), INT(m->community), TEXT(m->from)));
	if (changed < 0)
		return MOVE_FAILED;
	if (changed == 0)
		return MOVE_ELSEWHERE;
	if (!write_event(db, m) || !legal_step_change(db, m, t))
		return MOVE_FAILED;
	if (t->notice != NULL)
		notice_queue(db, m, t->notice);
	return db_failed(db) ? MOVE_FAILED : MOVE_DONE;
}

bool
lifecycle_born(struct db *db, const struct move *m)
{
	return find(m) != NULL && write_event(db, m);
}

enum tx_result
lifecycle_run(struct db *db, bool (*work)(struct db *db, void *ctx), void *ctx, const struct move *m)
{
	SQL(find_operation, "SELECT 1 AS happened FROM event WHERE operation = ? AND subject_id = ? AND "
	                    "community_id = ? AND to_state = ?");

	enum tx_result result = tx_run(db, work, ctx);
	if (result != TX_UNKNOWN)
		return result;
	db_next(db);
	bool happened = m->operation != NULL &&
	    db_row(db, &find_operation,
	        ARGS(TEXT(m->operation), INT(m->subject), INT(m->community), TEXT(m->to))) != NULL;
	return happened ? TX_DONE : TX_FAILED;
}
