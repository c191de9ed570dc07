/* data/files: bytes are there whole under a name that nobody guesses, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/str.h"
#include "data/files.h"

enum { POOL = 8 * 1024 * 1024, DEPTH = 8 };

static struct pool *pool;
static char folder[] = "/tmp/viche-files.XXXXXX";
static size_t found;

static int
open_all(void **state)
{
	pool = pool_open(POOL);
	return 0;
}

static int
close_all(void **state)
{
	pool_close(pool);
	return 0;
}

static const char *
path_of(const char *name)
{
	return str_fmt(pool, "%s/files/%.2s/%s", folder, name, name + 2);
}

static int
count_one(const char *path, const struct stat *st, int kind)
{
	found += kind == FTW_F;
	return 0;
}

static size_t
files_there(void)
{
	found = 0;
	ftw(str_fmt(pool, "%s/files", folder), count_one, DEPTH);
	return found;
}

static void
what_is_put_is_there_whole(void **state)
{
	char name[FILE_NAME_SIZE], other[FILE_NAME_SIZE], read_back[16];
	struct stat st;

	assert_true(files_put(pool, "a\0bc", 4, name));
	assert_true(files_put(pool, "a\0bc", 4, other));
	assert_int_equal(strlen(name), 32);
	assert_int_equal(strspn(name, "0123456789abcdef"), 32);
	assert_string_not_equal(name, other);
	FILE *f = fopen(path_of(name), "r");
	assert_non_null(f);
	assert_int_equal(fread(read_back, 1, sizeof read_back, f), 4);
	assert_memory_equal(read_back, "a\0bc", 4);
	fclose(f);
	assert_int_equal(stat(path_of(name), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(files_there(), 2);
	assert_string_equal(files_location(pool, name), str_fmt(pool, "/.files/%.2s/%s", name, name + 2));
	files_remove(pool, name);
	files_remove(pool, name);
	files_remove(pool, other);
	assert_int_equal(files_there(), 0);
}

static void
what_is_no_name_leads_nowhere(void **state)
{
	static const char *const none[] = { "", "ab", "../../../../../../../etc/passwd..", "ABCDEFABCDEFABCDEFABCDEFABCDEFAB",
		"0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0", "0123456789abcdef/123456789abcdef",
		"..23456789abcdef0123456789abcdef" };
	const char *near = str_fmt(pool, "%s/near", folder);
	FILE *f = fopen(near, "w");

	fclose(f);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		assert_null(files_location(pool, none[i]));
		files_remove(pool, none[i]);
	}
	assert_null(files_location(pool, NULL));
	files_remove(pool, NULL);
	assert_int_equal(access(near, F_OK), 0);
	unlink(near);
}

static void
where_it_cannot_be_kept_nothing_is(void **state)
{
	const char *files = str_fmt(pool, "%s/files", folder), *away = str_fmt(pool, "%s/away", folder);
	char name[FILE_NAME_SIZE];

	assert_int_equal(rename(files, away), 0);
	assert_false(files_put(pool, "abc", 3, name));
	FILE *f = fopen(files, "w");
	fclose(f);
	assert_false(files_put(pool, "abc", 3, name));
	unlink(files);
	assert_int_equal(rename(away, files), 0);
	assert_int_equal(files_there(), 0);
}

static int
drop(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	return remove(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_there_whole),
		cmocka_unit_test(what_is_no_name_leads_nowhere),
		cmocka_unit_test(where_it_cannot_be_kept_nothing_is),
	};
	char path[80];

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/files", folder);
	if (mkdir(path, 0750) != 0)
		return 1;
	snprintf(path, sizeof path, "%s/conf", folder);
	FILE *f = fopen(path, "w");
	if (f == NULL)
		return 1;
	fprintf(f, "var = %s\n", folder);
	fclose(f);
	setenv("VICHE_CONF", path, 1);
	config_open();
	crypto_open();
	log_open("files_test", "/dev/null");
	int failed = cmocka_run_group_tests(tests, open_all, close_all);
	nftw(folder, drop, DEPTH, FTW_DEPTH | FTW_PHYS);
	return failed;
}
