/* Messages as they go out: what cannot be in them, whatever people write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "web/mail.h"

#define TOKEN "0123456789abcdef01234567"

static struct pool *pool;

static const struct mail sample = { .from_name = "Чорноморська громада", .from = "viche@demo.example",
	.to = "oksana@demo.example", .subject = "Рада відповіла на вашу петицію № 231", .token = TOKEN,
	.date = 1795349100, .unsubscribe = "https://viche.example/unsubscribe?t=YQAA", .lang = "uk",
	.text = "Віче\n.\n", .html = "<p>Віче</p>\n" };

static const char *
build(const struct mail *m)
{
	size_t len = 0;
	const char *s = mail_build(pool, m, &len);

	assert_true(s == NULL || strlen(s) == len);
	return s;
}

static void
headers_are_there(void **state)
{
	const char *s = build(&sample);

	assert_non_null(s);
	assert_true(str_starts(s, "Date: Sun, 22 Nov 2026 12:05:00 +0000\r\n"));
	assert_non_null(strstr(s, "\r\nTo: <oksana@demo.example>\r\n"));
	assert_non_null(strstr(s, "\r\nMessage-ID: <" TOKEN ".viche@demo.example>\r\n"));
	assert_non_null(strstr(s, "\r\nAuto-Submitted: auto-generated\r\n"));
	assert_non_null(strstr(s, "\r\nList-Unsubscribe: <https://viche.example/unsubscribe?t=YQAA>\r\n"));
	assert_non_null(strstr(s, "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
	assert_true(strstr(s, "text/plain") < strstr(s, "text/html"));
	assert_string_equal(s, build(&sample));
	struct mail none = sample;
	none.unsubscribe = NULL;
	assert_null(strstr(build(&none), "List-Unsubscribe"));
}

/* ASCII, CRLF only, no line above 78 characters. */
static void
assert_lines(const char *s)
{
	size_t column = 0;

	for (const char *p = s; *p != '\0'; p++) {
		assert_true((unsigned char)*p < 0x80);
		assert_true(*p != '\r' || p[1] == '\n');
		assert_true(*p != '\n' || (p > s && p[-1] == '\r'));
		column = *p == '\n' ? 0 : column + 1;
		assert_true(column <= 79);
	}
}

static size_t
count_lines(const char *s, const char *start)
{
	size_t n = 0;

	for (const char *line = s; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		n += str_starts(line, start);
	}
	return n;
}

static void
nothing_reaches_a_header(void **state)
{
	static const char *const evil[] = { "a\r\nBcc: x@example.com", "a\nBcc: x@example.com",
		"a\rBcc: x@example.com", "=?UTF-8?Q?a=0D=0ABcc:_x@example.com?=", "\"><script>", "a\x01\x7f" };

	for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
		struct mail m = sample;
		m.from_name = m.subject = evil[i];
		const char *s = build(&m);
		assert_lines(s);
		assert_int_equal(count_lines(s, "Bcc"), 0);
		assert_int_equal(count_lines(s, "Subject: =?UTF-8?B?"), 1);
		assert_int_equal(count_lines(s, "From: =?UTF-8?B?"), 1);
	}
	struct buf longest;
	buf_init(&longest, pool);
	for (int i = 0; i < 300; i++)
		buf_add(&longest, i % 3 == 0 ? "😀" : i % 3 == 1 ? "ї" : "x");
	struct mail m = sample;
	m.subject = longest.s;
	assert_lines(build(&m));
}

static void
addresses_are_plain(void **state)
{
	static const char *const right[] = { "a@b.ua", "oksana.b+viche@demo.example", "x_1@a-b.c-d.example" };
	static const char *const wrong[] = { "", "a", "@b.ua", "a@", "a@b", "a@b.", "a@.ua", "a..b@c.ua", ".a@b.ua",
		"a.@b.ua", "a b@c.ua", "a@b .ua", "a@b.ua\r\nBcc: x@y.ua", "a@b.ua,c@d.ua", "<a@b.ua>", "\"a\"@b.ua",
		"a@[127.0.0.1]", "a@-b.ua", "a@b-.ua", "тест@b.ua", "a@приклад.укр", "a@b@c.ua" };

	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		assert_true(mail_address(right[i]));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct mail to = sample, from = sample;
		assert_false(mail_address(wrong[i]));
		to.to = from.from = wrong[i];
		assert_null(build(&to));
		assert_null(build(&from));
	}
	char local[80] = "";
	memset(local, 'a', 65);
	assert_false(mail_address(str_fmt(pool, "%s@b.ua", local)));
	struct mail m = sample;
	m.token = "0123456789abcdef0123456";
	assert_null(build(&m));
	m = sample;
	m.unsubscribe = "https://x.example/>\r\nBcc: x@y.ua";
	assert_null(build(&m));
}

static void
tokens_come_back(void **state)
{
	assert_string_equal(mail_return_path(pool, "bounce@viche.example", TOKEN),
	    "bounce+" TOKEN "@viche.example");
	assert_string_equal(mail_token_of(pool, "To: <bounce+" TOKEN "@viche.example>\r\n"), TOKEN);
	assert_string_equal(mail_token_of(pool, "a + b < c\nMessage-ID: <" TOKEN ".viche@demo.example>\n"), TOKEN);
	assert_null(mail_token_of(pool, "Message-ID: <" TOKEN ".else@demo.example>\n"));
	assert_null(mail_token_of(pool, "+0123456789abcdef@x <"));
	assert_null(mail_token_of(pool, ""));
	assert_string_equal(mail_token_of(pool, build(&sample)), TOKEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_there),
		cmocka_unit_test(nothing_reaches_a_header),
		cmocka_unit_test(addresses_are_plain),
		cmocka_unit_test(tokens_come_back),
	};

	clock_open();
	pool = pool_open(8 * 1024 * 1024);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_close(pool);
	return failed;
}
