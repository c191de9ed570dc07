/* The labels of devices: coarse, and of what browsers really say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/pool.h"
#include "base/str.h"
#include "web/device.h"

#define MOZILLA "Mozilla/5.0 "
#define WEBKIT " AppleWebKit/537.36 (KHTML, like Gecko) "

static const struct {
	const char *agent, *label;
} known[] = {
	{ MOZILLA "(Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Windows" },
	{ MOZILLA "(Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox, Android" },
	{ MOZILLA "(Linux; Android 10; K)" WEBKIT "Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome, Android" },
	{ MOZILLA "(Linux; Android 13; SAMSUNG SM-A536B)" WEBKIT
	          "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android" },
	{ MOZILLA "(Windows NT 10.0; Win64; x64)" WEBKIT "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge, Windows" },
	{ MOZILLA "(Windows NT 10.0; Win64; x64)" WEBKIT "Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0",
	    "Opera, Windows" },
	{ MOZILLA "(iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
	          "Mobile/15E148 Safari/604.1", "Safari, iPhone" },
	{ MOZILLA "(iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 "
	          "Mobile/15E148 Safari/604.1", "Chrome, iPad" },
	{ MOZILLA "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
	          "Safari/605.1.15", "Safari, macOS" },
	{ MOZILLA "(X11; CrOS x86_64 14541.0.0)" WEBKIT "Chrome/126.0.0.0 Safari/537.36", "Chrome, ChromeOS" },
	{ "curl/8.5.0", "curl" },
	{ "", "" },
	{ "<script>alert(1)</script>", "" },
};

static void
names_what_browsers_say(void **state)
{
	struct pool *pool = pool_open(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_string_equal(device_label(pool, known[i].agent), known[i].label);
	pool_close(pool);
}

static void
tells_nothing_of_the_header_itself(void **state)
{
	struct pool *pool = pool_open(1 << 20);
	char long_one[9000];

	(void)state;
	memset(long_one, 'A', sizeof long_one - 1);
	memcpy(long_one, "SamsungBrowser/ canary-7f3a Android", 35);
	long_one[sizeof long_one - 1] = '\0';
	const char *label = device_label(pool, long_one);
	assert_string_equal(label, "Samsung Internet, Android");
	assert_true(strlen(label) <= 40);
	pool_close(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_browsers_say),
		cmocka_unit_test(tells_nothing_of_the_header_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
