/* How far addresses reach, and that outgoing calls heed it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/str.h"
#include "web/client.h"

static enum address_reach
reach(const char *text)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return address_reach((const struct sockaddr *)&four);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return address_reach((const struct sockaddr *)&six);
}

static void
addresses_reach_as_registered(void **state)
{
	static const struct {
		const char *text;
		enum address_reach reach;
	} known[] = {
		{ "127.0.0.1", ADDRESS_LOOPBACK }, { "127.255.255.255", ADDRESS_LOOPBACK },
		{ "::1", ADDRESS_LOOPBACK }, { "::ffff:127.0.0.1", ADDRESS_LOOPBACK },
		{ "10.1.2.3", ADDRESS_PRIVATE }, { "172.16.0.1", ADDRESS_PRIVATE },
		{ "172.31.255.255", ADDRESS_PRIVATE }, { "192.168.1.1", ADDRESS_PRIVATE },
		{ "100.64.0.1", ADDRESS_PRIVATE }, { "fd00::1", ADDRESS_PRIVATE },
		{ "::ffff:10.0.0.1", ADDRESS_PRIVATE }, { "64:ff9b::192.168.0.1", ADDRESS_PRIVATE },
		{ "2002:a00:1::1", ADDRESS_PRIVATE },
		{ "0.0.0.0", ADDRESS_SPECIAL }, { "169.254.169.254", ADDRESS_SPECIAL },
		{ "::ffff:169.254.169.254", ADDRESS_SPECIAL }, { "224.0.0.1", ADDRESS_SPECIAL },
		{ "255.255.255.255", ADDRESS_SPECIAL }, { "198.19.0.1", ADDRESS_SPECIAL },
		{ "::", ADDRESS_SPECIAL }, { "fe80::1", ADDRESS_SPECIAL }, { "ff02::1", ADDRESS_SPECIAL },
		{ "2001:db8::1", ADDRESS_SPECIAL }, { "::7f00:1", ADDRESS_SPECIAL },
		{ "8.8.8.8", ADDRESS_PUBLIC }, { "172.32.0.1", ADDRESS_PUBLIC },
		{ "126.255.255.255", ADDRESS_PUBLIC }, { "100.128.0.1", ADDRESS_PUBLIC },
		{ "2606:4700::1", ADDRESS_PUBLIC }, { "::ffff:8.8.8.8", ADDRESS_PUBLIC },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (reach(known[i].text) != known[i].reach)
			fail_msg("%s reaches otherwise: %d", known[i].text, (int)reach(known[i].text));
	assert_int_equal(address_reach(&(struct sockaddr){ .sa_family = AF_UNIX }), ADDRESS_SPECIAL);
}

/* Nobody may be connected to: a listener would see it. */
static void
calls_do_not_lead_inside(void **state)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6 };
	socklen_t len = sizeof at;
	int listener = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct pool *pool = pool_open(4 * 1024 * 1024);

	if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
	    listen(listener, 4) != 0 || getsockname(listener, (struct sockaddr *)&at, &len) != 0) {
		print_message("SKIPPED: no IPv6 here\n");
		skip();
	}
	static const char *const hosts[] = { "[::ffff:127.0.0.1]", "0.0.0.0", "[::]" };
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		const char *url = str_fmt(pool, "https://%s:%d/", hosts[i], ntohs(at.sin6_port));
		struct client_answer answer = client_call(pool, &(struct client_call){ .url = url });
		assert_int_equal(answer.status, 0);
		if (accept(listener, NULL, NULL) >= 0)
			fail_msg("%s was connected to", url);
	}
	pool_close(pool);
	close(listener);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_reach_as_registered),
		cmocka_unit_test(calls_do_not_lead_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
