#include "civic/lifecycle.h"

#include <assert.h>
#include <string.h>

#include "civic/notice.h"

/* clang-format off */
const struct transition lifecycle[] = {
	/* kind       from          to             program       by            notice */
	{ "petition", "",           "draft",       "petitions",  BY_AUTHOR,    NULL },
	{ "petition", "draft",      "submitted",   "petitions",  BY_AUTHOR,    NULL },
	{ "petition", "returned",   "submitted",   "petitions",  BY_AUTHOR,    NULL },
	{ "petition", "submitted",  "returned",    "moderation", BY_MODERATOR, "petition-returned" },
	{ "petition", "submitted",  "refused",     "moderation", BY_MODERATOR, "petition-refused" },
	{ "petition", "submitted",  "collecting",  "moderation", BY_MODERATOR, "petition-published" },
	{ "petition", "collecting", "reached",     "worker",     BY_CLOCK,     "petition-reached" },
	{ "petition", "collecting", "not_reached", "worker",     BY_CLOCK,     "petition-not-reached" },
	/* An import brings petitions in the state that they had elsewhere. */
	{ "petition", "",           "draft",       "manage",     BY_IMPORT,    NULL },
	{ "petition", "",           "submitted",   "manage",     BY_IMPORT,    NULL },
	{ "petition", "",           "returned",    "manage",     BY_IMPORT,    NULL },
	{ "petition", "",           "refused",     "manage",     BY_IMPORT,    NULL },
	{ "petition", "",           "collecting",  "manage",     BY_IMPORT,    NULL },
	{ "petition", "",           "reached",     "manage",     BY_IMPORT,    NULL },
	{ "petition", "",           "not_reached", "manage",     BY_IMPORT,    NULL },
	{ NULL, NULL, NULL, NULL, 0, NULL },
};
/* clang-format on */

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
	if (!write_event(db, m))
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
