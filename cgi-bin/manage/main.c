/*
 * manage: see manage.h. usage: manage migrate | load-demo | import-petitions … | import-register … | seed …
 * | stems | people | owner … | map | mail | bounce | login-key
 */
#include "manage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"

enum { POOL_LIMIT = 512 * 1024 * 1024, FILE_MAX = 64 * 1024 * 1024 };

static const struct job {
	const char *name;
	int (*run)(struct manage *m, int argc, char **argv);
} jobs[] = {
	{ "migrate", manage_migrate },
	{ "load-demo", manage_load_demo },
	{ "import-petitions", manage_import_petitions },
	{ "import-register", manage_import_register },
	{ "seed", manage_seed },
	{ "stems", manage_stems },
	{ "people", manage_people },
	{ "owner", manage_owner },
	{ "map", manage_map },
	{ "mail", manage_mail },
	{ "bounce", manage_bounce },
	{ "login-key", manage_login_key },
};

char *
read_file(struct pool *pool, const char *path)
{
	FILE *f = fopen(path, "rbe");
	if (f == NULL)
		fatal("cannot read %s: %s", path, strerror(errno));
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	if (size < 0 || size > FILE_MAX)
		fatal("%s is too large", path);
	char *text = pool_alloc(pool, (size_t)size + 1);
	if (fread(text, 1, (size_t)size, f) != (size_t)size)
		fatal("cannot read %s", path);
	fclose(f);
	return text;
}

int
main(int argc, char **argv)
{
	const struct job *job = NULL;

	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
		if (argc > 1 && strcmp(argv[1], jobs[i].name) == 0)
			job = &jobs[i];
	if (job == NULL)
		fatal("usage: manage migrate | load-demo | import-petitions FILE | import-register | seed | stems | people | "
		      "owner | map | mail | bounce | login-key NAME");
	config_open();
	crypto_open();
	clock_open();
	struct manage m = { db_open("root"), pool_open(POOL_LIMIT) };
	pool_enter(m.pool);
	int status = job->run(&m, argc - 2, argv + 2);
	pool_leave(m.pool);
	db_close(m.db);
	pool_close(m.pool);
	return status;
}
