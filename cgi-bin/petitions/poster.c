/* GET /petitions/{id}/poster: a sheet to print and hang up, with a QR code (ISO/IEC 18004) of the address. */
#include "petitions.h"

#include <errno.h>
#include <inttypes.h>
#include <qrencode.h>

#include "civic/petition.h"
#include "web/problem.h"

enum { QUIET = 4 /* modules around the code that stay white, §5.3.8 */ };

/* The dark modules as one path: each row's runs are rectangles. */
static const char *
path_of(struct pool *pool, const QRcode *code)
{
	struct buf b;

	buf_init(&b, pool);
	for (int y = 0; y < code->width; y++)
		for (int x = 0, run; x < code->width; x += run > 0 ? run : 1) {
			const unsigned char *row = code->data + y * code->width;
			for (run = 0; x + run < code->width && (row[x + run] & 1) != 0; run++)
				continue;
			if (run > 0)
				buf_fmt(&b, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
		}
	return b.s;
}

static bool
show_code(struct request *rq, const char *address)
{
	QRcode *code = QRcode_encodeString(address, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

	if (code == NULL) {
		request_fail(rq, "no QR code could be made: error %d", errno);
		return false;
	}
	json_object_set_new(rq->page, "qr_path", json_string(path_of(rq->pool, code)));
	json_object_set_new(rq->page, "qr_size", json_integer(code->width + 2 * QUIET));
	QRcode_free(code);
	return true;
}

void
page_poster(struct request *rq)
{
	json_t *p = open_petition_of_path(rq);

	if (p == NULL)
		return;
	if (json_is_null(json_object_get(p, "published_at"))) {
		reply_not_found(rq);
		return;
	}
	const char *address = str_fmt(rq->pool, "%s/petitions/%" PRId64, request_origin(rq), path_id(rq));
	if (!show_code(rq, address))
		return;
	json_t *card = petition_card(p);
	copy_columns(rq->data, p, (const char *const[]){ "id", "title", "threshold", "closes_at", NULL });
	copy_columns(rq->page, card, (const char *const[]){ "content_lang", "state_collecting", NULL });
	json_object_set_new(rq->page, "address", json_string(address));
	reply_cacheable(rq, 60);
	reply_view(rq, 200, "petitions/poster");
}
