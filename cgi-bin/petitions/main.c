/*
 * petitions: reading, writing and signing petitions.
 */
#include "fields.h"
#include "petitions.h"

#include "civic/enter.h"
#include "web/media.h"

static const struct route routes[] = {
	{ GET, "/petitions", page_list, ANYONE, .fields = list_fields },
	{ GET, "/petitions/feed", page_feed, ANYONE, FACE_HTML },
	{ GET, "/petitions/export", page_export, ANYONE, .fields = export_fields },
	{ GET, "/petitions/export.csv", csv_petitions, ANYONE, FACE_HTML },
	{ GET, "/petitions/terms", page_terms, ANYONE, .fields = terms_fields },
	{ GET, "/petitions/new", page_new, PERSON, FACE_HTML },
	{ POST, "/petitions", post_create, PERSON, PARKS, .body_max = 256 * 1024,
	    .fields = written_fields },
	{ GET, "/petitions/similar", page_similar, ANYONE, FACE_JSON, .query_max = 7168,
	    .fields = similar_fields },
	{ GET, "/petitions/{id}", page_show, ANYONE, .fields = show_fields },
	{ GET, "/petitions/{id}/edit", page_edit, PERSON, FACE_HTML },
	{ POST, "/petitions/{id}", post_edit, PERSON, PARKS, .body_max = 256 * 1024,
	    .fields = written_fields },
	{ POST, "/petitions/{id}/submit", post_submit, PERSON, .fields = written_fields },
	{ POST, "/petitions/{id}/files", post_file, PERSON, .body_max = MEDIA_BODY_MAX, .fields = file_fields },
	{ GET, "/files/{id}", page_file, ANYONE }, /* the bytes, on both faces */
	{ POST, "/files/{id}/remove", post_file_remove, PERSON, .fields = removed_fields },
	{ GET, "/petitions/{id}/sign", page_sign, PERSON, FACE_HTML },
	{ POST, "/petitions/{id}/sign", post_sign, PERSON, .fields = signed_fields },
	{ GET, "/petitions/{id}/withdraw-signature", page_withdraw_signature, PERSON, FACE_HTML },
	{ POST, "/petitions/{id}/withdraw-signature", post_withdraw_signature, PERSON, .fields = changed_fields },
	{ GET, "/petitions/{id}/withdraw", page_withdraw, PERSON, FACE_HTML },
	{ POST, "/petitions/{id}/withdraw", post_withdraw, PERSON, .fields = changed_fields },
	{ GET, "/petitions/{id}/contest", page_contest, PERSON, FACE_HTML },
	{ POST, "/petitions/{id}/contest", post_contest, PERSON, .fields = changed_fields },
	{ POST, "/merges/{id}/agree", post_merge_agree, PERSON, .fields = merge_fields },
	{ POST, "/merges/{id}/decline", post_merge_decline, PERSON, .fields = merge_fields },
	{ POST, "/sheets/{id}/confirm", post_sheet_confirm, OPERATOR, FACE_HTML },
	{ GET, "/petitions/{id}/days", page_days, ANYONE, .fields = days_fields },
	{ GET, "/petitions/{id}/feed", page_petition_feed, ANYONE, FACE_HTML },
	{ GET, "/petitions/{id}/poster", page_poster, ANYONE, FACE_HTML },
	{ GET, "/petitions/{id}/signers.csv", csv_signers, ANYONE, FACE_HTML },
	{ GET, "/petitions/{id}/signers", page_signers, ANYONE, .fields = signers_fields },
	{ 0 },
};

int
main(int argc, char **argv)
{
	return app_run(
	    &(struct app){ .name = "petitions", .routes = routes, .enter = civic_enter, .login = civic_login },
	    argc, argv);
}
