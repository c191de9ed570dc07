#include "civic/desk.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "base/str.h"

enum { HINTS_MAX = 20, EXCERPT = 60 /* bytes each side */, MATCH_LIMIT = 100000 };

/* The list as one pattern, each line as it stands at a word's beginning: no line is a pattern of its
 * own, so none can be slow. NULL where the list is empty. */
static const char *
pattern_of(struct pool *pool, const char *list)
{
	struct buf b;
	bool any = false;

	buf_init(&b, pool);
	buf_add(&b, "\\b(?:");
	while (*list != '\0') {
		size_t len = strcspn(list, "\r\n");
		if (len > 0 && memchr(list, '\\', len) == NULL) {
			buf_fmt(&b, "%s\\Q%.*s\\E", any ? "|" : "", (int)len, list);
			any = true;
		}
		list += len;
		list += strspn(list, "\r\n");
	}
	buf_add(&b, ")\\w*");
	return any ? b.s : NULL;
}

/* The match with a little of the text around it, cut at whole characters. */
static const char *
excerpt(struct pool *pool, const char *text, size_t len, size_t from, size_t to)
{
	size_t begin = from > EXCERPT ? from - EXCERPT : 0, end = to + EXCERPT < len ? to + EXCERPT : len;

	while (begin < from && ((unsigned char)text[begin] & 0xc0) == 0x80)
		begin++;
	while (end > to && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	char *s = str_fmt(pool, "%s%.*s%s", begin > 0 ? "…" : "", (int)(end - begin), text + begin,
	    end < len ? "…" : "");
	for (char *p = s; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	return s;
}

static void
find_in(struct pool *pool, pcre2_code *code, pcre2_match_context *limits, const char *text,
    json_t *hints)
{
	pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
	size_t len = strlen(text), at = 0;

	while (match != NULL && json_array_size(hints) < HINTS_MAX && at <= len &&
	    pcre2_match(code, (PCRE2_SPTR)text, len, at, PCRE2_NO_UTF_CHECK, match, limits) > 0) {
		const PCRE2_SIZE *found = pcre2_get_ovector_pointer(match);
		json_array_append_new(hints,
		    json_pack("{s:s, s:s}", "word", str_ndup(pool, text + found[0], found[1] - found[0]),
		        "excerpt", excerpt(pool, text, len, found[0], found[1])));
		at = found[1] > at ? found[1] : at + 1;
	}
	pcre2_match_data_free(match);
}

json_t *
desk_hints(struct db *db, struct pool *pool, int64_t community, const char *title, const char *text)
{
	SQL(hint_words, "SELECT hint_words FROM petition_rules WHERE community_id = ? "
	                "ORDER BY version DESC LIMIT 1");
	json_t *hints = json_array(), *row = db_row(db, &hint_words, ARGS(INT(community)));
	const char *list = json_string_value(json_object_get(row, "hint_words"));
	const char *pattern = list != NULL ? pattern_of(pool, list) : NULL;
	PCRE2_SIZE where;
	int error;

	if (pattern == NULL)
		return hints;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	    PCRE2_CASELESS | PCRE2_UTF | PCRE2_UCP, &error, &where, NULL);
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	if (code != NULL && limits != NULL) {
		pcre2_set_match_limit(limits, MATCH_LIMIT);
		find_in(pool, code, limits, title, hints);
		find_in(pool, code, limits, text, hints);
	}
	pcre2_match_context_free(limits);
	pcre2_code_free(code);
	return hints;
}
