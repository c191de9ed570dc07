#include "web/idp_value.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/text.h"
#include "web/idp_file.h"
#include "web/unseal.h"

enum { NUMBER_DIGITS_MIN = 6, ERROR_WORD_MAX = 40, KATOTTG_LENGTH = 19, PARTS_MAX = 3, DAY = 86400 };

json_t *
idp_document(const char *text, size_t len)
{
	json_t *object = len <= IDP_DOCUMENT_MAX ? json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;

	return json_is_object(object) ? object : NULL;
}

enum idp_result
idp_came_back(const struct idp_answer *answer, const char **why)
{
	*why = "the provider sent the browser back with an error";
	if (answer->error != NULL)
		return str_eq(answer->error, "access_denied") ? IDP_CANCELLED : IDP_REFUSED;
	*why = "no code came back";
	return idp_is_token(answer->code) ? IDP_DONE : IDP_REFUSED;
}

enum idp_result
idp_success(struct pool *pool, const char *body, size_t len, json_t **object, const char **why)
{
	json_t *answer = len <= IDP_DOCUMENT_MAX
	    ? json_loadb(body, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL) : NULL;

	*why = "the answer cannot be read";
	if (json_is_string(answer))
		*why = "the answer is a mere text";
	if (!json_is_object(answer))
		return json_is_string(answer) ? IDP_REFUSED : IDP_UNREACHABLE;
	json_t *error = json_object_get(answer, "error");
	if (error != NULL) {
		const char *word = idp_error_word(pool, error);
		*why = str_fmt(pool, "the answer is an error: %s", word);
		return str_eq(word, "temporarily_unavailable") ? IDP_UNREACHABLE : IDP_REFUSED;
	}
	*object = answer;
	return IDP_DONE;
}

enum idp_result
idp_opened(struct pool *pool, const char *socket, json_t *sealed, json_t **object, const char **why)
{
	struct unseal_plain plain;

	*why = "what the provider sealed is not opened";
	if (!json_is_string(sealed) ||
	    unseal_base64(pool, socket, json_string_value(sealed), &plain) != UNSEAL_OPENED)
		return IDP_UNSEALED;
	*why = "what the provider sealed is no document";
	*object = idp_document(plain.bytes, plain.len);
	return *object != NULL ? IDP_DONE : IDP_UNSEALED;
}

const char *
idp_address(struct pool *pool, const struct idp *idp, const char *path)
{
	const char *base = idp_option(idp, "base");
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	return str_fmt(pool, "%.*s%s", (int)len, base, path);
}

const char *
idp_localities(struct pool *pool, const struct idp *idp)
{
	static const char tree[] = "localities.";
	struct buf b;

	buf_init(&b, pool);
	for (const struct idp_pair *p = idp->pairs; p != NULL; p = p->next)
		if (str_starts(p->name, tree))
			buf_fmt(&b, "%s=%s;", p->name + strlen(tree), p->value);
	return b.len > 0 ? b.s : NULL;
}

bool
idp_opens(const struct idp *idp, const char **why)
{
	*why = "a certificate to seal for needs somebody who opens: name the process (\"unseal\")";
	return idp_option(idp, "cert") == NULL || idp_option(idp, "unseal") != NULL;
}

const char *
idp_text(struct pool *pool, json_t *object, const char *name)
{
	static const char *const nothings[] = { "", "-", "n/a", "n\\a", "null", "none" };
	json_t *value = json_object_get(object, name);

	if (!json_is_string(value) || json_string_length(value) > IDP_TEXT_MAX)
		return NULL;
	const char *text = text_clean(pool, json_string_value(value), TEXT_LINE);
	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof nothings / sizeof *nothings; i++)
		if (strcasecmp(text, nothings[i]) == 0)
			return NULL;
	return text;
}

const char *
idp_name(struct pool *pool, json_t *object, const char *name)
{
	const char *text = idp_text(pool, object, name);

	return text != NULL ? text : "";
}

bool
idp_is_token(const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return len > 0 && len <= IDP_TOKEN_MAX;
}

const char *
idp_token(struct pool *pool, json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);
	const char *text = json_is_integer(value)
	    ? str_fmt(pool, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
	    : json_string_value(value);

	return idp_is_token(text) ? text : NULL;
}

const char *
idp_error_word(struct pool *pool, json_t *error)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const char *word = json_string_value(error);

	if (json_is_integer(error))
		word = str_fmt(pool, "%" JSON_INTEGER_FORMAT, json_integer_value(error));
	if (str_empty(word) || strlen(word) > ERROR_WORD_MAX || strspn(word, allowed) != strlen(word))
		return "no reason";
	return word;
}

static bool
is_letter(utf8proc_int32_t c)
{
	utf8proc_category_t kind = utf8proc_category(c);

	return kind == UTF8PROC_CATEGORY_LU || kind == UTF8PROC_CATEGORY_LL || kind == UTF8PROC_CATEGORY_LO;
}

/* The letters and ASCII digits of a text in NFC, each by change; others go, or become one space
 * between words where spaced. */
static char *
letters(struct pool *pool, const char *text, bool spaced, utf8proc_int32_t (*change)(utf8proc_int32_t))
{
	utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)text);
	const utf8proc_uint8_t *p = nfc;
	utf8proc_int32_t c;
	bool gap = false;
	struct buf b;

	buf_init(&b, pool);
	while (p != NULL && *p != '\0') {
		utf8proc_uint8_t out[4];
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &c);
		if (n <= 0)
			break;
		p += n;
		if (is_letter(c) || (c >= '0' && c <= '9')) {
			if (gap && spaced && b.len > 0)
				buf_add_char(&b, ' ');
			gap = false;
			buf_add_n(&b, (char *)out, (size_t)utf8proc_encode_char(change(c), out));
		} else if (c != '\'' && c != 0x2019 && c != 0x02bc) { /* Кам'янець is one word however it is typed */
			gap = true;
		}
	}
	free(nfc);
	return b.s;
}

const char *
idp_number(struct pool *pool, const char *text)
{
	if (text == NULL)
		return NULL;
	const char *number = letters(pool, text, false, utf8proc_toupper);
	size_t length = text_length(number), digits = 0;
	bool varied = false;

	for (const char *p = number; *p != '\0'; p++) {
		digits += *p >= '0' && *p <= '9';
		varied |= *p != number[0];
	}
	if (length < IDP_NUMBER_MIN || length > IDP_NUMBER_MAX || digits < NUMBER_DIGITS_MIN || !varied)
		return NULL;
	return number;
}

/* A day as ISO 8601 where people alive can be born on it. */
static const char *
lived(struct pool *pool, time_t day, time_t now)
{
	char *iso = clock_iso(pool, day);

	iso[strlen("1900-01-01")] = '\0';
	return day <= now && strlen(iso) == 10 && strcmp(iso, "1900-01-01") >= 0 ? iso : NULL;
}

const char *
idp_number_birthdate(struct pool *pool, const char *number, time_t now)
{
	static const int weights[] = { -1, 5, 7, 9, 4, 6, 10, 5, 7 };
	time_t start;
	int sum = 0, days = 0;

	if (number == NULL || strlen(number) != 10 || strspn(number, "0123456789") != 10)
		return NULL;
	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
		sum += weights[i] * (number[i] - '0');
	if ((sum % 11 + 11) % 11 % 10 != number[9] - '0' || !clock_parse("1899-12-31", &start))
		return NULL;
	for (size_t i = 0; i < 5; i++)
		days = days * 10 + (number[i] - '0');
	return lived(pool, start + (time_t)days * DAY, now);
}

const char *
idp_date(struct pool *pool, const char *text, time_t now)
{
	time_t day;

	if (text == NULL || strlen(text) != 10 || text[2] != '.' || text[5] != '.' ||
	    !clock_parse(str_fmt(pool, "%.4s-%.2s-%.2s", text + 6, text + 3, text), &day))
		return NULL;
	return lived(pool, day, now);
}

const char *
idp_place_text(struct pool *pool, const struct idp_place *place)
{
	const char *parts[] = { place->state, place->area, place->city };
	struct buf b;

	buf_init(&b, pool);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!str_empty(parts[i]))
			buf_fmt(&b, "%s%s", b.len > 0 ? ", " : "", parts[i]);
	return b.len > 0 ? b.s : NULL;
}

/* A place's name to compare: small letters, without the word for its kind. */
static const char *
bare_name(struct pool *pool, const char *name, size_t len)
{
	static const char *const kinds[] = { "область", "обл", "район", "р", "н", "місто", "м", "смт", "селище",
		"с", "ще", "село", "сел", "міська", "територіальна", "громада" };
	const char *rest = letters(pool, str_ndup(pool, name, len), true, utf8proc_tolower);
	struct buf b;

	buf_init(&b, pool);
	while (*rest != '\0') {
		size_t word = strcspn(rest, " ");
		bool kind = false;
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			kind |= strlen(kinds[i]) == word && memcmp(kinds[i], rest, word) == 0;
		if (!kind) {
			if (b.len > 0)
				buf_add_char(&b, ' ');
			buf_add_n(&b, rest, word);
		}
		rest += word + strspn(rest + word, " ");
	}
	return b.s;
}

/* Whether an entry's "STATE/AREA/CITY" means this place. */
static bool
names_place(struct pool *pool, const char *key, size_t len, const struct idp_place *place)
{
	const char *said[PARTS_MAX] = { place->state, place->area, place->city }, *part[PARTS_MAX];
	size_t part_len[PARTS_MAX], parts = 0;

	for (const char *end = key + len;; key++) {
		const char *slash = memchr(key, '/', (size_t)(end - key));
		if (parts == PARTS_MAX)
			return false;
		part[parts] = key;
		part_len[parts++] = (size_t)((slash != NULL ? slash : end) - key);
		if (slash == NULL)
			break;
		key = slash;
	}
	for (size_t i = 0; i < parts; i++) {
		/* One part is the city, two are state and city. */
		const char *name = said[i == parts - 1 ? 2 : i];
		const char *wanted = bare_name(pool, part[i], part_len[i]);
		if (name == NULL || *wanted == '\0' || strcmp(wanted, bare_name(pool, name, strlen(name))) != 0)
			return false;
	}
	return true;
}

static const char *
code_of(struct pool *pool, const char *text, size_t len)
{
	while (len > 0 && *text == ' ')
		text++, len--;
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len != KATOTTG_LENGTH || strncmp(text, "UA", 2) != 0 || strspn(text + 2, "0123456789") < len - 2)
		return NULL;
	return str_ndup(pool, text, len);
}

const char *
idp_place_code(struct pool *pool, const struct idp_place *place, const char *localities)
{
	while (localities != NULL && *localities != '\0') {
		size_t len = strcspn(localities, ";");
		const char *equals = memchr(localities, '=', len);
		if (equals != NULL && names_place(pool, localities, (size_t)(equals - localities), place))
			return code_of(pool, equals + 1, len - (size_t)(equals + 1 - localities));
		localities += len + (localities[len] == ';');
	}
	return NULL;
}
