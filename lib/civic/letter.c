#include "civic/letter.h"

#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "civic/contact.h"
#include "civic/refusal.h"
#include "web/i18n.h"

enum { PARTS_MAX = 12, QUOTE_LINES_MAX = 200 };

json_t *
letter_facts(struct db *db, int64_t community, int64_t petition, int64_t other, const char *step)
{
	SQL(letter_facts, "SELECT p.id, p.title, p.lang AS content_lang, p.closes_at, p.threshold, "
	                  "COALESCE(t.signature_count, p.outside_count) AS signature_count, "
	                  "GREATEST(COALESCE(p.threshold, 0) - COALESCE(t.signature_count, p.outside_count), 0) "
	                  "AS missing, o.id AS other_id, o.title AS other_title, p.verdict, (SELECT MAX(s.due_at) "
	                  "FROM legal_step s WHERE s.kind = 'petition' AND s.subject_id = p.id AND "
	                  "s.community_id = p.community_id AND s.step = ? AND s.done_at IS NULL AND "
	                  "s.paused_at IS NULL) AS due_at FROM petition p "
	                  "LEFT JOIN petition_total t ON t.petition_id = p.id AND t.community_id = p.community_id "
	                  "LEFT JOIN petition o ON o.id = COALESCE(NULLIF(?, 0), p.merged_into) AND o.community_id = p.community_id "
	                  "WHERE p.id = ? AND p.community_id = ?");

	return db_row(db, &letter_facts, ARGS(TEXT(step), INT(other), INT(petition), INT(community)));
}

/* A title on one line, whatever an import brought. */
static void
straighten(struct pool *pool, json_t *facts, const char *name)
{
	const char *s = json_string_value(json_object_get(facts, name));
	const char *clean = s != NULL ? text_clean(pool, s, TEXT_LINE) : NULL;

	if (clean != NULL)
		json_object_set_new(facts, name, json_string(clean));
}

static void
set_flags(json_t *model, const struct letter *l)
{
	json_object_set_new(model, "to_author", json_boolean(l->to == TO_AUTHOR));
	json_object_set_new(model, "to_follower", json_boolean(l->to == TO_FOLLOWERS));
	json_object_set_new(model, "to_staff", json_boolean(l->to == TO_STAFF));
	json_object_set_new(model, "to_person", json_boolean(l->to == TO_PERSON));
	json_object_set_new(model, "to_claim", json_boolean(l->to == TO_CLAIM));
	json_object_set(model, "community", l->community);
}

static void
set_verdict(json_t *model)
{
	const char *verdict = json_string_value(json_object_get(model, "verdict"));

	json_object_set_new(model, "supported", json_boolean(str_eq(verdict, "supported")));
	json_object_set_new(model, "partly", json_boolean(str_eq(verdict, "partly")));
	json_object_set_new(model, "not_supported", json_boolean(str_eq(verdict, "not_supported")));
}

/* The notice's own view, line by line. */
static bool
words(struct pool *pool, const struct views *views, const struct letter *l, json_t *lines,
    const char **error)
{
	json_t *model = json_copy(l->facts);
	struct buf out;

	straighten(pool, model, "title");
	straighten(pool, model, "other_title");
	set_flags(model, l);
	set_verdict(model);
	json_object_set_new(model, "at", json_string(l->at));
	json_object_set_new(model, "reason", l->reason != NULL ? json_string(refusal_label(l->reason)) : json_null());
	json_object_set_new(model, "hours", json_integer(CLAIM_HOURS));
	buf_init(&out, pool);
	if (!view_render(views, str_fmt(pool, "mail/%s", l->notice->name), l->lang, model, NULL, &out, error))
		return false;
	for (char *line = out.s, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		const char *clean = text_clean(pool, line, TEXT_LINE);
		if (!str_empty(clean))
			json_array_append_new(lines, json_pack("{s:s}", "text", clean));
	}
	size_t n = json_array_size(lines);
	*error = str_fmt(pool, "views/mail/%s.txt: %zu lines", l->notice->name, n);
	return n >= 3 && n <= PARTS_MAX;
}

/* The quoted words as lines; null where there are none. */
static json_t *
quote(struct pool *pool, const char *note)
{
	json_t *lines = json_array();
	char *copy = note != NULL ? text_clean(pool, note, TEXT_LINES) : NULL, *line, *rest = copy;

	while (rest != NULL && json_array_size(lines) < QUOTE_LINES_MAX && (line = strsep(&rest, "\n")) != NULL)
		json_array_append_new(lines, json_pack("{s:s}", "line", line));
	return json_array_size(lines) > 0 ? json_pack("{s:o}", "lines", lines) : json_null();
}

static const char *
button_url(struct pool *pool, const struct letter *l)
{
	const struct notice *n = l->notice;
	int64_t number = json_integer_value(json_object_get(l->facts, n->act ? "other_id" : "id"));
	const char *mark = strstr(n->path, "%lld");

	if (l->to == TO_CLAIM)
		return str_fmt(pool, "%s%s?t=%s", l->origin, n->path, l->token);
	if (mark == NULL)
		return str_fmt(pool, "%s%s", l->origin, n->path);
	return str_fmt(pool, "%s%.*s%lld%s", l->origin, (int)(mark - n->path), n->path, (long long)number,
	    mark + strlen("%lld"));
}

static const char *
text_of(json_t *line)
{
	return json_string_value(json_object_get(line, "text"));
}

bool
letter_write(struct pool *pool, const struct views *views, const struct letter *l, struct mail *mail,
    const char **error)
{
	json_t *lines = json_array(), *model = json_object();
	json_t *title = json_object_get(l->facts, "title");
	struct buf text, html;

	i18n_use(l->lang);
	if (!words(pool, views, l, lines, error))
		return false;
	mail->subject = str_dup(pool, text_of(json_array_get(lines, 0)));
	json_object_set_new(model, "subject", json_string(mail->subject));
	json_object_set_new(model, "button",
	    json_string(text_of(json_array_get(lines, json_array_size(lines) - 1))));
	json_array_remove(lines, json_array_size(lines) - 1);
	json_array_remove(lines, 0);
	json_object_set(model, "paragraphs", lines);
	set_flags(model, l);
	json_object_set_new(model, "lang", json_string(l->lang == LANG_EN ? "en" : "uk"));
	json_object_set_new(model, "act", json_boolean(l->notice->act));
	json_object_set_new(model, "url", json_string(button_url(pool, l)));
	json_object_set_new(model, "quote", quote(pool, l->note));
	json_object_set_new(model, "petition",
	    title != NULL ? json_pack("{s:O, s:s, s:O}", "id", json_object_get(l->facts, "id"), "title",
	                        text_clean(pool, json_string_value(title), TEXT_LINE), "content_lang",
	                        json_object_get(l->facts, "content_lang"))
	                  : json_null());
	mail->unsubscribe = l->to != TO_CLAIM ? str_fmt(pool, "%s/unsubscribe?t=%s", l->origin, l->token) : NULL;
	json_object_set_new(model, "stop_url",
	    mail->unsubscribe != NULL ? json_string(mail->unsubscribe) : json_null());
	buf_init(&text, pool);
	buf_init(&html, pool);
	if (!view_render(views, "mail/plain", l->lang, model, NULL, &text, error) ||
	    !view_render(views, "mail/letter", l->lang, model, NULL, &html, error))
		return false;
	mail->from_name = json_string_value(json_object_get(l->community, "title"));
	mail->lang = l->lang == LANG_EN ? "en" : "uk";
	mail->text = text.s;
	mail->html = html.s;
	return true;
}
