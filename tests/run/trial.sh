# shellcheck shell=bash
# trial.sh: what the tests of scripts/run share. It is sourced; results are printed as TAP.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
trial=$(mktemp -d /tmp/viche-run.XXXXXX)
chmod 755 "$trial"
instances=()
unset VICHE_VAR VICHE_CONF VICHE_LIMITS VICHE_TEST_CLOCK VICHE_SIGNALS
number=0

finish() {
	local var
	for var in "${instances[@]}"; do
		VICHE_VAR=$var "$root/scripts/stop" >/dev/null 2>&1
	done
	[ -z "${away:-}" ] || rm -rf "$away"
	rm -rf "$trial"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Says whether the command that follows the name succeeds.
check() {
	local name=$1
	shift
	number=$((number + 1))
	: >"$trial/err"
	if "$@"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		echo "# $*"
		[ ! -s "$trial/err" ] || sed 's/^/# err: /' "$trial/err"
		return 1
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# The first free port from $1.
free_port() {
	local port=$1
	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		port=$((port + 1))
	done
	echo $port
}

# The command ends with 1 and says one sentence, which has this text, and nothing else.
refuses() {
	local text=$1 status
	shift
	timeout 120 "$@" >"$trial/out" 2>"$trial/err" </dev/null
	status=$?
	[ $status -eq 1 ] && [ "$(wc -l <"$trial/err")" -eq 1 ] && grep -qF -- "$text" "$trial/err"
}

# Starts an instance: its folder of state, its port and the script's checkout.
starts() {
	instances+=("$1")
	VICHE_VAR=$1 timeout 300 "${3:-$root}/scripts/run" --port "$2" --detach >"$trial/out" 2>"$trial/err" </dev/null
}

answers() {
	[ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$1/${2:-}")" = 200 ]
}

# The command succeeds within so many seconds.
within() {
	local until=$((SECONDS + $1))
	shift
	while ! "$@"; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.1
	done
}

# The ids of an instance's processes: the supervisor and the sessions that it began.
processes() {
	local leader
	for leader in $(cut -d ' ' -f 1 "$1"/run/pids/* 2>/dev/null); do
		echo "$leader"
		ps -o pid= -s "$leader"
	done | tr -d ' ' | sort -u
}

none_alive() {
	local pid
	for pid; do
		case $(ps -o stat= -p "$pid") in '' | Z*) ;; *) return 1 ;; esac
	done
}

# A copy of the checkout with what is built, in the folder $1.
copy_checkout() {
	mkdir -p "$1"
	tar -C "$root" --exclude=./.git --exclude=./var --exclude=./node_modules --exclude='./.build/*/check-db' --exclude='./.build/clang*' \
		-cf - . | tar -C "$1" -xf -
}

# Ends the file where the rest could only fail.
bail_out() {
	[ ! -s "$trial/out" ] || sed 's/^/# out: /' "$trial/out"
	echo "1..$number"
	exit 1
}

done_testing() {
	echo "1..$number"
}
