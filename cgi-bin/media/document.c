/*
 * PDFs: read by libqpdf as strictly as it can, looked through object by object, and written anew. So
 * names are compared as they are meant (#4A is J) and objects are seen wherever they lay (also in
 * object streams); what no page leads to is not written.
 */
#include "media.h"

#include <qpdf/qpdf-c.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	NODES_MAX = 1000 * 1000, /* dictionaries, arrays and streams looked at */
	KEYS_MAX = 100 * 1000    /* of one dictionary */
};

/* A key that is enough to refuse the document, wherever it stands. */
static const char *const forbidden_keys[] = { "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA",
	"/RichMediaContent", "/RichMediaSettings", "/RichMediaExecute", NULL };

/* What an object may not say that it is: in /S, /Type or /Subtype. Scripts; what starts programs,
 * sends or fetches data, opens other files; what carries files, sound and film (ISO 32000-1, tables
 * 169 and 198). */
static const char *const forbidden_kinds[] = { "/JavaScript", "/Launch", "/SubmitForm", "/ImportData",
	"/GoToE", "/GoToR", "/EmbeddedFile", "/FileAttachment", "/RichMedia", "/RichMediaExecute", "/Rendition",
	"/Movie", "/Sound", "/Screen", "/3D", "/GoTo3DView", "/PS", NULL };

static const char *const kind_keys[] = { "/S", "/Type", "/Subtype", "/Subtype2", NULL };

/* Who made it with what: dropped wherever it stands. */
static const char *const told_keys[] = { "/Metadata", "/PieceInfo", NULL };

/* All that is kept of the catalogue, the names and the trailer. */
static const char *const catalogue_keys[] = { "/Type", "/Version", "/Pages", "/PageLabels", "/PageMode",
	"/PageLayout", "/ViewerPreferences", "/Lang", "/MarkInfo", "/StructTreeRoot", "/OCProperties",
	"/Outlines", "/Dests", "/Names", "/AcroForm", NULL };
static const char *const names_keys[] = { "/Dests", NULL };
static const char *const trailer_keys[] = { "/Root", "/Size", NULL };

/* Objects that were met already, by number and generation. */
struct seen {
	uint64_t *slots;
	size_t size, count; /* size is a power of two */
};

struct walk {
	qpdf_data q;
	qpdf_oh *stack;
	size_t depth, room, nodes;
	struct seen seen;
	enum media_outcome outcome;
};

/* Warnings (a key that is there twice) are no failure. */
static bool
well_done(QPDF_ERROR_CODE code)
{
	return (code & QPDF_ERRORS) == 0;
}

static bool
among(const char *const *list, const char *s)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, s) == 0)
			return true;
	return false;
}

static size_t
slot_of(const struct seen *s, uint64_t key)
{
	size_t i = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (s->size - 1);

	while (s->slots[i] != 0 && s->slots[i] != key)
		i = (i + 1) & (s->size - 1);
	return i;
}

/* Whether the object is met for the first time; also where there is no memory, which NODES_MAX bounds. */
static bool
first_time(struct seen *s, uint64_t key)
{
	if (s->count * 2 >= s->size) {
		struct seen larger = { .size = s->size == 0 ? 1024 : s->size * 2 };
		larger.slots = calloc(larger.size, sizeof *larger.slots);
		if (larger.slots == NULL)
			return true;
		for (size_t i = 0; i < s->size; i++)
			if (s->slots[i] != 0)
				larger.slots[slot_of(&larger, s->slots[i])] = s->slots[i];
		larger.count = s->count;
		free(s->slots);
		*s = larger;
	}
	size_t i = slot_of(s, key);
	if (s->slots[i] == key)
		return false;
	s->slots[i] = key;
	s->count++;
	return true;
}

static void
stop(struct walk *w, enum media_outcome why)
{
	if (w->outcome == MEDIA_CLEANED)
		w->outcome = why;
}

/* What has parts waits to be looked at; anything else is let go. */
static void
wait_in_line(struct walk *w, qpdf_oh o)
{
	bool has_parts = qpdf_oh_is_dictionary(w->q, o) || qpdf_oh_is_array(w->q, o) ||
	    qpdf_oh_is_stream(w->q, o);

	if (has_parts && qpdf_oh_is_indirect(w->q, o))
		has_parts = first_time(&w->seen, (uint64_t)(unsigned)qpdf_oh_get_object_id(w->q, o) << 20 |
		    (unsigned)qpdf_oh_get_generation(w->q, o));
	if (!has_parts) {
		qpdf_oh_release(w->q, o);
		return;
	}
	if (++w->nodes > NODES_MAX) {
		stop(w, MEDIA_BROKEN);
		return;
	}
	if (w->depth == w->room) {
		size_t room = w->room == 0 ? 1024 : w->room * 2;
		qpdf_oh *stack = realloc(w->stack, room * sizeof *stack);
		if (stack == NULL) {
			stop(w, MEDIA_BROKEN);
			return;
		}
		w->stack = stack;
		w->room = room;
	}
	w->stack[w->depth++] = o;
}

/* The keys of a dictionary, copied: the library's own walk ends when another begins. */
static char **
keys_of(struct walk *w, qpdf_oh dict, size_t *count)
{
	char **keys = NULL;
	size_t room = 0;

	*count = 0;
	qpdf_oh_begin_dict_key_iter(w->q, dict);
	while (qpdf_oh_dict_more_keys(w->q)) {
		if (*count == room) {
			room = room == 0 ? 16 : room * 2;
			char **more = room <= KEYS_MAX * 2 ? realloc(keys, room * sizeof *keys) : NULL;
			if (more == NULL) {
				stop(w, MEDIA_BROKEN);
				break;
			}
			keys = more;
		}
		if ((keys[*count] = strdup(qpdf_oh_dict_next_key(w->q))) != NULL)
			++*count;
		else
			stop(w, MEDIA_BROKEN);
	}
	return keys;
}

static void
look_at_value(struct walk *w, const char *key, qpdf_oh value)
{
	if (among(kind_keys, key) && qpdf_oh_is_name(w->q, value) &&
	    among(forbidden_kinds, qpdf_oh_get_name(w->q, value)))
		stop(w, MEDIA_FORBIDDEN);
	wait_in_line(w, value);
}

static void
look_at_dictionary(struct walk *w, qpdf_oh dict)
{
	size_t count;
	char **keys = keys_of(w, dict, &count);

	for (size_t i = 0; i < count; i++) {
		if (among(forbidden_keys, keys[i]))
			stop(w, MEDIA_FORBIDDEN);
		if (among(told_keys, keys[i]))
			qpdf_oh_remove_key(w->q, dict, keys[i]);
		else
			look_at_value(w, keys[i], qpdf_oh_get_key(w->q, dict, keys[i]));
		free(keys[i]);
	}
	free(keys);
}

static void
forget_warnings(qpdf_data q)
{
	while (qpdf_more_warnings(q))
		qpdf_next_warning(q);
}

/* Whether its bytes are what its filters say. (qpdf --check passes over a stream that is not part of a
 * page's contents, and writes one that it cannot decode as it is.) */
static bool
decodes(struct walk *w, qpdf_oh stream)
{
	unsigned char *bytes = NULL;
	QPDF_BOOL filtered = QPDF_FALSE;
	size_t len = 0;

	forget_warnings(w->q);
	bool done = qpdf_oh_get_stream_data(w->q, stream, qpdf_dl_generalized, &filtered, &bytes, &len) ==
	        QPDF_SUCCESS && !qpdf_more_warnings(w->q);
	free(bytes);
	return done;
}

/* Whether the stream's bytes are a JPEG and nothing around it. */
static bool
is_jpeg(struct walk *w, qpdf_oh dict)
{
	qpdf_oh filter = qpdf_oh_get_key(w->q, dict, "/Filter");

	if (qpdf_oh_is_array(w->q, filter) && qpdf_oh_get_array_n_items(w->q, filter) == 1)
		filter = qpdf_oh_get_array_item(w->q, filter, 0);
	return qpdf_oh_is_name(w->q, filter) &&
	    (qpdf_oh_is_name_and_equals(w->q, filter, "/DCTDecode") ||
	        qpdf_oh_is_name_and_equals(w->q, filter, "/DCT"));
}

/* A scanned page is a photo with all that a phone writes into one. */
static void
strip_jpeg(struct walk *w, qpdf_oh stream, qpdf_oh dict)
{
	unsigned char *bytes = NULL, *stripped;
	QPDF_BOOL filtered = QPDF_FALSE;
	size_t len = 0;

	if (!well_done(qpdf_oh_get_stream_data(w->q, stream, qpdf_dl_none, &filtered, &bytes, &len)) ||
	    (stripped = jpeg_strip(bytes, len, &len)) == NULL) {
		stop(w, MEDIA_BROKEN);
		return;
	}
	qpdf_oh_replace_stream_data(w->q, stream, stripped, len, qpdf_oh_new_name(w->q, "/DCTDecode"),
	    qpdf_oh_get_key(w->q, dict, "/DecodeParms"));
	free(stripped);
	free(bytes);
}

static void
look_at_stream(struct walk *w, qpdf_oh stream)
{
	qpdf_oh dict = qpdf_oh_get_dict(w->q, stream);

	/* Its bytes are in another file. */
	if (qpdf_oh_has_key(w->q, dict, "/F"))
		stop(w, MEDIA_FORBIDDEN);
	look_at_dictionary(w, dict);
	if (w->outcome == MEDIA_CLEANED && !decodes(w, stream))
		stop(w, MEDIA_BROKEN);
	if (w->outcome == MEDIA_CLEANED && is_jpeg(w, dict))
		strip_jpeg(w, stream, dict);
	qpdf_oh_release(w->q, dict);
}

static void
look_at(struct walk *w, qpdf_oh o)
{
	if (qpdf_oh_is_stream(w->q, o)) {
		look_at_stream(w, o);
	} else if (qpdf_oh_is_array(w->q, o)) {
		int n = qpdf_oh_get_array_n_items(w->q, o);
		for (int i = 0; i < n && w->outcome == MEDIA_CLEANED; i++)
			wait_in_line(w, qpdf_oh_get_array_item(w->q, o, i));
	} else {
		look_at_dictionary(w, o);
	}
	qpdf_oh_release(w->q, o);
}

static void
keep_only(struct walk *w, qpdf_oh dict, const char *const *kept)
{
	size_t count;
	char **keys;

	if (!qpdf_oh_is_dictionary(w->q, dict))
		return;
	keys = keys_of(w, dict, &count);
	for (size_t i = 0; i < count; i++) {
		/* What is forbidden is refused, not cut out: the rest may make no sense without it. */
		if (among(forbidden_keys, keys[i]))
			stop(w, MEDIA_FORBIDDEN);
		if (!among(kept, keys[i]))
			qpdf_oh_remove_key(w->q, dict, keys[i]);
		free(keys[i]);
	}
	free(keys);
}

static enum media_outcome
look_through(qpdf_data q)
{
	struct walk w = { .q = q, .outcome = MEDIA_CLEANED };
	qpdf_oh root = qpdf_get_root(q);

	wait_in_line(&w, qpdf_get_trailer(q));
	while (w.depth > 0 && w.outcome == MEDIA_CLEANED)
		look_at(&w, w.stack[--w.depth]);
	if (w.outcome == MEDIA_CLEANED) {
		keep_only(&w, qpdf_oh_get_key(q, root, "/Names"), names_keys);
		keep_only(&w, root, catalogue_keys);
		keep_only(&w, qpdf_get_trailer(q), trailer_keys);
	}
	free(w.stack);
	free(w.seen.slots);
	return w.outcome == MEDIA_CLEANED && qpdf_has_error(q) ? MEDIA_BROKEN : w.outcome;
}

static enum media_outcome
read_document(qpdf_data q, const char *bytes, size_t len)
{
	/* Repairing would pass a document off as whole whose end is missing. */
	qpdf_set_attempt_recovery(q, QPDF_FALSE);
	if (!well_done(qpdf_read_memory(q, "file", bytes, len, NULL)))
		return qpdf_get_error_code(q, qpdf_get_error(q)) == qpdf_e_password ? MEDIA_FORBIDDEN : MEDIA_BROKEN;
	if (qpdf_is_encrypted(q))
		return MEDIA_FORBIDDEN;
	return qpdf_get_num_pages(q) > 0 ? MEDIA_CLEANED : MEDIA_BROKEN;
}

enum media_outcome
document_clean(const char *bytes, size_t len, struct cleaned *out)
{
	qpdf_data q = qpdf_init();

	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	enum media_outcome outcome = read_document(q, bytes, len);
	if (outcome == MEDIA_CLEANED)
		outcome = look_through(q);
	if (outcome != MEDIA_CLEANED)
		return outcome;
	forget_warnings(q);
	if (qpdf_check_pdf(q) != QPDF_SUCCESS || !well_done(qpdf_init_write_memory(q)))
		return MEDIA_BROKEN;
	qpdf_set_object_stream_mode(q, qpdf_o_generate);
	/* From the contents: the other way takes the time and the name. */
	qpdf_set_deterministic_ID(q, QPDF_TRUE);
	if (!well_done(qpdf_write(q)))
		return MEDIA_BROKEN;
	*out = (struct cleaned){ .bytes = qpdf_get_buffer(q), .len = qpdf_get_buffer_length(q) };
	return MEDIA_CLEANED;
}
