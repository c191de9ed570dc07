/*
 * manage login-key NAME: a key by which an identity provider knows this site (private_key_jwt, RFC 7523):
 * the private half becomes var/keys/NAME, the public one is printed for the provider.
 */
#include "manage.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/log.h"
#include "web/jose.h"

int
manage_login_key(struct manage *m, int argc, char **argv)
{
	char folder[PATH_MAX], path[PATH_MAX];
	const char *name = argc == 1 ? argv[0] : "";
	struct stat owner;

	if (*name == '\0' || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.-") != strlen(name) || *name == '.')
		fatal("usage: manage login-key NAME (of a-z, 0-9, _, . and -)");
	snprintf(folder, sizeof folder, "%s/keys", config_get("var"));
	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
		fatal("the name is too long");
	const char *key = jose_key_new(m->pool), *set = key != NULL ? jose_key_set(m->pool, key) : NULL;
	int fd = set != NULL ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	if (fd < 0)
		fatal("cannot make the key %s: %s", path, strerror(errno));
	if (write(fd, key, strlen(key)) != (ssize_t)strlen(key) || fsync(fd) != 0)
		fatal("cannot write the key %s: %s", path, strerror(errno));
	/* Made by root, it is for whom the other keys are for. */
	if (stat(folder, &owner) == 0 && geteuid() == 0 && fchown(fd, owner.st_uid, owner.st_gid) != 0)
		fatal("cannot give the key %s to its owner: %s", path, strerror(errno));
	close(fd);
	puts(set);
	return 0;
}
