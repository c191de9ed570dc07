#!/bin/bash
# The life of an instance: two side by side, a killed process is back, data stays, nothing is left.
. "$(dirname "$0")/trial.sh"
cd "$root" || exit 1

one=$trial/one two=$trial/two
port=$(free_port 18300)
check "a fresh instance starts" starts "$one" "$port" || bail_out
check "it answers" answers "$port"
check "it makes its database and loads the demo" bash -c "grep -q Making '$trial/out' && grep -q Loading '$trial/out'"
check "it prints its address and who can log in" grep -q '^Viche is up: http://127.0.0.1:'"$port"'/' "$trial/out"
check "… oksana among them" grep -q oksana "$trial/out"
if [ "$(id -u)" -eq 0 ]; then
	owners() { ps -o user= -p "$(processes "$one" | paste -sd, -)" | sort -u | tr -d ' \n'; }
	check "its processes are not root's" test "$(owners)" = www-data
fi
check "a second start on the same state is refused" refuses "already running" env VICHE_VAR="$one" scripts/run --port "$(free_port 18350)"
port2=$(free_port $((port + 1)))
check "a second instance starts beside it" starts "$two" "$port2"
check "both answer" bash -c "curl -sf -o /dev/null http://127.0.0.1:$port/ && curl -sf -o /dev/null http://127.0.0.1:$port2/"

noted() {
	cut -d ' ' -f 1 "$one/run/pids/$1"
}
sql() {
	MYSQL_PWD=$(cat "$one/keys/db/root") mariadb --no-defaults -S "$one/run/db.sock" -u root -N viche -e "$1" 2>/dev/null
}
another() {
	local now
	now=$(noted "$1" 2>/dev/null) && [ -n "$now" ] && [ "$now" != "$2" ]
}
for service in nginx mariadbd home worker-clock; do
	old=$(noted $service)
	kill -KILL "$old" 2>/dev/null
	check "$service, killed, is started again" within 20 another $service "$old"
	check "… and the site answers" within 20 answers "$port" "?$service"
done
child=$(pgrep -P "$(noted petitions)" | head -n 1)
kill -KILL "$child"
check "a program's process, killed, is back" within 20 bash -c "[ \$(pgrep -c -P $(noted petitions)) -ge 4 ]"
check "… and the program answers" within 20 answers "$port" petitions

within 20 sql 'SELECT 1' >/dev/null
sql 'CREATE TABLE kept (id INT PRIMARY KEY)'
all=$(processes "$one")
check "scripts/stop ends it" env VICHE_VAR="$one" scripts/stop
# shellcheck disable=SC2086
check "no process is left" within 15 none_alive $all
check "the other one goes on" answers "$port2"
check "it starts again" starts "$one" "$port" || bail_out
check "… without making its database anew" bash -c "! grep -q -e Making -e Loading '$trial/out'"
check "its data is there" sql 'SELECT * FROM kept'

all=$(processes "$one")
kill -KILL "$(noted supervise)"
# shellcheck disable=SC2086
check "with the supervisor killed everything ends" within 40 none_alive $all
check "scripts/stop has nothing to do then" bash -c "VICHE_VAR=$one scripts/stop | grep -q -e 'Nothing runs' -e 'has been ended'"

VICHE_VAR=$one scripts/run --port "$port" >"$trial/out" 2>"$trial/err" </dev/null &
front=$!
check "in the foreground it comes up" within 30 test -e "$one/run/ready"
all=$(processes "$one")
kill -INT $front
wait $front
status=$?
check "Ctrl-C ends it with 130" test $status -eq 130
# shellcheck disable=SC2086
check "… and leaves no process" within 15 none_alive $all
done_testing
