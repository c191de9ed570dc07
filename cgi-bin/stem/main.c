/*
 * stem: the stems of a text's words (lib/civic/stems.h tells question and answer). One process, since
 * its dictionaries weigh some 45 MB; it has no database, and nginx does not know it.
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/service.h"
#include "base/text.h"
#include "civic/stems.h"
#include "dictionary.h"

enum { POOL_MAX = 8 * 1024 * 1024, READ_MS = 500 };

static void
answer(struct pool *pool, const struct service_question *question, struct service_answer *a)
{
	if (!text_is_utf8(question->bytes, question->len))
		return; /* status 0 */
	utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)question->bytes);
	if (nfc == NULL)
		return;
	const char *stems = stems_each(pool, (const char *)nfc, dictionary_stem);
	free(nfc);
	*a = (struct service_answer){ STEMS_VERSION, stems, strlen(stems) };
}

int
main(int argc, char **argv)
{
	return service_run(&(struct service){ .name = "stem", .question_max = STEMS_TEXT_MAX,
	                       .pool_max = POOL_MAX, .read_ms = READ_MS, .start = dictionary_open,
	                       .answer = answer },
	    argc, argv);
}
