#include "web/unseal.h"

#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "base/socket.h"
#include "base/str.h"

static enum unseal_result
tell(enum unseal_result result, const char *why)
{
	log_error("unseal", "%s", why);
	return result;
}

enum unseal_result
unseal(struct pool *pool, const char *socket, const void *sealed, size_t len, struct unseal_plain *plain)
{
	struct socket_answer answer;

	if (str_empty(socket))
		return tell(UNSEAL_NONE, "the provider sends sealed data, and its file names no process that opens it "
		                         "(unseal; lib/web/unseal.h)");
	if (len == 0 || len > UNSEAL_MAX)
		return tell(UNSEAL_SHUT, "the provider's sealed data is empty or above the limit");
	struct socket_call call = { .path = *socket == '/' ? socket : socket_path(pool, socket), .question = sealed,
		.len = len, .answer_max = UNSEAL_MAX, .timeout_ms = UNSEAL_WAIT_MS };
	switch (socket_ask(pool, &call, &answer)) {
	case SOCKET_ANSWERED: break;
	case SOCKET_AWAY: return tell(UNSEAL_FAILED, "nobody answers on the decryptor's socket");
	case SOCKET_LATE: return tell(UNSEAL_FAILED, "the decryptor did not answer in time");
	case SOCKET_BROKEN: return tell(UNSEAL_FAILED, "the decryptor broke off, or its answer is above the limit");
	}
	if (answer.status == UNSEAL_STATUS_SHUT)
		return tell(UNSEAL_SHUT, "the decryptor cannot open what the provider sent: is the key that of the certificate?");
	if (answer.status != UNSEAL_STATUS_OPENED || answer.len == 0)
		return tell(UNSEAL_FAILED, "the decryptor's answer makes no sense");
	*plain = (struct unseal_plain){ answer.bytes, answer.len };
	return UNSEAL_OPENED;
}

enum unseal_result
unseal_base64(struct pool *pool, const char *socket, const char *sealed, struct unseal_plain *plain)
{
	size_t text = strlen(sealed), len = 0;
	const char *end;

	/* Also where nothing will open it: the operator should know first that nothing is configured. */
	if (str_empty(socket))
		return unseal(pool, socket, NULL, 0, plain);
	while (text > 0 && strchr("= \r\n", sealed[text - 1]) != NULL)
		text--;
	unsigned char *bytes = pool_alloc(pool, text + 1);
	if (sodium_base642bin(bytes, text, sealed, text, " \r\n", &len, &end,
	        sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 || end != sealed + text)
		return tell(UNSEAL_SHUT, "the provider's sealed data is no base64");
	return unseal(pool, socket, bytes, len, plain);
}
