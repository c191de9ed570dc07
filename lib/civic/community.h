/*
 * community: a hromada, chosen by the request's host name; its own texts and rules.
 *
 * Communities are few and change rarely: each program keeps them in memory and reads them again
 * after COMMUNITY_FRESH seconds, so that pages can say who they are while the database is away.
 */
#ifndef VICHE_CIVIC_COMMUNITY_H
#define VICHE_CIVIC_COMMUNITY_H

#include <jansson.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/db.h"
#include "web/lang.h"

enum { COMMUNITY_FRESH = 10, COMMUNITY_HOSTS_MAX = 500 };

struct community {
	int64_t id;
	char *name, *host, *katottg;
	char *title[2], *full_name[2], *council[2], *oblast[2], *offline[2]; /* by enum lang */
	char *phone, *crest, *theme; /* theme: a palette of views/static/viche.css, each tested for contrast */
	char *pause_reason, *paused_since; /* the service stands still (civic/pause.h); else NULL */
	int64_t threshold, term_days; /* of petitions published now */
};

/* The community of that host, or NULL. Valid until the next call. */
const struct community *community_of(struct db *db, const char *host);

/* The community of that id under the host by which letters name it (the configured base_url's where
 * that is one of its hosts), or NULL. Valid until the next call. */
const struct community *community_by_id(struct db *db, int64_t id);

/* The layout's model: title, council, phone… in that language. */
json_t *community_model(struct pool *pool, const struct community *c, enum lang lang);

#endif
