#include "web/smtp.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/str.h"
#include "web/mail.h"

static struct {
	char url[512], user[256], password[256];
	const char *ca;
	bool local;
	int64_t patience_ms;
} server;

/* A conversation as it goes, by what libcurl tells of it. */
struct talk {
	const struct smtp_call *call;
	size_t sent;
	char verb[5];     /* the last command */
	int code;         /* the answer to it, 0 before that */
	bool ended;       /* the message's last bytes were given out */
	bool stopped, quitting;
	int64_t moved_at; /* by clock_monotonic() */
};

static void
read_password(void)
{
	const char *path = config_or("smtp_password_file", NULL);
	FILE *f;

	if (path == NULL)
		return;
	if ((f = fopen(path, "re")) == NULL || fgets(server.password, sizeof server.password, f) == NULL)
		fatal("cannot read the mail server's password %s: %s", path, strerror(errno));
	fclose(f);
	server.password[strcspn(server.password, "\r\n")] = '\0';
}

bool
smtp_open(void)
{
	const char *url = config_or("smtp_url", "");
	const char *host = strstr(url, "://");

	if (*url == '\0')
		return false;
	if ((!str_starts(url, "smtp://") && !str_starts(url, "smtps://")) || strpbrk(host + 3, "/@ ") != NULL ||
	    strlen(url) + MAIL_ADDRESS_MAX >= sizeof server.url)
		fatal("smtp_url must be smtp://HOST:PORT or smtps://HOST:PORT, not \"%s\"", url);
	const char *from = config_get("mail_from");
	if (!mail_address(from))
		fatal("mail_from is no address: \"%s\"", from);
	/* libcurl takes the path as the name in EHLO. */
	snprintf(server.url, sizeof server.url, "%s/%s", url, mail_domain(from));
	size_t len = strcspn(host + 3, ":");
	server.local = (len == 9 && (strncmp(host + 3, "127.0.0.1", len) == 0 ||
	    strncmp(host + 3, "localhost", len) == 0));
	snprintf(server.user, sizeof server.user, "%s", config_or("smtp_user", ""));
	read_password();
	server.ca = config_or("smtp_ca_file", NULL);
	long seconds = strtol(config_or("smtp_patience", "0"), NULL, 10);
	server.patience_ms = 1000 * (seconds > 0 ? seconds : SMTP_PATIENCE_S);
	return true;
}

/* Hands out the message; its end is a step that the caller is asked for. */
static size_t
give(char *into, size_t size, size_t count, void *ctx)
{
	struct talk *t = ctx;
	size_t left = t->call->len - t->sent, n = size * count < left ? size * count : left;

	t->moved_at = clock_monotonic();
	if (n == left && !t->ended) {
		if (!t->call->before_end(t->call->ctx)) {
			t->stopped = true;
			return CURL_READFUNC_ABORT;
		}
		t->ended = true;
		t->code = 0;
	}
	memcpy(into, t->call->message + t->sent, n);
	t->sent += n;
	return n;
}

static int
overhear(CURL *curl, curl_infotype type, char *bytes, size_t len, void *ctx)
{
	struct talk *t = ctx;

	(void)curl;
	if (t->quitting || (type != CURLINFO_HEADER_OUT && type != CURLINFO_HEADER_IN))
		return 0;
	t->moved_at = clock_monotonic();
	if (type == CURLINFO_HEADER_IN) {
		if (len >= 3)
			t->code = (int)strtol((char[]){ bytes[0], bytes[1], bytes[2], '\0' }, NULL, 10);
		return 0;
	}
	if (len >= 4 && strncmp(bytes, "QUIT", 4) == 0) {
		t->quitting = true;
		return 0;
	}
	snprintf(t->verb, sizeof t->verb, "%.*s", len < 4 ? (int)len : 4, bytes);
	t->code = 0;
	return 0;
}

static int
watch(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct talk *t = ctx;
	int64_t patience = server.patience_ms * (t->ended ? SMTP_LAST_PATIENCE : 1);

	(void)a, (void)b, (void)c, (void)d;
	if (!t->call->alive(t->call->ctx) && !t->ended) {
		t->stopped = true;
		return 1;
	}
	return clock_monotonic() - t->moved_at > patience;
}

static size_t
discard(char *bytes, size_t size, size_t count, void *ctx)
{
	(void)bytes, (void)ctx;
	return size * count;
}

static void
set_up(CURL *curl, const struct smtp_call *call, struct curl_slist *to, struct talk *t)
{
	curl_easy_setopt(curl, CURLOPT_URL, server.url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(server.local ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	if (server.ca != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, server.ca);
	if (*server.user != '\0') {
		curl_easy_setopt(curl, CURLOPT_USERNAME, server.user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password);
	}
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)SMTP_CONNECT_S);
	/* The bound that ends a wait is watch(); libcurl's own stands behind it. */
	curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    (long)(server.patience_ms / 1000 * SMTP_LAST_PATIENCE + SMTP_CONNECT_S));
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, call->from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)call->len);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, t);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, overhear);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, t);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
}

static enum smtp_result
judge(const struct talk *t)
{
	bool about_it = strcmp(t->verb, "MAIL") == 0 || strcmp(t->verb, "RCPT") == 0 ||
	    strcmp(t->verb, "DATA") == 0;

	if (t->stopped)
		return SMTP_STOPPED;
	if (t->ended)
		return t->code >= 500 ? SMTP_REFUSED : t->code >= 400 ? SMTP_LATER : SMTP_UNKNOWN;
	if (!about_it)
		return SMTP_AWAY;
	/* A refused sender (MAIL) is a matter of our own settings: the letter waits until they are right. */
	if (t->code >= 500 && strcmp(t->verb, "MAIL") != 0)
		return strcmp(t->verb, "RCPT") == 0 ? SMTP_BOUNCED : SMTP_REFUSED;
	return SMTP_LATER;
}

struct smtp_answer
smtp_send(struct pool *pool, const struct smtp_call *call)
{
	static CURL *curl; /* keeps its connection from call to call */
	char error[CURL_ERROR_SIZE] = "";
	struct talk talk = { .call = call, .moved_at = clock_monotonic() };

	if (curl == NULL && (curl = curl_easy_init()) == NULL)
		fatal("libcurl cannot start");
	struct curl_slist *to = curl_slist_append(NULL, call->to);
	set_up(curl, call, to, &talk);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
	CURLcode result = curl_easy_perform(curl);
	/* The handle outlives these: it must not keep pointers to them. */
	curl_easy_reset(curl);
	curl_slist_free_all(to);
	if (result == CURLE_OK)
		return (struct smtp_answer){ SMTP_TAKEN, talk.code, false, "" };
	return (struct smtp_answer){ judge(&talk), talk.code,
		!talk.stopped && (talk.code < 400 || talk.code == 421),
		str_dup(pool, *error != '\0' ? error : curl_easy_strerror(result)) };
}
