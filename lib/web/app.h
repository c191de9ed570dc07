/*
 * app: the FastCGI loop of a program. One file (app.c) knows libfcgi.
 *
 * A program's main() is one call of app_run(). It reads the configuration, opens the log, views,
 * catalogues and (lazily) the database as the user of the program's name, and then answers
 * requests one at a time until SIGTERM. Started by hand with an argument it answers that:
 * `--routes` prints the route table and the declared fields as JSON.
 */
#ifndef VICHE_WEB_APP_H
#define VICHE_WEB_APP_H

#include <stdbool.h>

#include "web/request.h"
#include "web/route.h"

struct app {
	const char *name;
	const struct route *routes;
	/* Before routing: who asks, where (community, session, roles, the layout's model). False: it
	 * has already replied. NULL for none. */
	bool (*enter)(struct request *rq);
	/* Where a person must log in to go on, or prove once more who they are (a route that is FRESH):
	 * replies with the way there. */
	void (*login)(struct request *rq);
	bool without_db;
	/* Origins besides our own to which forms may lead (CSP form-action), NULL for none; start() may
	 * fill it. */
	const char *form_action;
	void (*start)(void); /* once, before the first request */
};

int app_run(const struct app *app, int argc, char **argv);

#endif
