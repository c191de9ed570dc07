# shellcheck shell=bash
# instance.sh: what the scripts that prepare, run and stop an instance of Viche share. It is sourced.
#
# An instance is a checkout and a folder of state, var/ or $VICHE_VAR:
#   run/   sockets, the generated configuration, the processes' ids
#   log/   a log for each program, nginx's access log in JSON lines
#   keys/  secrets, made once; keys/db has each database user's password
#   db/    MariaDB's data
#   files/ what people added to what they wrote (lib/data/files.h)
#   mail/  letters, where no mail server is configured
#   providers/  the identity providers, one small file each (lib/web/idp.h)
#   tmp/   what may be lost
# Settings of one's own, in the form of lib/base/config.h, may stand in var/settings: they go first.

PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C.UTF-8
umask 022

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
servers_user=www-data # whom the servers become when root starts them
socket_path_max=107   # sun_path, without its NUL
db_grace=20           # seconds that MariaDB gets to end in good order

say() {
	printf '%s\n' "$*"
}

step() {
	printf '==> %s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Sets var: where this instance's state is, an absolute path.
instance_var() {
	var=${VICHE_VAR:-$root/var}
	var=$(realpath -m -- "$var")
	case $var$root in *[[:space:][:cntrl:]\"\'\`\#\;\\\$%\&]*)
		die "a path with spaces, quotes or one of # ; \\ \$ % & does not fit into the configuration files: $root, $var" ;;
	esac
}

# Checks a port number: what nginx may take without being root.
port_check() {
	case $1 in '' | *[!0-9]* | ??????*) die "--port wants a number, not \"$1\"" ;; esac
	[ "$1" -ge 1024 ] && [ "$1" -le 65535 ] || die "--port must be from 1024 to 65535, not $1"
}

port_taken() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Sets port: the first free one from $1.
instance_free_port() {
	port=$1
	while port_taken "$port"; do
		port=$((port + 1))
	done
}

# ---- packages and the build ---------------------------------------------------------------------

# Prints the packages of the set ($1) that are missing.
packages_missing() {
	local set package command
	while read -r set package command; do
		[ "$set" = "$1" ] || continue
		[ -n "$command" ] && command -v "$command" >/dev/null && continue
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done <"$root/scripts/packages"
}

# Installs what the sets lack. No service is started and none that came along stays enabled, so that
# nginx does not take port 80 now or at the next boot.
packages_install() {
	local set missing=() as_root=() policy=/usr/sbin/policy-rc.d ours= status=0

	for set; do
		mapfile -t -O "${#missing[@]}" missing < <(packages_missing "$set")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null || die "these packages are missing, and there is no apt-get to install them: ${missing[*]}"
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null ||
			die "these packages are missing and sudo is not here to install them; as root run: apt-get install ${missing[*]}"
		as_root=(sudo)
	fi
	step "Installing ${#missing[@]} Debian packages: ${missing[*]}"
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null &&
			"${as_root[@]}" chmod 755 $policy || die "cannot write $policy, which keeps the packages from starting services"
		ours=$policy
		# shellcheck disable=SC2064
		trap "${as_root[*]} rm -f $policy" EXIT
	fi
	"${as_root[@]}" apt-get update -q </dev/null >/dev/null || say "    apt-get update failed; going on with the lists that are here"
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
		"${missing[@]}" </dev/null | sed -u 's/^/    /'
	status=${PIPESTATUS[0]}
	if [ -n "$ours" ]; then
		"${as_root[@]}" rm -f $policy
		trap - EXIT
	fi
	[ "$status" -eq 0 ] || die "apt-get could not install these packages (its words are above): ${missing[*]}"
	case " ${missing[*]} " in *' nginx '*)
		if command -v systemctl >/dev/null; then
			"${as_root[@]}" systemctl disable nginx >/dev/null 2>&1
		else
			"${as_root[@]}" deb-systemd-helper disable nginx.service >/dev/null 2>&1
			"${as_root[@]}" update-rc.d nginx disable >/dev/null 2>&1
		fi
		say "    nginx came with a service of its own: it was not started and is disabled" ;;
	esac
}

# Builds everything; sets build, the folder of the flavour just made.
build_programs() {
	mkdir -p "$root/.build" 2>/dev/null && [ -w "$root/.build" ] ||
		die "cannot write $root/.build: run as the user who owns the checkout"
	[ -e "$root/.build/current/bin" ] || step "Building (gcc, about a minute the first time)"
	(
		flock 8
		make -C "$root" --no-print-directory -s -j"$(nproc)" "$@" all >"$root/.build/make.log" 2>&1
	) 8>"$root/.build/lock" || {
		tail -n 30 "$root/.build/make.log" >&2
		die "the build failed; the compiler's words are above and in .build/make.log"
	}
	build=$root/.build/$(readlink "$root/.build/current")
}

# ---- state and configuration --------------------------------------------------------------------

# The programs that nginx talks to; the services that only programs talk to, each on its socket and
# without a database (lib/base/service.h); the number of processes that each runs.
web_programs() {
	local path name
	for path in "$root"/cgi-bin/*/; do
		name=$(basename "$path")
		case $name in worker | manage | recount | media | stem | standin-unseal | '*') ;; *) echo "$name" ;; esac
	done
}

socket_services() {
	local name
	for name in media stem; do
		[ ! -d "$root/cgi-bin/$name" ] || echo "$name"
	done
	! standin_on || echo standin-unseal
}

# Whether the stand-in identity provider may run here: var/settings may say no.
standin_on() {
	[ "$(sed -n 's/^[[:blank:]]*standin[[:blank:]]*=[[:blank:]]*//p' "$var/settings" 2>/dev/null | head -n 1)" != 0 ]
}

processes_of() {
	case $1 in petitions) echo 4 ;; standin-id | standin-unseal | stem) echo 1 ;; *) echo 2 ;; esac
}

random_bytes() {
	head -c "$1" /dev/urandom
}

random_hex() {
	random_bytes "$1" | od -An -v -tx1 | tr -d ' \n'
}

# A secret that is made once: a name under keys/, and the command that prints it.
key_once() {
	local name=$1
	shift
	[ ! -s "$var/keys/$name" ] || return 0
	(umask 077 && "$@" >"$var/keys/$name.new" && mv "$var/keys/$name.new" "$var/keys/$name") ||
		die "cannot write the key $var/keys/$name"
}

keys_make() {
	local name
	for name in csrf person mail standin_unseal; do
		key_once $name random_bytes 32
	done
	for name in oidc_client_secret idgovua_client_secret bankid_client_secret db/root $({ web_programs && echo worker; } | sed 's:^:db/:'); do
		key_once "$name" random_hex 24
	done
	# What the stand-in provider seals personal data for, in place of a certificate.
	[ ! -x "$build/bin/standin-unseal" ] ||
		key_once standin_unseal.cert "$build/bin/standin-unseal" --cert <"$var/keys/standin_unseal"
}

# Makes the folders; needs megabytes free, more where the database is still to be made.
var_make() {
	local need=100 free

	[ ! -e "$var" ] || [ -d "$var" ] || die "$var is not a folder"
	if [ -d "$var" ] && [ ! -d "$var/run" ] && [ -n "$(ls -A "$var")" ]; then
		die "the folder $var is not empty and not Viche's: choose another with VICHE_VAR"
	fi
	mkdir -p "$var" 2>/dev/null || die "cannot make the folder $var"
	[ -d "$var/db/mysql" ] || need=600
	free=$(($(df -Pk "$var" | awk 'NR == 2 { print $4 }') / 1024))
	[ "$free" -ge "$need" ] || die "no disk space: $var has $free MB free and needs $need MB"
	mkdir -p "$var"/{run/pids,log,tmp/secure,keys/db,db,files,mail,providers} 2>/dev/null &&
		chmod 750 "$var/files" 2>/dev/null &&
		chmod 700 "$var"/{keys,keys/db,db,tmp,mail} 2>/dev/null && [ -w "$var/run" ] ||
		die "$var belongs to $(stat -c %U "$var") and cannot be written: run as that user or as root"
}

# A log that grew large is set aside, one generation.
logs_turn() {
	local log
	for log in "$var"/log/*; do
		case $log in *.old) ;; *) [ -f "$log" ] && [ "$(stat -c %s "$log")" -gt 50000000 ] && mv -f "$log" "$log.old" ;; esac
	done
	return 0
}

# The longest socket's path must fit: $1 is var as the servers see it.
sockets_fit() {
	local name longest=db.sock
	for name in $(web_programs) $(socket_services); do
		[ ${#name} -gt $((${#longest} - 5)) ] && longest=$name.sock
	done
	longest=$1/run/$longest
	[ ${#longest} -le $socket_path_max ] ||
		die "the path of the socket $longest has ${#longest} bytes and the system allows $socket_path_max: choose a shorter folder with VICHE_VAR"
}

# The configuration file of lib/base/config.h, from root, build, var and port.
conf_write() {
	{
		echo "# Written by scripts/run; your own settings belong in var/settings."
		[ -f "$var/settings" ] && cat "$var/settings"
		cat <<-END
			base_url = http://127.0.0.1:$port
			port = $port
			root = $root
			build = $build
			var = $var
			db_socket = $var/run/db.sock
			strict = 1
			standin = 1
			providers = $var/providers
			limits = ${VICHE_LIMITS:-1}
			mail_from = viche@demo.example
		END
		[ -z "${VICHE_TEST_CLOCK:-}" ] || echo "test_clock = $var/run/clock"
	} >"$var/run/viche.conf"
}

# The identity providers of a demonstration (lib/web/idp.h), the stand-in in each of its dialects; those of
# one's own may stand beside them.
providers_write() {
	cat >"$var/providers/standin.json" <<-END
		{
		  "dialect": "oidc",
		  "title": { "uk": "Навчальний вхід", "en": "Login for training" },
		  "logo": "login-card",
		  "issuer": "http://127.0.0.1:$port/standin-id",
		  "client_id": "viche",
		  "client_secret_file": "keys/oidc_client_secret"
		}
	END
	cat >"$var/providers/bankid.json" <<-END
		{
		  "dialect": "bankid_nbu",
		  "title": { "uk": "Через ваш банк: навчальний BankID", "en": "By your bank: BankID for training" },
		  "logo": "login-bank",
		  "order": 1,
		  "base": "http://127.0.0.1:$port/standin-id/bankid",
		  "client_id": "viche",
		  "client_secret_file": "keys/bankid_client_secret",
		  "dataset": "51",
		  "cert_file": "keys/standin_unseal.cert",
		  "unseal": "standin-unseal",
		  "localities": {
		    "Одеська/Одеський/Чорноморськ": "UA51100370000040590",
		    "Житомирська/Житомирський/Житомир": "UA18040190000029215"
		  }
		}
	END
	cat >"$var/providers/idgovua.json" <<-END
		{
		  "dialect": "idgovua",
		  "title": { "uk": "Електронним підписом або через Дію: навчальний id.gov.ua", "en": "By an e-signature or Diia: id.gov.ua for training" },
		  "logo": "login-sign",
		  "order": 2,
		  "base": "http://127.0.0.1:$port/standin-id/idgovua",
		  "client_id": "viche",
		  "client_secret_file": "keys/idgovua_client_secret",
		  "unseal": "standin-unseal",
		  "residence": true,
		  "localities": {
		    "Одеська/Чорноморськ": "UA51100370000040590",
		    "Житомирська/Житомир": "UA18040190000029215"
		  }
		}
	END
}

# MariaDB's own file: what its defaults get wrong for us. Its pages in memory, which are taken as they are
# needed: an eighth of the machine's, from 128 MB to 1 GB (100,000 petitions with all that is found in them
# are some 800 MB, and a search that must read them from files takes four times as long).
my_cnf_write() {
	local buffer_pool
	buffer_pool=$(awk '/^MemTotal/ { m = int($2 / 8192); print (m < 128 ? 128 : m > 1024 ? 1024 : m) }' /proc/meminfo)
	cat >"$var/run/my.cnf" <<-END
		[mariadbd]
		datadir = $var/db
		socket = $var/run/db.sock
		pid-file = $var/run/db.pid
		tmpdir = $var/tmp
		secure_file_priv = $var/tmp/secure
		skip-networking
		skip-name-resolve
		local_infile = 0
		server_id = 1
		character-set-server = utf8mb4
		collation-server = utf8mb4_uca1400_as_ci
		default-time-zone = '+00:00'
		sql_mode = STRICT_ALL_TABLES,TRADITIONAL
		# Durable, and a backup to any second: the log of a week.
		log-bin = $var/db/binlog
		binlog_format = ROW
		sync_binlog = 1
		max_binlog_size = 64M
		binlog_expire_logs_seconds = 604800
		innodb_flush_log_at_trx_commit = 1
		innodb_autoinc_lock_mode = 2
		innodb_snapshot_isolation = ON
		innodb_buffer_pool_size = ${buffer_pool}M
		innodb_log_file_size = 64M
		# Ukrainian: two letters are a word, and the English stop words are none.
		innodb_ft_min_token_size = 2
		innodb_ft_enable_stopword = 0
		# Nothing may run for long.
		max_statement_time = 5
		idle_transaction_timeout = 10
		max_connections = 200
		performance_schema = OFF
		event_scheduler = OFF
		# Read at each start, before anyone can connect.
		init-file = $var/keys/init.sql
	END
	(
		umask 077
		cat >"$var/keys/init.sql" <<-END
			SET SESSION sql_log_bin = 0;
			DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');
			FLUSH PRIVILEGES;
			ALTER USER 'root'@'localhost' IDENTIFIED BY '$(cat "$var/keys/db/root")';
		END
	)
}

# What nginx.conf includes. The numbers of the limits are the defaults, multiplied by VICHE_LIMITS.
nginx_conf_write() {
	local to=$var/run times=${VICHE_LIMITS:-1}

	ln -sfn "$root/nginx.conf" "$to/nginx.conf"
	ln -sfn "$root/views/errors" "$to/errors"
	ln -sfn "$build/static" "$to/static"
	echo "listen 127.0.0.1:$port default_server backlog=4096;" >"$to/listen.conf"
	cat >"$to/limits.conf" <<-END
		# Requests a second and the burst above them. Many people share one address (a mobile network),
		# so addresses get much; who is logged in has a limit of their own.
		limit_req_zone \$limit_address zone=address:10m rate=$((50 * times))r/s;
		limit_req_zone \$limit_known_address zone=known_address:10m rate=$((300 * times))r/s;
		limit_req_zone \$limit_session zone=session:10m rate=$((20 * times))r/s;
		limit_req_zone \$limit_login zone=login:10m rate=$((5 * times))r/s;
		limit_conn_zone \$binary_remote_addr zone=connections:10m;
		limit_req zone=address burst=$((200 * times)) nodelay;
		limit_req zone=known_address burst=$((1000 * times)) nodelay;
		limit_req zone=session burst=$((100 * times)) nodelay;
		limit_req zone=login burst=$((50 * times)) nodelay;
		limit_conn connections $((500 * times < 65535 ? 500 * times : 65535)); # nginx's bound
	END
	: >"$to/standin.conf"
	if [ -d "$root/cgi-bin/standin-id" ]; then
		cat >"$to/standin.conf" <<-'END'
			# The stand-in identity provider: in a demonstration only.
			location /standin-id/ {
				error_log log/nginx.log emerg; # id.gov.ua's dialect has tokens in addresses, here as there
				fastcgi_cache off;
				fastcgi_pass unix:run/standin-id.sock;
			}
		END
	fi
	# What pages are measured against (scripts/bench).
	[ -z "${VICHE_FLOOR:-}" ] || echo 'location /floor/ { fastcgi_pass unix:run/floor.sock; }' >>"$to/standin.conf"
}

# ---- the processes ------------------------------------------------------------------------------

# When a process began, in the kernel's ticks: with its id, its identity. Fails where there is none.
began() {
	local stat
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
	stat=${stat##*) }
	# shellcheck disable=SC2086
	set -- $stat
	[ "$1" != Z ] && echo "${20}"
}

# run/pids/NAME holds "pid began boot" of the first process of a group.
pid_note() {
	echo "$2 $(began "$2") $(cat /proc/sys/kernel/random/boot_id)" >"$var/run/pids/$1"
}

# Prints the pid noted under NAME where that very process lives.
pid_alive() {
	local pid since boot
	read -r pid since boot 2>/dev/null <"$var/run/pids/$1" || return 1
	[ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] && [ "$since" = "$(began "$pid")" ] && echo "$pid"
}

# Prints the group noted under NAME where a process of ours is left in it: its first one, or an
# orphan, told from strangers by its session, its age and its name.
group_alive() {
	local pid since boot stat path name
	read -r pid since boot 2>/dev/null <"$var/run/pids/$1" || return 1
	[ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || return 1
	[ "$since" = "$(began "$pid")" ] && echo "$pid" && return 0
	for path in /proc/[0-9]*; do
		read -r stat 2>/dev/null <"$path/stat" || continue
		name=${stat#*(}
		name=${name%)*}
		# shellcheck disable=SC2086
		set -- ${stat##*) }
		[ "$3" = "$pid" ] && [ "$4" = "$pid" ] && [ "$1" != Z ] && [ "${20}" -ge "$since" ] || continue
		case " nginx mariadbd multiwatch $(ls "$root/cgi-bin" | cut -c1-15 | tr '\n' ' ') " in
		*" $name "*) echo "$pid" && return 0 ;;
		esac
	done
	return 1
}

# Ends what is left of an earlier run that was itself killed.
leftovers_end() {
	local file group found= i
	for file in "$var"/run/pids/*; do
		[ -f "$file" ] && [ "${file##*/}" != supervise ] || continue
		group=$(group_alive "${file##*/}") || continue
		found=1
		kill -TERM -- "-$group" 2>/dev/null
	done
	[ -n "$found" ] || return 1
	for ((i = 0; i < db_grace * 10; i++)); do
		found=
		for file in "$var"/run/pids/*; do
			[ -f "$file" ] && [ "${file##*/}" != supervise ] && group=$(group_alive "${file##*/}") || continue
			found=1
			if [ $i -gt 30 ] && [ "${file##*/}" != mariadbd ]; then
				kill -KILL -- "-$group" 2>/dev/null
			elif [ $i -eq $((db_grace * 10 - 1)) ]; then
				kill -KILL -- "-$group" 2>/dev/null
			fi
		done
		[ -n "$found" ] || break
		sleep 0.1
	done
	return 0
}

# The running instance's port, from its configuration.
instance_port() {
	sed -n 's/^port = //p' "$var/run/viche.conf" 2>/dev/null | tail -n 1
}

# Runs the program `manage` on the running instance with these arguments, seeing what its servers see.
instance_manage() {
	local pid where=()
	pid=$(pid_alive supervise) || die "Viche is not running on $var: start it with scripts/run"
	[ -r "$var/keys/db/root" ] || die "only root or $(stat -c %U "$var") may manage the instance on $var"
	if [ "$(readlink "/proc/$pid/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]; then
		where=(nsenter --mount="/proc/$pid/ns/mnt" --root="/proc/$pid/root" --wd="$PWD" --)
	fi
	VICHE_CONF=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^VICHE_CONF=//p') \
		"${where[@]}" "$(sed -n 's/^build = //p' "$var/run/viche.conf")/bin/manage" "$@"
}
