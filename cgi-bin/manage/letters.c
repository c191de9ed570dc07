/*
 * manage mail, manage bounce: how the letters do, and letters that came back.
 *
 *	manage mail            counts by state, the oldest that waits, and those of which nobody knows
 *	manage mail --again N  sends an uncertain or failed letter again, under its own Message-ID
 *	manage bounce < FILE   takes a delivery status notification (RFC 3464) as the mail server for
 *	                       mail_return gives it, e.g. by a pipe in its aliases
 */
#include "manage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/str.h"
#include "civic/post.h"
#include "web/mail.h"

enum { BOUNCE_MAX = 1024 * 1024 };

static int64_t
number(json_t *row, const char *column)
{
	return json_integer_value(json_object_get(row, column));
}

static int
again(struct manage *m, const char *id)
{
	if (!post_again(m->db, strtoll(id, NULL, 10)))
		fatal("there is no letter %s that is uncertain or failed", id);
	printf("letter %s is sent again\n", id);
	return 0;
}

int
manage_mail(struct manage *m, int argc, char **argv)
{
	json_t *row;
	size_t i;

	if (argc == 2 && strcmp(argv[0], "--again") == 0)
		return again(m, argv[1]);
	if (argc != 0)
		fatal("usage: manage mail [--again NUMBER]");
	json_t *states = post_counts(m->db);
	json_array_foreach(states, i, row)
		printf("%-10s %6" PRId64 "   oldest %s\n", json_string_value(json_object_get(row, "state")),
		    number(row, "n"), json_string_value(json_object_get(row, "oldest")));
	json_t *unknown = post_uncertain(m->db);
	json_array_foreach(unknown, i, row)
		printf("letter %" PRId64 " may have arrived or not: %s of petition %" PRId64 ", %s\n",
		    number(row, "id"), json_string_value(json_object_get(row, "notice")),
		    number(row, "subject_id"), json_string_value(json_object_get(row, "changed_at")));
	return db_failed(m->db);
}

/* The value of a field line (RFC 822 folding aside), or NULL. */
static const char *
field(const char *message, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = message; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " \t");
	}
	return NULL;
}

int
manage_bounce(struct manage *m, int argc, char **argv)
{
	char *message = pool_alloc(m->pool, BOUNCE_MAX + 1);

	(void)argv;
	if (argc != 0)
		fatal("usage: manage bounce < MESSAGE");
	message[fread(message, 1, BOUNCE_MAX, stdin)] = '\0';
	const char *token = mail_token_of(m->pool, message), *action = field(message, "Action");
	const char *status = field(message, "Status");
	/* "delayed", and what is only of this moment (4.y.z), is the mail server's to try on. */
	if (token == NULL || action == NULL || strncasecmp(action, "failed", 6) != 0 || status == NULL ||
	    *status != '5') {
		printf("no letter of ours that failed for good: nothing is done\n");
		return 0;
	}
	switch (post_bounced(m->db, token)) {
	case BOUNCE_TAKEN: printf("the address gets no more letters\n"); return 0;
	case BOUNCE_UNKNOWN: printf("no letter is known by this token\n"); return 0;
	case BOUNCE_FAILED: return 1;
	}
	return 1;
}
