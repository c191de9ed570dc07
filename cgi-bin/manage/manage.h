/*
 * manage: the installation's command line: what an operator does, one file a job. Connects as
 * MariaDB's root through the private socket; no web program has that password.
 */
#ifndef VICHE_MANAGE_H
#define VICHE_MANAGE_H

#include "base/pool.h"
#include "data/db.h"

struct manage {
	struct db *db;
	struct pool *pool; /* entered; left between steps of long jobs */
};

/* Each gives the exit status. */
int manage_migrate(struct manage *m, int argc, char **argv);
int manage_load_demo(struct manage *m, int argc, char **argv);
int manage_import_petitions(struct manage *m, int argc, char **argv);
int manage_import_register(struct manage *m, int argc, char **argv);
int manage_stems(struct manage *m, int argc, char **argv);
int manage_seed(struct manage *m, int argc, char **argv);
int manage_people(struct manage *m, int argc, char **argv);
int manage_owner(struct manage *m, int argc, char **argv);
int manage_map(struct manage *m, int argc, char **argv);
int manage_mail(struct manage *m, int argc, char **argv);
int manage_bounce(struct manage *m, int argc, char **argv);
int manage_login_key(struct manage *m, int argc, char **argv);

/* The whole file as a string in the pool; fatal where it can't be read. */
char *read_file(struct pool *pool, const char *path);

#endif
