#!/bin/bash
# chatbot.sh: a petition written, published and signed as a chatbot would, by curl and JSON alone.
#
#   tests/chatbot.sh [--port N]          VICHE_VAR names the instance, as for scripts/run
#
# Exits 0 when everybody sees the signature, else says what went wrong. Needs a running demonstration.
set -u -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd -P)
port=8080
[ "${1:-}" = --port ] && port=$2
api=http://127.0.0.1:$port/api/v1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

die() {
	printf 'chatbot: %s\n' "$*" >&2
	exit 1
}

# log_in PERSON: the header lines of a session, in a file of that name.
log_in() {
	"$root/scripts/demo-session" "$1" --port "$port" >"$work/$1" || die "$1 could not log in"
}

# call PERSON|- METHOD PATH [JSON]: sets status and answer.
call() {
	local who=() data=()
	[ "$1" = - ] || who=(-H "@$work/$1")
	[ $# -lt 4 ] || data=(-H 'Content-Type: application/json' --data-binary "$4")
	[ "$2" = GET ] || [ $# -ge 4 ] || data=(-d '')
	status=$(curl -s -m 20 --noproxy '*' -X "$2" -D "$work/headers" -o "$work/answer" -w '%{http_code}' \
		-H 'Accept: application/json' "${who[@]}" "${data[@]}" "$api$3") || die "$2 $3: no answer"
	answer=$(cat "$work/answer")
}

want() {
	[ "$status" = "$1" ] || die "$2: expected $1, got $status: $answer"
	printf '%s %s\n' "$status" "$2"
}

# field NAME: a number, a text or a boolean of the answer.
field() {
	grep -o "\"$1\":\(\"[^\"]*\"\|[^,}]*\)" <<<"$answer" | head -n 1 | sed 's/^[^:]*://; s/^"//; s/"$//'
}

title="Лавки на набережній $(date +%s) $RANDOM"
text='Просимо раду поставити десять лавок на набережній між пляжем і причалом.'

for person in oksana hanna petro; do log_in $person; done
call oksana GET /session
want 200 "who am I: $(field name)"
call - GET /session
[ "$(field logged_in)" = false ] || die "nobody is somebody: $answer"

call - POST /petitions "{\"title\":\"$title\",\"text\":\"$text\"}"
want 401 "nobody writes a petition"
call oksana POST /petitions "{\"title\":\"$title\",\"text\":\"коротко\"}"
want 201 "a draft"
id=$(field id)
grep -qi "^location: /api/v1/petitions/$id" "$work/headers" || die "no Location: $(cat "$work/headers")"
call oksana POST "/petitions/$id/submit"
want 422 "too short to be sent"
call oksana POST "/petitions/$id" "{\"title\":\"$title\",\"text\":\"$text\"}"
want 200 "the text is changed"
call - GET "/petitions/$id"
want 404 "a draft is nobody's"
call oksana POST "/petitions/$id/submit"
want 200 "sent to the moderators"

call hanna GET /moderation/queue
want 200 "the queue"
while ! grep -q "\"id\":$id\b" <<<"$answer"; do
	next=$(field next)
	[[ $next != null && -n $next ]] || die "petition $id is not in the queue"
	call hanna GET "/moderation/queue?after=$next"
done
call petro POST "/moderation/petitions/$id/publish"
want 403 "a resident does not publish"
call hanna POST "/moderation/petitions/$id/publish"
want 200 "published"
[ "$(field state)" = collecting ] || die "it is not open: $answer"

call petro POST "/petitions/$id/sign"
want 201 "signed"
[[ $(field signature_count) = 1 && $(field already) = false ]] || die "the signature is not counted: $answer"
call petro POST "/petitions/$id/sign"
want 200 "signed already"
[ "$(field already)" = true ] || die "a second signature: $answer"
for ((i = 0; i < 100; i++)); do
	call - GET "/petitions/$id"
	want 200 "everyone reads it" >/dev/null
	[ "$(field signature_count)" = 1 ] && break
	sleep 0.1
done
[ "$(field signature_count)" = 1 ] || die "nobody sees the signature: $answer"
call - GET "/petitions/$id/signers"
want 200 "the signers: $(field name)"
# What everyone gets may be kept for a moment.
for ((i = 0; i < 100; i++)); do
	call - GET '/petitions?sort=newest&limit=100'
	grep -q "\"id\":$id\b" <<<"$answer" && break
	sleep 0.1
done
grep -q "\"id\":$id\b" <<<"$answer" || die "the list lacks it"
echo "Petition $id was written, published and signed."
