#include "civic/stems.h"

#include <stdbool.h>
#include <string.h>

#include "base/socket.h"
#include "base/str.h"
#include "base/words.h"

enum { STEM_GROWTH = 4 }; /* a stem may be longer than its word, but not by much */

const char *
stems_of(struct pool *pool, const char *text)
{
	size_t len = strlen(text);
	struct socket_answer answer;

	if (len > STEMS_TEXT_MAX)
		for (len = STEMS_TEXT_MAX; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
			len--;
	if (len == 0)
		return "";
	struct socket_call call = { .path = socket_path(pool, "stem"), .question = text, .len = len,
		.answer_max = STEM_GROWTH * STEMS_TEXT_MAX, .timeout_ms = STEMS_WAIT_MS };
	if (socket_ask(pool, &call, &answer) != SOCKET_ANSWERED || answer.status != STEMS_VERSION)
		return NULL;
	return answer.bytes;
}

const char *
stems_each(struct pool *pool, const char *text,
    const char *(*stem)(struct pool *pool, const char *word, size_t len))
{
	const char *word;
	size_t len;
	struct buf out;

	buf_init(&out, pool);
	for (int n = 0; n < STEMS_WORDS_MAX; n++) {
		const char *gap = text;
		bool first = n == 0;
		if ((word = words_next(&text, &len)) == NULL)
			break;
		for (; gap < word; gap++)
			if (*gap == '\n') {
				buf_add_char(&out, '\n');
				first = true;
			}
		const char *found = stem(pool, word, len);
		if (!first)
			buf_add_char(&out, ' ');
		buf_add(&out, *found != '\0' ? found : "-");
	}
	return out.s;
}

const char *
stems_without(struct pool *pool, const char *text)
{
	return stems_each(pool, text, words_fold);
}

bool
stems_silent(const char *stem, size_t len)
{
	static const char *const silent[] = { "-", "а", "в", "е", "є", "з", "і", "й", "о", "у", "я", "або", "але", "без",
		"бути", "біля", "від", "він", "вони", "для", "до", "за", "зі", "із", "його", "коли", "ми", "на", "над",
		"наш", "не", "ні", "по", "при", "про", "під", "та", "так", "також", "те", "тим", "то", "той", "тому",
		"увесь", "це", "цей", "через", "чи", "ще", "що", "щоб", "як", "який", "якщо", "a", "an", "and", "as",
		"at", "be", "by", "for", "from", "i", "in", "is", "it", "of", "on", "or", "that", "the", "this", "to",
		"with" };

	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		if (strlen(silent[i]) == len && memcmp(silent[i], stem, len) == 0)
			return true;
	return false;
}

const char *
stems_next(const char **p, size_t *len)
{
	const char *start = *p + strspn(*p, " ");

	*len = strcspn(start, " \n");
	*p = start + *len;
	return *len > 0 ? start : NULL;
}
