/* multipart/form-data: what is taken, what is refused, and that nothing is left over. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "web/mime.h"
#include "web/upload.h"

enum { FILE_MAX = 1000 };

#define TYPE "multipart/form-data; boundary=XX"
#define TEXT(name, value) \
	"--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define PHOTO(name, value) \
	"--XX\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"" name "\"\r\n" \
	"Content-Type: image/jpeg\r\n\r\n" value "\r\n"
#define END "--XX--\r\n"

static struct pool *pool;
static struct upload upload;

static int
lowest_fd(void)
{
	int fd = dup(STDOUT_FILENO);
	close(fd);
	return fd;
}

/* Reads, and sees to it that a refusal leaves nothing open. */
static enum upload_result
read_n(const char *type, const char *body, size_t len)
{
	upload_close(&upload);
	pool_leave(pool);
	pool_enter(pool);
	int before = lowest_fd();
	enum upload_result result =
	    upload_read(pool, type, body, len, "/tmp", FILE_MAX, &upload);
	if (result != UPLOAD_DONE) {
		assert_int_equal(lowest_fd(), before);
		assert_int_equal(upload.file_count, 0);
		assert_null(upload.texts);
	}
	return result;
}

static enum upload_result
read_as(const char *type, const char *body)
{
	return read_n(type, body, strlen(body));
}

static enum upload_result
read_body(const char *body)
{
	return read_as(TYPE, body);
}

static const char *
text(size_t i, size_t half)
{
	return json_string_value(json_array_get(json_array_get(upload.texts, i), half));
}

static void
reads_texts_and_files(void **state)
{
	char bytes[16] = "";

	assert_int_equal(read_body(TEXT("title", "Міст через Буг") PHOTO("a.jpg", "\xff\xd8\r\nx")
	    TEXT("empty", "") END), UPLOAD_DONE);
	assert_int_equal(json_array_size(upload.texts), 2);
	assert_string_equal(text(0, 0), "title");
	assert_string_equal(text(0, 1), "Міст через Буг");
	assert_string_equal(text(1, 0), "empty");
	assert_string_equal(text(1, 1), "");
	assert_int_equal(upload.file_count, 1);
	assert_string_equal(upload.files[0].field, "photo");
	assert_string_equal(upload.files[0].filename, "a.jpg");
	assert_string_equal(upload.files[0].type, "image/jpeg");
	assert_int_equal(upload.files[0].size, 5);
	assert_int_equal(read(upload.files[0].fd, bytes, sizeof bytes), 5);
	assert_memory_equal(bytes, "\xff\xd8\r\nx", 5);

	int fd = upload.files[0].fd;
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	upload_close(&upload);
	upload_close(&upload);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void
leaves_no_name_behind(void **state)
{
	char folder[] = "/tmp/upload_test-XXXXXX";

	assert_non_null(mkdtemp(folder));
	pool_enter(pool);
	const char *body = PHOTO("a.jpg", "x") END;
	assert_int_equal(upload_read(pool, TYPE, body, strlen(body), folder, FILE_MAX, &upload),
	    UPLOAD_DONE);
	assert_int_equal(upload.file_count, 1);
	assert_int_equal(rmdir(folder), 0); /* it is empty */
	upload_close(&upload);
	assert_int_equal(upload_read(pool, TYPE, body, strlen(body), folder, FILE_MAX, &upload),
	    UPLOAD_FAILED);
	assert_int_equal(upload.file_count, 0);
}

static void
passes_over_files_without_a_folder(void **state)
{
	const char *body = PHOTO("a.jpg", "x") TEXT("title", "t") END;

	pool_enter(pool);
	assert_int_equal(upload_read(pool, TYPE, body, strlen(body), NULL, 0, &upload),
	    UPLOAD_DONE);
	assert_int_equal(upload.file_count, 0);
	assert_int_equal(json_array_size(upload.texts), 1);
}

static void
passes_over_an_empty_file_input(void **state)
{
	assert_int_equal(read_body(PHOTO("", "") TEXT("a", "b") END), UPLOAD_DONE);
	assert_int_equal(upload.file_count, 0);
	assert_int_equal(read_body(PHOTO("empty.txt", "") END), UPLOAD_DONE);
	assert_int_equal(upload.file_count, 1);
	assert_int_equal(upload.files[0].size, 0);
}

static void
takes_boundaries_as_the_rfc_writes_them(void **state)
{
	static const char *const good[][2] = {
		{ "multipart/form-data; boundary=XX", "XX" },
		{ "Multipart/Form-Data;BOUNDARY=XX", "XX" },
		{ "multipart/form-data; charset=utf-8; boundary=XX;", "XX" },
		{ "multipart/form-data; boundary=\"XX\"", "XX" },
		{ "multipart/form-data; boundary=\"a b:c=d/e?f\"", "a b:c=d/e?f" },
		{ "multipart/form-data; boundary=\"\\X\\X\"", "XX" },
		{ "multipart/form-data; boundary="
		  "1234567890123456789012345678901234567890123456789012345678901234567890",
		    "1234567890123456789012345678901234567890123456789012345678901234567890" },
	};
	static const char *const bad[] = {
		"", "multipart/form-data", "multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=\"XX",
		"multipart/form-data; boundary=\"XX \"", "multipart/form-data; boundary=X:X",
		"multipart/form-data; boundary=\"X\r\nX\"", "multipart/form-data; boundary=\"Ж\"",
		"multipart/form-data; boundary=XX; boundary=XX", "multipart/mixed; boundary=XX",
		"multipart/form-data boundary=XX", "text/plain; boundary=XX",
		("multipart/form-data; boundary="
		 "12345678901234567890123456789012345678901234567890123456789012345678901"),
	};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		char body[400];
		snprintf(body, sizeof body, "--%s\r\n"
		    "Content-Disposition: form-data; name=a\r\n\r\nv\r\n--%s--", good[i][1],
		    good[i][1]);
		assert_int_equal(read_as(good[i][0], body), UPLOAD_DONE);
		assert_string_equal(text(0, 1), "v");
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(read_as(bad[i], TEXT("a", "v") END), UPLOAD_MALFORMED);
}

static void
keeps_what_only_looks_like_a_boundary(void **state)
{
	static const char *const contents[] = {
		"--XXy", "x--XX--", "--XXX\r\nx", "\r\n--XXy", "\r\n--XX--y",
		"\r\n--XX-", "\r\n--XX- \r\n",
		"\n--XX\n", "\r--XX\r", "\r\n--XX \ty", "\r\n-", "\r\n--",
		"\r\n", "\r\n--X", "\r\n--xx",
	};

	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		char body[300];
		snprintf(body, sizeof body, TEXT("a", "%s") END, contents[i]);
		assert_int_equal(read_body(body), UPLOAD_DONE);
		assert_int_equal(json_array_size(upload.texts), 1);
		assert_string_equal(text(0, 1), contents[i]);
	}
	/* White space may follow a real one. */
	assert_int_equal(read_body("--XX \t\r\nContent-Disposition: form-data; name=a\r\n\r\nv"
	    "\r\n--XX-- \t"), UPLOAD_DONE);
	assert_string_equal(text(0, 1), "v");
}

static void
bounds_what_stands_around(void **state)
{
	char body[4000];

	assert_int_equal(read_body("before\r\n" TEXT("a", "v") END "after"), UPLOAD_DONE);
	assert_int_equal(json_array_size(upload.texts), 1);
	assert_int_equal(read_body(END), UPLOAD_DONE);
	assert_int_equal(json_array_size(upload.texts), 0);
	snprintf(body, sizeof body, "%*s\r\n%s", UPLOAD_AROUND_MAX, "", TEXT("a", "v") END);
	assert_int_equal(read_body(body), UPLOAD_DONE);
	snprintf(body, sizeof body, "%*s\r\n%s", UPLOAD_AROUND_MAX + 1, "", TEXT("a", "v") END);
	assert_int_equal(read_body(body), UPLOAD_MALFORMED);
	snprintf(body, sizeof body, "%s%*s", TEXT("a", "v") END, UPLOAD_AROUND_MAX, "");
	assert_int_equal(read_body(body), UPLOAD_DONE);
	snprintf(body, sizeof body, "%s%*s", TEXT("a", "v") END "x", UPLOAD_AROUND_MAX, "");
	assert_int_equal(read_body(body), UPLOAD_MALFORMED);
}

static void
refuses_the_malformed(void **state)
{
#define HEAD(lines) "--XX\r\n" lines "\r\nv\r\n" END
#define NAMED "Content-Disposition: form-data; name=a\r\n"
	static const char *const bodies[] = {
		"", "\r\n", "v", "--XX", "--XX\r\n", "--XX-", "--YY\r\n",
		TEXT("a", "v"),                               /* no last boundary */
		TEXT("a", "v") "--XX-",
		TEXT("a", "v") TEXT("b", "w"),
		TEXT("a", "--XX") END,                        /* a line of content that is one */
		"--XX\nContent-Disposition: form-data; name=a\n\nv\n--XX--\n",
		"--XX\r\nContent-Disposition: form-data; name=a\n\nv\r\n--XX--\r\n",
		"--XX\r\n\r\n" END,                           /* no headers */
		"--XX\r\n" END,
		"--XX\r\n\r\nv\r\n" END,
		"--XX\r\n" NAMED END,                         /* no empty line */
		HEAD("Content-Type: text/plain\r\n"),         /* no name */
		HEAD("Content-Disposition: form-data\r\n"),
		HEAD("Content-Disposition: form-data; name=\r\n"),
		HEAD("Content-Disposition: form-data; name=\"\"\r\n"),
		HEAD("Content-Disposition: form-data; name=\"a\r\n"),
		HEAD("Content-Disposition: form-data; name=\"a\\\"\r\n"),
		HEAD("Content-Disposition: form-data; name=a; name=b\r\n"),
		HEAD("Content-Disposition: form-data; name=a, name=b\r\n"),
		HEAD("Content-Disposition: form-data; name = a\r\n"),
		HEAD("Content-Disposition: attachment; name=a\r\n"),
		HEAD("Content-Disposition: form-data; name=\"\xc0\xaf\"\r\n"),
		HEAD("Content-Disposition: form-data; name=\"a\rb\"\r\n"),
		HEAD("Content-Disposition: form-data; name=\"a\nb\"\r\n"),
		HEAD("Content-Disposition: form-data; name=\"a\x01\"\r\n"),
		HEAD("Content-Disposition : form-data; name=a\r\n"),
		HEAD(NAMED NAMED),
		HEAD(NAMED "Content-Type: text/plain\r\nContent-Type: text/plain\r\n"),
		HEAD(NAMED "Content-Transfer-Encoding: base64\r\n"),
		HEAD(NAMED " folded\r\n"),
		HEAD(NAMED "no colon\r\n"),
		HEAD(NAMED ": no name\r\n"),
		TEXT("a", "\xc0\xaf") END,                    /* overlong "/" */
		TEXT("a", "\xed\xa0\x80") END,                /* a surrogate */
		TEXT("a", "\xf4\x90\x80\x80") END,            /* above U+10FFFF */
		TEXT("a", "\xd0") END,                        /* cut in the middle */
		PHOTO("a\xc0\xaf.jpg", "x") END,
	};

	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		assert_int_equal(read_body(bodies[i]), UPLOAD_MALFORMED);
	assert_int_equal(read_body(HEAD(NAMED "Content-Transfer-Encoding: 8bit\r\nX-Other: 1\r\n")),
	    UPLOAD_DONE);
	/* A file that was already written goes too. */
	assert_int_equal(read_body(PHOTO("a.jpg", "x") TEXT("a", "\xff") END), UPLOAD_MALFORMED);
}

static void
refuses_nul_in_texts_only(void **state)
{
	static const char in_text[] = TEXT("a", "x\0y") END;
	static const char in_name[] = TEXT("a\0b", "x") END;
	static const char in_file[] = PHOTO("a.bin", "x\0y") END;

	assert_int_equal(read_n(TYPE, in_text, sizeof in_text - 1), UPLOAD_MALFORMED);
	assert_int_equal(read_n(TYPE, in_name, sizeof in_name - 1), UPLOAD_MALFORMED);
	assert_int_equal(read_n(TYPE, in_file, sizeof in_file - 1), UPLOAD_DONE);
	assert_int_equal(upload.files[0].size, 3);
}

static void
refuses_every_cut(void **state)
{
	static const char body[] = TEXT("title", "Міст") PHOTO("a.jpg", "x") END;

	/* The CRLF after the last boundary may be missing. */
	for (size_t len = 0; len < sizeof body - 3; len++)
		assert_int_equal(read_n(TYPE, body, len), UPLOAD_MALFORMED);
	assert_int_equal(read_n(TYPE, body, sizeof body - 3), UPLOAD_DONE);
}

static const char *
repeated(const char *piece, size_t times)
{
	struct buf all;

	buf_init(&all, pool);
	for (size_t i = 0; i < times; i++)
		buf_add(&all, piece);
	buf_add(&all, END);
	return strdup(all.s);
}

static void
counts(void **state)
{
	static const struct {
		const char *piece;
		size_t times;
		enum upload_result result;
	} cases[] = {
		{ TEXT("a", "v"), UPLOAD_PARTS_MAX, UPLOAD_DONE },
		{ TEXT("a", "v"), UPLOAD_PARTS_MAX + 1, UPLOAD_TOO_MANY },
		{ TEXT("a", "v"), 10000, UPLOAD_TOO_MANY },
		{ PHOTO("a", "v"), UPLOAD_FILES_MAX, UPLOAD_DONE },
		{ PHOTO("a", "v"), UPLOAD_FILES_MAX + 1, UPLOAD_TOO_MANY },
		{ PHOTO("", ""), UPLOAD_FILES_MAX + 1, UPLOAD_DONE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *body = repeated(cases[i].piece, cases[i].times);
		assert_int_equal(read_body(body), cases[i].result);
		free((char *)body);
	}
}

static void
bounds_sizes(void **state)
{
	static char body[UPLOAD_TEXT_MAX + 500];
#define WIDE "--XX\r\n" NAMED "X: %0*d\r\n\r\nv\r\n" END

	snprintf(body, sizeof body, PHOTO("a", "%0*d") END, FILE_MAX, 0);
	assert_int_equal(read_body(body), UPLOAD_DONE);
	snprintf(body, sizeof body, PHOTO("a", "%0*d") END, FILE_MAX + 1, 0);
	assert_int_equal(read_body(body), UPLOAD_TOO_LARGE);
	snprintf(body, sizeof body, TEXT("b", "1") TEXT("a", "%0*d") END, UPLOAD_TEXT_MAX - 1, 0);
	assert_int_equal(read_body(body), UPLOAD_DONE);
	snprintf(body, sizeof body, TEXT("b", "1") TEXT("a", "%0*d") END, UPLOAD_TEXT_MAX, 0);
	assert_int_equal(read_body(body), UPLOAD_TOO_LARGE);

	/* The header that fills the bound with its line end and the empty line. */
	size_t rest = strlen("Content-Disposition: form-data; name=a\r\n") + strlen("X: \r\n\r\n");
	snprintf(body, sizeof body, WIDE, (int)(UPLOAD_HEADER_MAX - rest), 0);
	assert_int_equal(read_body(body), UPLOAD_DONE);
	snprintf(body, sizeof body, WIDE, (int)(UPLOAD_HEADER_MAX - rest + 1), 0);
	assert_int_equal(read_body(body), UPLOAD_MALFORMED);
	snprintf(body, sizeof body, WIDE, 1000 * 1000, 0);
	assert_int_equal(read_body(body), UPLOAD_MALFORMED);
}

static void
cleans_names(void **state)
{
	static const char *const cases[][2] = {
		{ "фото мосту.jpg", "фото мосту.jpg" },
		{ "и\xcc\x86.jpg", "й.jpg" },                      /* NFC */
		{ "../../etc/passwd", "passwd" },
		{ "C:\\\\fakepath\\\\я.png", "я.png" },
		{ "a \\\"b\\\".jpg", "a \"b\".jpg" },
		{ "a;b=c.jpg", "a;b=c.jpg" },
		{ "a\xe2\x80\xaegpj.exe", "agpj.exe" },            /* a bidi override */
		{ "  a   b.jpg ", "a b.jpg" },
		{ "/", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char body[300];
		snprintf(body, sizeof body, PHOTO("%s", "x") END, cases[i][0]);
		assert_int_equal(read_body(body), UPLOAD_DONE);
		assert_string_equal(upload.files[0].filename, cases[i][1]);
	}
	assert_int_equal(read_body("--XX\r\nContent-Disposition: form-data; name=a; "
	    "filename*=UTF-8''%D1%8F.jpg; filename=b.jpg\r\nContent-Type: junk\r\n\r\nv\r\n" END),
	    UPLOAD_DONE);
	assert_string_equal(upload.files[0].filename, "b.jpg");
	assert_string_equal(upload.files[0].type, "application/octet-stream");
	/* filename* alone makes no file. */
	assert_int_equal(read_body("--XX\r\nContent-Disposition: form-data; name=a; "
	    "filename*=UTF-8''b.jpg\r\n\r\nv\r\n" END), UPLOAD_DONE);
	assert_int_equal(upload.file_count, 0);
}

static void
parses_parameters(void **state)
{
	struct mime mime;
	static const char good[] = "Text/HTML ; Charset=\"u\\\\tf\" ;; a=b ; ";

	assert_true(mime_parse(pool, good, strlen(good), &mime));
	assert_string_equal(mime.type, "text/html");
	assert_int_equal(mime.count, 2);
	assert_string_equal(mime_param(&mime, "charset"), "u\\tf");
	assert_string_equal(mime_param(&mime, "a"), "b");
	assert_null(mime_param(&mime, "b"));
	static const char *const bad[] = { "", " ", ";", "/", "a/", "/b", "a/b/c", "a b", "a;b",
		"a;=b", "a;b=", "a;b=\"", "a;b=\"\\", "a;b=c d", "a;b=\"c\"d", "ї",
		"a;b=1;c=1;d=1;e=1;f=1;g=1;h=1;i=1;j=1" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(mime_parse(pool, bad[i], strlen(bad[i]), &mime));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_texts_and_files),
		cmocka_unit_test(leaves_no_name_behind),
		cmocka_unit_test(passes_over_files_without_a_folder),
		cmocka_unit_test(passes_over_an_empty_file_input),
		cmocka_unit_test(takes_boundaries_as_the_rfc_writes_them),
		cmocka_unit_test(keeps_what_only_looks_like_a_boundary),
		cmocka_unit_test(bounds_what_stands_around),
		cmocka_unit_test(refuses_the_malformed),
		cmocka_unit_test(refuses_nul_in_texts_only),
		cmocka_unit_test(refuses_every_cut),
		cmocka_unit_test(counts),
		cmocka_unit_test(bounds_sizes),
		cmocka_unit_test(cleans_names),
		cmocka_unit_test(parses_parameters),
	};

	pool = pool_open(64 * 1024 * 1024);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	upload_close(&upload);
	pool_leave(pool);
	pool_close(pool);
	return failed;
}
