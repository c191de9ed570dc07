/* Every notice to every audience that it has, in both languages, strictly; and what people wrote stays
 * what it is. Run from the checkout's root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "civic/letter.h"

#define EVIL "<script>alert(1)</script> & \"лапки\" {{id}} =?UTF-8?B?QQ==?="

enum { POOL = 4 * 1024 * 1024 };

static char root[] = "/tmp/viche-letter-XXXXXX";
static struct views *views;

static int
open_all(void **state)
{
	char line[200];

	assert_non_null(mkdtemp(root));
	snprintf(line, sizeof line, "mkdir -p %s/viche/LC_MESSAGES && "
	    "msgfmt -o %s/viche/LC_MESSAGES/uk.mo views/locale/uk.po", root, root);
	assert_int_equal(system(line), 0);
	clock_open();
	i18n_open(root);
	views = views_open("views", true);
	return 0;
}

static int
close_all(void **state)
{
	char line[200];

	snprintf(line, sizeof line, "rm -rf -- %s", root);
	views_close(views);
	return system(line);
}

/* What jansson makes between these two is the pool's, as in a program. */
static struct pool *
begin(void)
{
	struct pool *pool = pool_open(POOL);

	pool_enter(pool);
	return pool;
}

static void
end(struct pool *pool)
{
	pool_leave(pool);
	pool_close(pool);
}

static json_t *
facts(bool full, const char *title)
{
	json_t *f = json_pack("{s:I, s:s, s:s, s:n, s:n, s:I, s:I, s:n, s:n, s:n, s:n}", "id", (json_int_t)231,
	    "title", title, "content_lang", "uk", "closes_at", "threshold", "signature_count", (json_int_t)84,
	    "missing", (json_int_t)216, "other_id", "other_title", "verdict", "due_at");

	if (full)
		json_object_update_new(f, json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "closes_at",
		    "2027-02-16T21:59:59Z", "threshold", (json_int_t)300, "other_id", (json_int_t)243,
		    "other_title", "Вечірній рейс автобуса", "verdict", "partly", "due_at", "2026-12-01T21:59:59Z"));
	return f;
}

static void
write_letter(struct pool *pool, const struct notice *n, enum audience to, enum lang lang, json_t *f,
    const char *note, struct mail *mail)
{
	json_t *community = json_pack("{s:s, s:s, s:s, s:s}", "title", "Чорноморська громада", "full_name",
	    "Чорноморська міська територіальна громада", "council", "Чорноморська міська рада", "phone",
	    "0 800 000 000");
	struct letter l = { .notice = n, .to = to, .lang = lang, .community = community,
		.origin = "https://viche.example", .facts = f, .at = "2026-11-22T12:05:00Z",
		.reason = note != NULL ? "duplicate" : NULL, .note = note, .token = "YQAAtoken" };
	const char *error = "";

	if (!letter_write(pool, views, &l, mail, &error))
		fail_msg("%s in %s: %s", n->name, lang == LANG_EN ? "en" : "uk", error);
}

/* What holds for every letter. */
static void
assert_letter(const struct notice *n, enum audience to, const struct mail *m)
{
	static const char *const never[] = { "{{", "}}", "<script", "<img", "(null)" };

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (strstr(m->html, never[i]) != NULL)
			fail_msg("%s: the HTML has %s", n->name, never[i]);
	assert_true(strlen(m->subject) > 10 && strchr(m->subject, '\n') == NULL);
	assert_non_null(strstr(m->text, "https://viche.example/"));
	assert_non_null(strstr(m->html, "href=\"https://viche.example/"));
	assert_non_null(strstr(m->text, "0 800 000 000"));
	/* One button, and one way to stop such letters but in the one that has nothing to stop. */
	const char *stop = "https://viche.example/unsubscribe?t=YQAAtoken";
	assert_int_equal(strstr(m->text, stop) != NULL, to != TO_CLAIM);
	assert_int_equal(strstr(m->html, stop) != NULL, to != TO_CLAIM);
	if (to == TO_CLAIM) {
		assert_null(m->unsubscribe);
		assert_non_null(strstr(m->text, "https://viche.example/contact/confirm?t=YQAAtoken"));
	} else {
		assert_string_equal(m->unsubscribe, stop);
		/* Who and what and which: the number is in the subject. */
		if (to != TO_PERSON)
			assert_non_null(strstr(m->subject, "231"));
	}
}

static void
every_letter_can_be_written(void **state)
{
	size_t written = 0;

	for (const struct notice *n = notices; n->name != NULL; n++)
		for (unsigned to = TO_AUTHOR; to <= TO_CLAIM; to *= 2)
			for (int kind = 0; (n->audiences & to) && kind < 4; kind++) {
				struct pool *pool = begin();
				struct mail m = { 0 };
				json_t *f = to == TO_CLAIM ? json_object() : facts(kind / 2, "Безпечний перехід");
				write_letter(pool, n, (enum audience)to, kind % 2 ? LANG_EN : LANG_UK, f,
				    kind / 2 ? "Перший рядок.\n\nДругий." : NULL, &m);
				assert_letter(n, (enum audience)to, &m);
				end(pool);
				written++;
			}
	assert_true(written >= 100);
}

/* What a move tells of can be told. */
static void
every_move_has_its_notice(void **state)
{
	size_t told = 0;

	for (const struct transition *t = lifecycle; t->kind != NULL; t++) {
		if (t->notice == NULL)
			continue;
		if (notice_find(t->notice) == NULL)
			fail_msg("%s to %s: there is no notice %s", t->from, t->to, t->notice);
		told++;
	}
	assert_true(told > 10);
}

/* Each verdict has its words. */
static void
answers_say_how(void **state)
{
	static const char *const verdicts[] = { "supported", "partly", "not_supported" };
	static const char *const words[] = { "петицію підтримано.", "підтримано частково", "не підтримано" };

	for (size_t i = 0; i < 3; i++) {
		struct pool *pool = begin();
		struct mail m = { 0 };
		json_t *f = facts(true, "Безпечний перехід");
		json_object_set_new(f, "verdict", json_string(verdicts[i]));
		write_letter(pool, notice_find("petition-answered"), TO_AUTHOR, LANG_UK, f, NULL, &m);
		assert_string_equal(m.subject, "Рада відповіла на вашу петицію № 231");
		assert_non_null(strstr(m.text, words[i]));
		end(pool);
	}
}

static void
what_people_wrote_stays_text(void **state)
{
	struct pool *pool = begin();
	struct mail m = { 0 };
	json_t *f = facts(true, EVIL "\r\nBcc: x@example.com\n\nhttps://evil.example");

	write_letter(pool, notice_find("petition-returned"), TO_AUTHOR, LANG_UK, f,
	    EVIL "\n\n-- \nhttps://viche.example/unsubscribe?t=evil", &m);
	assert_null(strstr(m.html, "<script"));
	assert_non_null(strstr(m.html, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; "));
	assert_null(strstr(m.subject, "evil"));
	/* The text form escapes nothing, and a title cannot start a line; quoted lines are marked. */
	assert_non_null(strstr(m.text, EVIL));
	assert_null(strstr(m.text, "\nBcc:"));
	assert_null(strstr(m.text, "\nhttps://viche.example/unsubscribe?t=evil"));
	assert_non_null(strstr(m.text, "\n> https://viche.example/unsubscribe?t=evil"));
	end(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_letter_can_be_written),
		cmocka_unit_test(every_move_has_its_notice),
		cmocka_unit_test(answers_say_how),
		cmocka_unit_test(what_people_wrote_stays_text),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
