# shellcheck shell=bash
# tally.sh: runs test files of every kind, shows what fails and sums up. It is sourced by scripts/check
# and scripts/test, after scripts/instance.sh.

passed=0 failed=0 skipped=0
tally_log=$(mktemp)
tally_took=0    # seconds that the last file or command ran
tally_most=1200 # and the most that one may: ten times what the longest needs on two processors

# The log without the tests that passed.
tally_words() {
	awk '/^ *# Subtest: / || /^ *duration_ms: / { next }
		/^ *ok / { passed = 1; next }
		passed && /^ *---$/ { block = 1 }
		passed && block { if ($0 ~ /^ *\.\.\.$/) passed = block = 0; next }
		{ passed = 0; print }' "$tally_log"
}

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
		tally_words | tail -n 1000 | sed 's/^/    /'
		printf 'FAILED %s: %d passed, %d failed (exit %d, %d s)\n' "$name" "$ok" "$not_ok" "$status" "$tally_took"
	else
		[ "$left" -eq 0 ] || grep -i -e '# skip' -e 'skipped:' -e '^skip' "$tally_log" | grep -v '^# skipped [0-9]' | sed 's/^ */    /'
		printf '%s: %d passed%s (%d s)\n' "$name" "$ok" "$([ "$left" -eq 0 ] || echo ", $left skipped")" "$tally_took"
	fi
}

# Runs a command with its output in the log; a signal to this script is heard meanwhile.
tally_child=''
tally_run() {
	local status begun=$SECONDS
	timeout --kill-after=10 "$tally_most" "$@" >"$tally_log" 2>&1 </dev/null &
	tally_child=$!
	wait $tally_child
	status=$?
	tally_child='' tally_took=$((SECONDS - begun))
	[ $status -ne 124 ] || echo "It was ended after $tally_most s." >>"$tally_log"
	return $status
}

# A file that prints TAP without nesting: cmocka's programs and tests/run.
tally_tap() {
	local name=$1
	shift
	tally_run "$@"
	tally_tap_log "$name" $?
}

tally_tap_log() {
	local skips
	skips=$(grep -c -i '^\(not \)\?ok.*# skip' "$tally_log")
	tally_add "$1" $(($(grep -c '^ok' "$tally_log") - $(grep -c -i '^ok.*# skip' "$tally_log"))) \
		$(($(grep -c '^not ok' "$tally_log") - $(grep -c -i '^not ok.*# skip' "$tally_log"))) "$skips" "$2"
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

# A folder of node:test files, one at a time.
tally_node() {
	local file
	while IFS= read -r file; do
		tally_run node --test --test-reporter=tap "$root/$file"
		tally_node_log "$file" $?
	done < <(node_files "$1")
}

# One command that is a test by its exit status.
tally_command() {
	local name=$1
	shift
	tally_run "$@"
	tally_command_log "$name" $?
}

tally_command_log() {
	tally_add "$1" $(($2 == 0)) $(($2 != 0)) 0 "$2"
}

# Another tally, whose last line are its sums.
tally_sums_log() {
	local n m k
	if ! tail -n 1 "$tally_log" | grep -q -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$'; then
		tally_add "$1" 0 1 0 "$2"
		return
	fi
	read -r n _ m _ k _ < <(tail -n 1 "$tally_log" | tr -d ,)
	sed '$d' "$tally_log"
	passed=$((passed + n)) failed=$((failed + m)) skipped=$((skipped + ${k:-0}))
	[ "$2" -eq 0 ] || [ "$m" -gt 0 ] || tally_add "$1" 0 1 0 "$2"
}

# ---- several at a time --------------------------------------------------------------------------

# A job is a file or a command that disturbs nobody outside its lane; a lane does one after the other. Its
# kind says how its words are read: node, tap, command, sums; "site" is node's on an instance of Viche that
# is the lane's own, of which scripts/test knows more (lane_site_start, lane_site_stop).
job_kinds=() job_names=() job_commands=()
lanes=() lanes_folder=''

# A job's kind and name, and its command, whose words have no spaces.
job_add() {
	job_kinds+=("$1") job_names+=("$2")
	shift 2
	job_commands+=("$*")
}

# A folder of node:test files, of that kind.
job_add_node() {
	local file
	while IFS= read -r file; do
		job_add "$1" "${file#tests/}" node --test --test-reporter=tap "$file"
	done < <(node_files "$2")
}

# A lane, in a process of its own: takes what no other has taken, and prints the number of what is done. One
# whose instance does not start (lane_site_start sets site_environment) does no more.
lane_run() {
	local i status command site_environment=()
	trap 'exit 130' INT TERM HUP
	trap lane_end EXIT
	for i in "${!job_kinds[@]}"; do
		mkdir "$lanes_folder/$i" 2>/dev/null || continue
		tally_log=$lanes_folder/$i/log status=0
		[ "${job_kinds[i]}" != site ] || lane_site_start "$1" >"$tally_log" 2>&1 || status=1
		if [ $status -ne 0 ]; then
			echo "1 0" >"$lanes_folder/$i/status"
			echo "$i"
			return
		fi
		read -r -a command <<<"${job_commands[i]}"
		[ "${job_kinds[i]}" = site ] && command=("${site_environment[@]}" "${command[@]}")
		tally_run env VICHE_TEST_PORT="$(lane_port "$1")" "${command[@]}"
		echo "$? $tally_took" >"$lanes_folder/$i/status"
		echo "$i"
	done
}

lane_end() {
	[ -z "$tally_child" ] || { kill -TERM "$tally_child" && wait "$tally_child"; } 2>/dev/null
	lane_site_stop
}

# The first port that is for a lane, of twenty: below those that the kernel hands out, and others than
# another checkout's (see also tests/run).
lane_port() {
	echo $((20000 + $(cksum <<<"$root" | cut -d ' ' -f 1) % 90 * 100 + $1 * 20))
}

# Reads what a job left. One that left nothing has failed.
job_read() {
	local status=1
	tally_log=$lanes_folder/$1/log tally_took=0
	[ -f "$lanes_folder/$1/status" ] || echo "It was not run to its end." >>"$tally_log"
	read -r status tally_took 2>/dev/null <"$lanes_folder/$1/status"
	case ${job_kinds[$1]} in site | node) tally_node_log "${job_names[$1]}" "$status" ;;
	*) "tally_${job_kinds[$1]}_log" "${job_names[$1]}" "$status" ;;
	esac
}

# Runs all jobs in so many lanes and tells of each as it ends.
jobs_run() {
	local lane i done_ones=' '
	lanes_folder=$(mktemp -d)
	mkfifo "$lanes_folder/done"
	exec 4<>"$lanes_folder/done" 3<"$lanes_folder/done"
	for ((lane = 0; lane < $1; lane++)); do
		lane_run $lane >&4 3<&- 4>&- &
		lanes+=($!)
	done
	exec 4>&-
	while read -r i <&3; do
		job_read "$i"
		done_ones+="$i "
	done
	exec 3<&-
	wait "${lanes[@]}"
	lanes=()
	for i in "${!job_kinds[@]}"; do
		case $done_ones in *" $i "*) ;; *) mkdir -p "$lanes_folder/$i" && rm -f "$lanes_folder/$i/status" && job_read "$i" ;; esac
	done
	rm -rf "$lanes_folder"
	tally_log=$(mktemp)
}

# Ends lanes before their time.
lanes_stop() {
	[ ${#lanes[@]} -eq 0 ] || { kill -TERM "${lanes[@]}"; wait "${lanes[@]}"; } 2>/dev/null
	[ -z "$lanes_folder" ] || rm -rf "$lanes_folder"
}

# The closing line, and the exit status.
tally_end() {
	rm -f "$tally_log"
	printf '%d passed, %d failed%s\n' $passed $failed "$([ $skipped -eq 0 ] || echo ", $skipped skipped")"
	[ $failed -eq 0 ]
}
