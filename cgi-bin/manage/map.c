/* manage map: the state machines, from the lifecycle's own table. The URL map is printed by each
 * program's --routes, the grants by the database; scripts/map puts them together. */
#include "manage.h"

#include <stdio.h>

#include "civic/lifecycle.h"

static const char *
who(enum actor by)
{
	switch (by) {
	case BY_AUTHOR: return "author";
	case BY_MODERATOR: return "moderator";
	case BY_CLERK: return "clerk";
	case BY_CLOCK: return "clock";
	case BY_IMPORT: return "import";
	}
	return "";
}

int
manage_map(struct manage *m, int argc, char **argv)
{
	(void)m, (void)argc, (void)argv;
	for (const struct transition *t = lifecycle; t->kind != NULL; t++)
		printf("%s\t%s\t%s\t%s\t%s\t%s\n", t->kind, *t->from != '\0' ? t->from : "(new)", t->to,
		    who(t->by), t->program, t->notice != NULL ? t->notice : "-");
	return 0;
}
