#include "civic/attachment.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "base/text.h"
#include "data/files.h"
#include "web/i18n.h"

enum { PLACE_TRIES = 5, ENDING_MAX = 5 };

enum attachment_result
attachment_add(struct db *db, const struct attachment *a, int64_t *id)
{
	/* The lowest free place; the key `place` refuses it to a second one. */
	SQL(add_attachment,
	    "INSERT INTO attachment (community_id, kind, subject_id, petition_id, author_id, name, type, size, "
	    "width, height, stored, slot) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, MIN(n.slot) FROM "
	    "(SELECT 1 AS slot UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 "
	    "UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10) n "
	    "WHERE n.slot <= ? AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.community_id = ? AND "
	    "a.kind = ? AND a.subject_id = ? AND a.slot = n.slot) HAVING MIN(n.slot) IS NOT NULL");
	unsigned char stored[FILE_NAME_BYTES];
	const struct media_file *f = a->file;
	bool picture = f->width > 0;

	if (sodium_hex2bin(stored, sizeof stored, a->stored, FILE_NAME_SIZE - 1, NULL, NULL, NULL) != 0)
		return ATTACHMENT_FAILED;
	for (int try = 0; try < PLACE_TRIES; try++) {
		int64_t n = db_exec(db, &add_attachment,
		    ARGS(INT(a->community), TEXT(a->kind), INT(a->subject),
		        a->petition != 0 ? INT(a->petition) : NUL, INT(a->author), TEXT(a->name),
		        TEXT(media_mime(f->type)), INT((int64_t)f->len), picture ? INT(f->width) : NUL,
		        picture ? INT(f->height) : NUL, BYTES(stored, sizeof stored), INT(a->most),
		        INT(a->community), TEXT(a->kind), INT(a->subject)));
		if (n == 1) {
			*id = db_last_id(db);
			return ATTACHMENT_DONE;
		}
		if (n == 0)
			return ATTACHMENT_FULL;
		if (n != DB_DUPLICATE)
			return ATTACHMENT_FAILED;
	}
	return ATTACHMENT_FULL;
}

json_t *
attachment_list(struct db *db, int64_t community, const char *kind, int64_t subject)
{
	SQL(list_attachments,
	    "SELECT id, name, type, size, width, height, created_at FROM attachment WHERE community_id = ? AND "
	    "kind = ? AND subject_id = ? AND slot IS NOT NULL ORDER BY slot, id LIMIT 10");

	return db_rows(db, &list_attachments, ARGS(INT(community), TEXT(kind), INT(subject)));
}

json_t *
attachment_find(struct db *db, int64_t community, int64_t id)
{
	SQL(find_attachment,
	    "SELECT id, kind, subject_id, petition_id, author_id, name, type, size, width, height, stored, "
	    "created_at FROM attachment WHERE id = ? AND community_id = ? AND removed_at IS NULL");

	return db_row(db, &find_attachment, ARGS(INT(id), INT(community)));
}

int64_t
attachment_remove(struct db *db, int64_t community, int64_t id)
{
	SQL(remove_attachment,
	    "UPDATE attachment SET removed_at = UTC_TIMESTAMP(), slot = NULL WHERE id = ? AND "
	    "community_id = ? AND removed_at IS NULL");

	return db_exec(db, &remove_attachment, ARGS(INT(id), INT(community)));
}

static const char *const endings[][3] = {
	[MEDIA_JPEG] = { ".jpg", ".jpeg", NULL },
	[MEDIA_PNG] = { ".png", NULL, NULL },
	[MEDIA_PDF] = { ".pdf", NULL, NULL },
};

static bool
has_ending(const char *name, enum media_type type)
{
	size_t len = strlen(name);

	for (const char *const *e = endings[type]; *e != NULL; e++)
		if (len > strlen(*e) && strcasecmp(name + len - strlen(*e), *e) == 0)
			return true;
	return false;
}

/* At most so many characters of a well-formed string, keeping its ending. */
static const char *
shortened(struct pool *pool, const char *s, size_t most, size_t kept)
{
	size_t length = text_length(s), len = strlen(s), at = 0, keep = kept < len ? kept : 0;

	if (length <= most)
		return s;
	for (size_t n = 0; n < most - keep; n++)
		for (at++; ((unsigned char)s[at] & 0xc0) == 0x80; at++)
			continue;
	return str_fmt(pool, "%.*s%s", (int)at, s, s + len - keep);
}

const char *
attachment_name(struct pool *pool, const char *name, enum media_type type)
{
	char *clean = text_clean(pool, name != NULL ? name : "", TEXT_LINE);
	const char *ending = endings[type][0];

	if (clean == NULL)
		clean = str_dup(pool, "");
	for (char *p = clean; *p != '\0'; p++)
		if (strchr("/\\:*?\"<>|", *p) != NULL)
			*p = '_';
	clean += strspn(clean, ". ");
	if (*clean == '\0')
		return str_fmt(pool, "file%s", ending);
	const char *whole = has_ending(clean, type) ? clean : str_fmt(pool, "%s%s", clean, ending);
	const char *dot = strrchr(whole, '.');
	return shortened(pool, whole, ATTACHMENT_NAME_MAX, strlen(dot) <= ENDING_MAX ? strlen(dot) : 0);
}

json_t *
attachment_item(json_t *row)
{
	static const char *const names[] = { "id", "name", "type", "size", "width", "height", NULL };
	json_t *item = json_object();

	for (const char *const *n = names; *n != NULL; n++)
		json_object_set(item, *n, json_object_get(row, *n));
	return item;
}

static const char *
label_of(const char *type)
{
	return str_eq(type, "application/pdf") ? "PDF" : str_eq(type, "image/png") ? "PNG" : "JPEG";
}

/* As people read sizes: 1000 bytes are a kilobyte, of a megabyte one digit more. */
static const char *
size_text(struct pool *pool, int64_t size)
{
	int64_t tenths = (size + 50000) / 100000;

	if (size < 950000)
		return str_fmt(pool, _("%d kB"), size < 1000 ? 1 : (int)((size + 500) / 1000));
	return str_fmt(pool, _("%d.%d MB"), (int)(tenths / 10), (int)(tenths % 10));
}

json_t *
attachment_card(struct pool *pool, json_t *row)
{
	json_t *card = attachment_item(row);

	json_object_set_new(card, "url",
	    json_string(str_fmt(pool, "/files/%" PRId64, (int64_t)json_integer_value(json_object_get(row, "id")))));
	json_object_set_new(card, "label",
	    json_string(label_of(json_string_value(json_object_get(row, "type")))));
	json_object_set_new(card, "size_text",
	    json_string(size_text(pool, json_integer_value(json_object_get(row, "size")))));
	return card;
}
