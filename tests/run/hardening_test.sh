#!/bin/bash
# What the compiler was asked for is in the programs: PIE, full RELRO, no executable stack, stack
# canaries, checked libc calls, and on amd64 with
# gcc every flag that the Makefile probes.
. "$(dirname "$0")/trial.sh"
bin=$root/.build/gcc/bin

each() {
	local program
	for program in "$bin"/*; do
		"$@" "$program" || { echo "# $program"; return 1; }
	done
}
pie() { readelf -hW "$1" | grep -q 'Type:.*DYN'; }
relro() { readelf -lW "$1" | grep -q GNU_RELRO && readelf -dW "$1" | grep -q 'BIND_NOW\|FLAGS_1.*NOW'; }
stack_is_data() { readelf -lW "$1" | grep 'GNU_STACK' | grep -qv 'RWE'; }
canaries() { nm -D "$1" | grep -q __stack_chk_fail; }
fortified() { nm -D "$1" | grep -q '_chk\(@\|$\)'; }
# Of our objects: Debian 12's start files lack the mark, so the linker drops it from whole programs.
branches_guarded() { readelf -nW "$root"/.build/gcc/lib/base/pool.o | grep -q 'IBT, SHSTK'; }

check "every program is position-independent" each pie
check "every program has full RELRO" each relro
check "no program's stack is executable" each stack_is_data
check "every program has stack canaries" each canaries
check "every program calls the checked libc functions" each fortified
if [ "$(uname -m)" = x86_64 ]; then
	check "our code guards its branches" branches_guarded
	for flag in -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero; do
		check "gcc compiles with $flag" grep -q -- "$flag" "$root/.build/gcc/hardening.mk"
	done
else
	skip "gcc's flags of amd64" "this machine is $(uname -m)"
fi
done_testing
