/* The floor of lib/base: memory, strings, what people type, time, keyed hashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/text.h"

enum { POOL = 4 * 1024 * 1024 };

static struct pool *pool;

static int
open_all(void **state)
{
	clock_open();
	crypto_open();
	pool = pool_open(POOL);
	return 0;
}

static int
close_all(void **state)
{
	pool_close(pool);
	return 0;
}

static void
pool_gives_zeroed_aligned_blocks(void **state)
{
	struct pool *own = pool_open(POOL);

	for (int round = 0; round < 3; round++) {
		pool_enter(own);
		for (size_t size = 1; size < 200 * 1024; size = size * 3 + 1) {
			char *p = pool_alloc(own, size);
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, size);
		}
		assert_true(pool_used(own) > 0);
		pool_leave(own);
		assert_int_equal(pool_used(own), 0);
	}
	pool_close(own);
	pool_close(NULL);
}

static void
jansson_lives_in_the_pool(void **state)
{
	struct pool *own = pool_open(POOL);

	pool_enter(own);
	json_t *list = json_array();
	for (int i = 0; i < 1000; i++)
		json_array_append_new(list, json_pack("{s:i, s:s}", "n", i, "title", "Тротуар"));
	assert_true(pool_used(own) > 1000 * 20);
	char *text = json_dumps(list, JSON_COMPACT);
	assert_true(str_starts(text, "[{\"n\":0,\"title\":\"Тротуар\"}"));
	pool_leave(own);
	json_t *heap = json_string("outlives");
	assert_int_equal(pool_used(own), 0);
	pool_close(own);
	json_decref(heap);
}

static void
strings_and_buffers(void **state)
{
	struct buf b;

	assert_true(str_eq(NULL, NULL));
	assert_false(str_eq(NULL, ""));
	assert_true(str_empty(NULL) && str_empty("") && !str_empty(" "));
	assert_true(str_starts("abc", "ab") && !str_starts("a", "ab"));
	assert_true(str_ends("abc", "bc") && !str_ends("c", "bc"));
	assert_string_equal(str_ndup(pool, "abcdef", 3), "abc");
	assert_string_equal(str_fmt(pool, "%d%s", 7, "x"), "7x");
	assert_string_equal(str_hex(pool, "\x00\xffz", 3), "00ff7a");
	assert_string_equal(str_url_encode(pool, "a b/ї~"), "a%20b%2F%D1%97~");
	buf_init(&b, pool);
	assert_string_equal(b.s, "");
	for (int i = 0; i < 5000; i++)
		buf_fmt(&b, "%d,", i % 10);
	assert_int_equal(b.len, 10000);
	assert_int_equal(b.s[b.len], 0);
	buf_init(&b, pool);
	buf_add_html(&b, "<a href='x'>\"&\"</a>", 19);
	assert_string_equal(b.s, "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
}

static void
base64url_is_canonical(void **state)
{
	/* RFC 4648 §10, without padding; §5's letters. */
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg" }, { "fo", "Zm8" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg" }, { "\xff\xfe\xfb", "__77" } };
	static const char *const broken[] = { "Zh", "Zg==", "Z", "Zm9v\n", "Zm 9v", "//77", "Zm9v!" };
	size_t len;

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		size_t n = strlen(pairs[i][0]);
		assert_string_equal(str_base64url(pool, pairs[i][0], n), pairs[i][1]);
		unsigned char *bytes = str_unbase64url(pool, pairs[i][1], &len);
		assert_non_null(bytes);
		assert_int_equal(len, n);
		assert_memory_equal(bytes, pairs[i][0], n);
	}
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
		assert_null(str_unbase64url(pool, broken[i], &len));
}

static void
hmac_of_rfc_4231(void **state)
{
	unsigned char key[MAC_BYTES] = { 0 }, mac[MAC_BYTES], hash[MAC_BYTES];

	/* Test case 1: a key of 20 bytes is the same as one filled up with zeros (RFC 2104 §2). */
	memset(key, 0x0b, 20);
	crypto_mac(key, "Hi There", 8, mac);
	assert_string_equal(str_hex(pool, mac, sizeof mac),
	    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	memset(key, 0, sizeof key);
	memcpy(key, "Jefe", 4); /* test case 2 */
	crypto_mac(key, "what do ya want for nothing?", 28, mac);
	assert_string_equal(str_hex(pool, mac, sizeof mac),
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	crypto_digest("abc", hash); /* FIPS 180-4's example */
	assert_string_equal(str_hex(pool, hash, sizeof hash),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_true(crypto_same(mac, mac, sizeof mac));
	assert_false(crypto_same(mac, hash, sizeof mac));
	assert_int_equal(strlen(crypto_token(pool)), 43);
	assert_string_not_equal(crypto_token(pool), crypto_token(pool));
}

static void
utf8_is_well_formed(void **state)
{
	static const char *const broken[] = { "\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xd0", "a\xff" };

	assert_true(text_is_utf8("", 0));
	assert_true(text_is_utf8("Віче 🇺🇦", strlen("Віче 🇺🇦")));
	assert_false(text_is_utf8("a\0b", 3));
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
		assert_false(text_is_utf8(broken[i], strlen(broken[i])));
	assert_int_equal(text_length("їжак"), 4);
}

static void
clean_lines(void **state)
{
	static const char *const line[][2] = {
		{ "  a \t b\r\nc  ", "a b c" },
		{ "\u00a0 \u2003\u3000", "" },
		{ "и\u0306 і\u0308", "й ї" },            /* NFC */
		{ "и\u200b\u0306", "й" },                 /* also where something dropped stood between */
		{ "a\u202eb\u2066c\u2069\u200e\u061c", "abc" },
		{ "a\u200b\ufeff\u00ad\x07\x7f", "a" },
		{ "👩\u200d🚒", "👩\u200d🚒" },
		{ "a\fb", "a b" },
	};
	static const char *const lines[][2] = {
		{ "\n\n a  b \r\n\tc\r\rd \n\n", "a b\n c\n\nd" },
		{ "a\n\n\n\n\n\nb", "a\n\n\nb" },
		{ "a\n \n \n\t\n \n  b\n  ", "a\n\n\n  b" },
	};

	for (size_t i = 0; i < sizeof line / sizeof *line; i++)
		assert_string_equal(text_clean(pool, line[i][0], TEXT_LINE), line[i][1]);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const char *once = text_clean(pool, lines[i][0], TEXT_LINES);
		assert_string_equal(once, lines[i][1]);
		assert_string_equal(text_clean(pool, once, TEXT_LINES), once);
	}
	assert_null(text_clean(pool, "a\xff", TEXT_LINE));
}

static void
markdown_is_safe(void **state)
{
	static const char *const hostile[] = { "<script>alert(1)</script>", "a <b onclick=x>b</b>",
		"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "<javascript:alert(1)>",
		"![a](data:text/html,<script>)", "[a](vbscript:x)", "[a](&#106;avascript:alert(1))" };

	/* The page has its own h1. */
	assert_string_equal(text_markdown(pool, "# Просимо\n\n## Далі"), "<h2>Просимо</h2>\n<h2>Далі</h2>\n");
	assert_string_equal(text_markdown(pool, "**Так**\n\n- а"),
	    "<p><strong>Так</strong></p>\n<ul>\n<li>а</li>\n</ul>\n");
	assert_string_equal(text_markdown(pool, "[a](https://example.org/?a=1&b=\")"),
	    "<p><a href=\"https://example.org/?a=1&amp;b=%22\">a</a></p>\n");
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		const char *html = text_markdown(pool, hostile[i]);
		assert_null(strcasestr(html, "<script"));
		assert_null(strcasestr(html, "=\"javascript:"));
		assert_null(strcasestr(html, "=\"vbscript:"));
		assert_null(strcasestr(html, "=\"data:"));
		assert_null(strcasestr(html, "onclick="));
	}
}

static void
time_is_read_strictly(void **state)
{
	static const char *const broken[] = { "", "2026", "2026-7-21", "2026-07-21T", "2026-13-01",
		"2026-02-30", "2026-00-10", "2026-07-21T24:00:00Z", "2026-07-21T10:60:00Z", "2026- 7-21",
		"+026-07-21", "2026-07-21T10:22", "2026-07-21T10:22:33Zx", "2026-07-21 x", "2026/07/21" };
	time_t at;

	assert_true(clock_parse("1970-01-01", &at) && at == 0);
	assert_true(clock_parse("2026-07-21T10:22:33Z", &at) && at == 1784629353);
	assert_string_equal(clock_iso(pool, at), "2026-07-21T10:22:33Z");
	assert_string_equal(clock_sql(pool, at), "2026-07-21 10:22:33");
	assert_true(clock_parse("2026-07-21 10:22:33.123456", &at) && at == 1784629353);
	assert_true(clock_parse("2028-02-29", &at));
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
		assert_false(clock_parse(broken[i], &at));
}

static int64_t
days_left(const char *now, const char *at)
{
	time_t from, to;
	assert_true(clock_parse(now, &from));
	assert_true(clock_parse(at, &to));
	return clock_days_left(from, to);
}

static void
days_are_kyivs_dates(void **state)
{
	assert_int_equal(days_left("2026-07-21T10:00:00Z", "2026-07-21T20:59:59Z"), 0);
	assert_int_equal(days_left("2026-07-21T10:00:00Z", "2026-07-21T21:00:00Z"), 1);
	assert_int_equal(days_left("2026-07-21T20:59:59Z", "2026-07-21T21:00:00Z"), 1);
	assert_int_equal(days_left("2026-07-22T10:00:00Z", "2026-07-21T10:00:00Z"), 0);
	/* The clock goes forward on 2026-03-29 and back on 2026-10-25: days of 23 and 25 hours. */
	assert_int_equal(days_left("2026-03-28T22:30:00Z", "2026-03-29T21:30:00Z"), 1);
	assert_int_equal(days_left("2026-03-28T10:00:00Z", "2026-03-30T09:00:00Z"), 2);
	assert_int_equal(days_left("2026-10-24T21:00:00Z", "2026-10-25T21:59:59Z"), 0);
	assert_int_equal(days_left("2026-10-24T21:00:00Z", "2026-10-25T22:00:00Z"), 1);
	assert_int_equal(days_left("2026-01-22T10:00:00Z", "2026-07-22T10:00:00Z"), 181);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pool_gives_zeroed_aligned_blocks),
		cmocka_unit_test(jansson_lives_in_the_pool),
		cmocka_unit_test(strings_and_buffers),
		cmocka_unit_test(base64url_is_canonical),
		cmocka_unit_test(hmac_of_rfc_4231),
		cmocka_unit_test(utf8_is_well_formed),
		cmocka_unit_test(clean_lines),
		cmocka_unit_test(markdown_is_safe),
		cmocka_unit_test(time_is_read_strictly),
		cmocka_unit_test(days_are_kyivs_dates),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
