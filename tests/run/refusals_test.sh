#!/bin/bash
# What scripts/run refuses: one clear sentence, exit 1.
. "$(dirname "$0")/trial.sh"
cd "$root" || exit 1
export VICHE_VAR=$trial/v

check "an unknown option" refuses 'unknown option "--bogus"' scripts/run --bogus
check "a port that is no number" refuses 'not "http"' scripts/run --port http
check "a port of the system" refuses "from 1024 to 65535" scripts/run --port 80
check "a folder that is something else's" refuses "is not empty and not Viche's" \
	env VICHE_VAR="$root/lib" scripts/run --port "$(free_port 18190)"
check "a path that configuration files cannot hold" refuses "a path with spaces" \
	env VICHE_VAR="$trial/a b" scripts/run

port=$(free_port 18200)
node -e "require('net').createServer().listen($port, '127.0.0.1')" &
listener=$!
within 20 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" 2>/dev/null
check "a port in use" refuses "port $port is in use" scripts/run --port "$port"
kill $listener

export VICHE_VAR=$trial/$(printf 'x%.0s' {1..90})
if [ "$(id -u)" -eq 0 ] && ! setpriv --reuid=www-data --clear-groups test -r "$root/nginx.conf"; then
	skip "a path too long for a socket" "the servers see this checkout under a short path"
else
	check "a path too long for a socket" refuses "bytes and the system allows 107" scripts/run --port "$(free_port 18210)"
fi

export VICHE_VAR=$trial/v
copy_checkout "$trial/copy"
echo 'bogus on;' >>"$trial/copy/nginx.conf"
check "a broken configuration" refuses 'the configuration is broken: unknown directive "bogus"' \
	"$trial/copy/scripts/run" --port "$(free_port 18220)"

printf 'test_clock = /tmp/clock\nstandin = 0\n' >"$trial/production.conf"
check "a clock that tests set, in production" refuses "is for tests: it is refused" \
	env VICHE_CONF="$trial/production.conf" "$root/.build/current/bin/manage" map

# The stand-ins' services end at once where they may not run; a real socket is theirs as it would be.
printf 'standin = 0\nvar = %s\n' "$trial" >"$trial/installed.conf"
mkdir -p "$trial/log"
check "the stand-in decryptor on an installed site" refuses "standin-unseal: it may not run here" \
	env VICHE_CONF="$trial/installed.conf" spawn-fcgi -n -s "$trial/unseal.sock" -- "$root/.build/current/bin/standin-unseal"

if [ "$(id -u)" -ne 0 ]; then
	skip "a missing package without sudo" "wants root to become somebody else"
	skip "no disk space" "wants root to mount a small disk"
elif command -v sudo >/dev/null; then
	skip "a missing package without sudo" "sudo is installed here"
else
	echo 'run viche-has-no-such-package' >>"$trial/copy/scripts/packages"
	check "a missing package without sudo" refuses "apt-get install viche-has-no-such-package" \
		setpriv --reuid=65534 --regid=65534 --clear-groups "$trial/copy/scripts/run" --port "$(free_port 18230)"
fi
if [ "$(id -u)" -eq 0 ]; then
	mkdir "$trial/disk"
	if unshare --mount true 2>/dev/null; then
		check "no disk space" refuses "no disk space" unshare --mount bash -c \
			'mount -t tmpfs -o size=50m small "$0" && VICHE_VAR=$0/v exec "$1"/scripts/run --port "$2"' \
			"$trial/disk" "$root" "$(free_port 18240)"
	else
		skip "no disk space" "no mount allowed here"
	fi
fi
done_testing
