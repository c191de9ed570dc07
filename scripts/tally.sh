# shellcheck shell=bash
# tally.sh: runs test files of every kind, shows what fails and sums up. It is sourced by scripts/check
# and scripts/test, after scripts/instance.sh.

passed=0 failed=0 skipped=0
tally_log=$(mktemp)

# Adds what one file made: its name, its passed, failed and skipped, and its exit status. A file that
# ended badly without a failure of its own, or without any result, is a failure itself; one that says
# nothing but that it was skipped is that.
tally_add() {
	local name=$1 ok=$2 not_ok=$3 left=$4 status=$5
	if [ "$status" -eq 0 ] && [ $((ok + not_ok + left)) -eq 0 ] && grep -qi skip "$tally_log"; then
		left=1
	fi
	if [ "$status" -ne 0 ] && [ "$not_ok" -eq 0 ] || [ $((ok + not_ok + left)) -eq 0 ]; then
		not_ok=$((not_ok + 1))
	fi
	passed=$((passed + ok)) failed=$((failed + not_ok)) skipped=$((skipped + left))
	if [ "$not_ok" -gt 0 ]; then
		sed 's/^/    /' "$tally_log" | grep -v -e '^ *ok ' -e '^ *duration_ms' | tail -n 150
		printf 'FAILED %s: %d passed, %d failed (exit %d)\n' "$name" "$ok" "$not_ok" "$status"
	else
		[ "$left" -eq 0 ] || grep -i -e '# skip' -e 'skipped:' -e '^skip' "$tally_log" | grep -v '^# skipped [0-9]' | sed 's/^ */    /'
		printf '%s: %d passed%s\n' "$name" "$ok" "$([ "$left" -eq 0 ] || echo ", $left skipped")"
	fi
}

# Runs a command with its output in the log; a signal to this script is heard meanwhile.
tally_child=''
tally_run() {
	local status
	timeout --kill-after=10 300 "$@" >"$tally_log" 2>&1 </dev/null &
	tally_child=$!
	wait $tally_child
	status=$?
	tally_child=''
	return $status
}

# A file that prints TAP without nesting: cmocka's programs and tests/run.
tally_tap() {
	local name=$1 status skips
	shift
	tally_run "$@"
	status=$?
	skips=$(grep -c -i '^\(not \)\?ok.*# skip' "$tally_log")
	tally_add "$name" $(($(grep -c '^ok' "$tally_log") - $(grep -c -i '^ok.*# skip' "$tally_log"))) \
		$(($(grep -c '^not ok' "$tally_log") - $(grep -c -i '^not ok.*# skip' "$tally_log"))) "$skips" $status
}

tally_unit() {
	local test
	for test in "$1"/unit/*_test; do
		[ -x "$test" ] && [ -f "$root/tests/unit/${test##*/}.c" ] || continue
		CMOCKA_MESSAGE_OUTPUT=TAP tally_tap "unit/${test##*/}" "$test"
	done
}

# The sums that node's runner gives at the end: "# pass 12".
node_sum() {
	awk -v key="$1" '$1 == "#" && $2 == key { n = $3 } END { print n + 0 }' "$tally_log"
}

node_files() {
	(cd "$root" && find "$1" -name '*[._-]test.js' -o -name '*[._-]test.mjs' 2>/dev/null | sort)
}

tally_node_log() {
	tally_add "${1#tests/}" "$(node_sum pass)" $(($(node_sum fail) + $(node_sum cancelled))) \
		$(($(node_sum skipped) + $(node_sum todo))) "$2"
}

# A folder of node:test files, one at a time, since they share an instance.
tally_node() {
	local file
	while IFS= read -r file; do
		tally_run node --test --test-reporter=tap "$root/$file"
		tally_node_log "$file" $?
	done < <(node_files "$1")
}

# The same, two or $2 at a time: files that disturb nobody and mostly wait.
tally_node_pairs() {
	local file logs
	logs=$(mktemp -d)
	# shellcheck disable=SC2016
	node_files "$1" | xargs -P "${2:-2}" -I{} sh -c '
		log=$1/$(basename "$2")
		timeout --kill-after=10 600 node --test --test-reporter=tap "$3/$2" >"$log" 2>&1 </dev/null
		echo $? >"$log.status"' run "$logs" {} "$root" &
	tally_child=$!
	wait $tally_child
	tally_child=''
	while IFS= read -r file; do
		cat "$logs/${file##*/}" >"$tally_log" 2>/dev/null
		tally_node_log "$file" "$(cat "$logs/${file##*/}.status" 2>/dev/null || echo 1)"
	done < <(node_files "$1")
	rm -rf "$logs"
}

# One command that is a test by its exit status.
tally_command() {
	local name=$1 status
	shift
	tally_run "$@"
	status=$?
	tally_add "$name" $((status == 0)) $((status != 0)) 0 $status
}

# The closing line, and the exit status.
tally_end() {
	rm -f "$tally_log"
	printf '%d passed, %d failed%s\n' $passed $failed "$([ $skipped -eq 0 ] || echo ", $skipped skipped")"
	[ $failed -eq 0 ]
}
