#include "data/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/log.h"
#include "base/str.h"

/* Readable for nginx by its group, for nobody else. */
enum { FOLDER_MODE = 0750, FILE_MODE = 0640 };

static bool
is_name(const char *name)
{
	return name != NULL && strlen(name) == FILE_NAME_SIZE - 1 &&
	    strspn(name, "0123456789abcdef") == FILE_NAME_SIZE - 1;
}

static const char *
folder_of(struct pool *pool, const char *name)
{
	return str_fmt(pool, "%s/files/%.2s", config_get("var"), name);
}

static bool
write_whole(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0;
}

/* A folder's entries outlive a power cut only when the folder was synced too. */
static bool
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return done;
}

static bool
make_folder(struct pool *pool, const char *folder)
{
	if (mkdir(folder, FOLDER_MODE) == 0)
		return sync_folder(str_fmt(pool, "%s/files", config_get("var")));
	return errno == EEXIST;
}

static bool
put(struct pool *pool, const char *name, const void *bytes, size_t len)
{
	const char *folder = folder_of(pool, name);
	const char *path = str_fmt(pool, "%s/%s", folder, name + 2);
	const char *growing = str_fmt(pool, "%s.new", path);

	if (!make_folder(pool, folder))
		return false;
	int fd = open(growing, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return false;
	bool written = write_whole(fd, bytes, len);
	int why = errno;
	written = close(fd) == 0 && written;
	if (written && rename(growing, path) == 0) {
		if (sync_folder(folder))
			return true;
		growing = path;
	}
	why = written ? errno : why;
	unlink(growing);
	errno = why;
	return false;
}

bool
files_put(struct pool *pool, const void *bytes, size_t len, char name[static FILE_NAME_SIZE])
{
	unsigned char random[FILE_NAME_BYTES];

	randombytes_buf(random, sizeof random);
	sodium_bin2hex(name, FILE_NAME_SIZE, random, sizeof random);
	if (put(pool, name, bytes, len))
		return true;
	log_error("files", "%zu bytes could not be kept: %s", len, strerror(errno));
	return false;
}

void
files_remove(struct pool *pool, const char *name)
{
	if (!is_name(name))
		return;
	const char *path = str_fmt(pool, "%s/%s", folder_of(pool, name), name + 2);
	if (unlink(path) != 0 && errno != ENOENT)
		log_error("files", "%s could not be removed: %s", path, strerror(errno));
}

const char *
files_location(struct pool *pool, const char *name)
{
	return is_name(name) ? str_fmt(pool, "/.files/%.2s/%s", name, name + 2) : NULL;
}

void
files_walk(int folder, time_t before, void (*each)(void *ctx, const char *name), void *ctx)
{
	enum { REST = FILE_NAME_SIZE - 1 - 2 };
	char path[1024], name[FILE_NAME_SIZE];
	struct dirent *e;
	struct stat st;

	snprintf(path, sizeof path, "%s/files/%02x", config_get("var"), (unsigned)folder & 0xff);
	DIR *dir = opendir(path);
	if (dir == NULL)
		return; /* nothing was ever put there */
	while ((e = readdir(dir)) != NULL) {
		size_t len = strspn(e->d_name, "0123456789abcdef");
		if (len != REST || fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(st.st_mode) || st.st_mtime >= before)
			continue;
		snprintf(name, sizeof name, "%02x%.*s", (unsigned)folder & 0xff, (int)len, e->d_name);
		if (e->d_name[len] == '\0')
			each(ctx, name);
		else if (strcmp(e->d_name + len, ".new") == 0)
			unlinkat(dirfd(dir), e->d_name, 0);
	}
	closedir(dir);
}
