#!/bin/bash
# A checkout that the servers' user cannot reach, and an ordinary user's.
. "$(dirname "$0")/trial.sh"
if [ "$(id -u)" -ne 0 ]; then
	skip "a checkout under a closed folder, and an ordinary user's" "wants root"
	done_testing
	exit 0
fi

away=$(mktemp -d /root/viche-run.XXXXXX)
copy_checkout "$away/viche"
chmod 700 "$away"
port=$(free_port 18400)
mounts=$(cat /proc/mounts)
if unshare --mount --propagation private true 2>/dev/null; then
	check "a checkout in a folder of mode 0700 starts as root" starts "$away/viche/var" "$port" "$away/viche" || bail_out
	check "it answers" answers "$port" petitions
	all=$(processes "$away/viche/var")
	check "its processes are not root's" test "$(ps -o user= -p "$(paste -sd, - <<<"$all")" | sort -u | tr -d ' \n')" = www-data
	check "nothing is mounted outside" test "$mounts" = "$(cat /proc/mounts)"
	check "a demo person can log in" bash -c "VICHE_VAR=$away/viche/var $away/viche/scripts/demo-session oksana | grep -q ^X-CSRF-Token:"
	check "scripts/stop ends it" env VICHE_VAR="$away/viche/var" "$away/viche/scripts/stop"
	# shellcheck disable=SC2086
	check "no process is left" within 15 none_alive $all
else
	skip "a checkout in a folder of mode 0700 starts as root" "no mount allowed here"
fi

copy_checkout "$trial/viche"
chown -R 65534:65534 "$trial/viche"
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups timeout 300 "$@" >"$trial/out" 2>"$trial/err" </dev/null
}
instances+=("$trial/viche/var")
port=$(free_port 18410)
check "an ordinary user without sudo starts it" as_nobody "$trial/viche/scripts/run" --port "$port" --detach || bail_out
check "it answers" answers "$port"
all=$(processes "$trial/viche/var")
check "scripts/stop ends it" as_nobody "$trial/viche/scripts/stop"
# shellcheck disable=SC2086
check "no process is left" within 15 none_alive $all
done_testing
