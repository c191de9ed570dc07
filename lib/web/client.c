#include "web/client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/config.h"
#include "base/str.h"

static bool
is_loopback(const char *host)
{
	struct in_addr four;
	size_t len = strlen(host);

	if (str_eq(host, "[::1]") || str_eq(host, "localhost"))
		return true;
	/* libcurl itself takes *.localhost to be loopback and asks no resolver (RFC 6761 §6.3). */
	if (len > strlen(".localhost") && str_ends(host, ".localhost"))
		return true;
	return inet_pton(AF_INET, host, &four) == 1 && ntohl(four.s_addr) >> 24 == 127;
}

/* An address taken apart: whether it may be called, and whether it names this machine. */
static bool
look_at(const char *url, bool *loopback)
{
	CURLU *u;
	char *scheme = NULL, *host = NULL, *user = NULL;
	bool allowed = false;

	*loopback = false;
	if (strlen(url) > CLIENT_URL_MAX || (u = curl_url()) == NULL)
		return false;
	if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER) {
		*loopback = is_loopback(host);
		allowed = str_eq(scheme, "https") || (str_eq(scheme, "http") && *loopback);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(u);
	return allowed;
}

bool
client_allows(const char *url)
{
	bool loopback;

	return look_at(url, &loopback);
}

/* Called with what the name resolved to: a name of the outside that leads inside (by mistake, or by
 * a resolver's second answer, "rebinding") is not connected to. */
static curl_socket_t
open_socket(void *loopback, curlsocktype purpose, struct curl_sockaddr *to)
{
	enum address_reach reach = address_reach(&to->addr);
	bool right = *(bool *)loopback ? reach == ADDRESS_LOOPBACK :
	    reach == ADDRESS_PUBLIC || (reach == ADDRESS_PRIVATE && config_on("private_provider"));

	(void)purpose;
	return right ? socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol) : CURL_SOCKET_BAD;
}

static size_t
receive(char *bytes, size_t size, size_t count, void *into)
{
	struct buf *body = into;

	if (size * count > CLIENT_ANSWER_MAX - body->len)
		return 0; /* libcurl ends the transfer with an error */
	buf_add_n(body, bytes, size * count);
	return size * count;
}

/* One handle a process keeps its connections from call to call. */
static CURL *
handle(void)
{
	static CURL *curl;

	if (curl == NULL)
		curl = curl_easy_init();
	else
		curl_easy_reset(curl);
	return curl;
}

struct client_answer
client_call(struct pool *pool, const struct client_call *call)
{
	struct client_answer answer = { .body = "", .type = "", .error = "" };
	char error[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = NULL;
	struct buf body;
	char *type = NULL;
	long status = 0;
	bool loopback;
	CURL *curl;

	if (!look_at(call->url, &loopback)) {
		answer.error = "the address is not allowed";
		return answer;
	}
	if ((curl = handle()) == NULL) {
		answer.error = "libcurl cannot start";
		return answer;
	}
	buf_init(&body, pool);
	for (size_t i = 0; call->headers != NULL && call->headers[i] != NULL; i++)
		headers = curl_slist_append(headers, call->headers[i]);

	curl_easy_setopt(curl, CURLOPT_URL, call->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	/* The environment's proxy is not ours to obey ("httpoxy"). */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &loopback);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 2000L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
	    call->wait_ms > 0 && call->wait_ms < CLIENT_WAIT_MS ? call->wait_ms : (long)CLIENT_WAIT_MS);
	curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)CLIENT_ANSWER_MAX);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Viche");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	if (call->form != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->form);
	if (call->user != NULL) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
		curl_easy_setopt(curl, CURLOPT_USERNAME, call->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, call->password);
	}

	CURLcode result = curl_easy_perform(curl);
	if (result == CURLE_OK) {
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
		answer.status = (int)status;
		answer.body = body.s;
		answer.len = body.len;
		answer.type = str_dup(pool, type != NULL ? type : "");
	} else {
		bool own_words = *error != '\0' && !call->private_url;
		answer.error = str_dup(pool, own_words ? error : curl_easy_strerror(result));
	}
	/* The handle outlives these: it must not keep pointers to them. */
	curl_easy_reset(curl);
	curl_slist_free_all(headers);
	return answer;
}
