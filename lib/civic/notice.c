#include "civic/notice.h"

void
notice_queue(struct db *db, const struct move *m, const char *notice)
{
	SQL(queue_notice, "INSERT INTO outbox (community_id, person_id, notice, kind, subject_id) "
	                  "SELECT community_id, author_id, ?, ?, id FROM petition "
	                  "WHERE id = ? AND community_id = ? AND author_id IS NOT NULL");

	db_exec(db, &queue_notice, ARGS(TEXT(notice), TEXT(m->kind), INT(m->subject), INT(m->community)));
}
