# Viche: one Makefile, no recursion.
#   make              every program, the views' catalogues and the static files
#   make check        the fast tests: unit, views, SQL
#   make SAN=1 …      the same with AddressSanitizer and UBSan, in a build folder of its own
#   make CC=clang …   likewise
#   make recount      the recount of a participatory budget alone, which needs few libraries
# Results land in .build/<flavour>; .build/current points at the flavour made last.

MAKEFLAGS += --no-builtin-rules
CC := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
flavour := $(notdir $(CC))$(if $(SAN),-san)
B := .build/$(flavour)

.SUFFIXES:
.PHONY: all programs check clean unit recheck recount
all:

PKGS := jansson libsodium libpcre2-8 libcurl cjose libcrypto libcmark libmariadb libutf8proc libseccomp vips \
	libqpdf hunspell libqrencode gmp zlib
warnings := -Wall -Wextra -Wshadow -Wvla -Wswitch-enum -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wno-unused-parameter -Wno-missing-field-initializers -Werror

# A flag that this compiler or architecture lacks is left out, not fatal; the answers are kept.
hardening_wanted := -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection=full -ftrivial-auto-var-init=zero
$(B)/hardening.mk: Makefile
	@mkdir -p $(@D)
	@for f in $(hardening_wanted); do \
		echo 'int main(void){return 0;}' | $(CC) -Werror $$f -x c -c -o /dev/null - 2>/dev/null && \
		printf ' %s' $$f; done | sed 's/^/hardening :=/' > $@
	@printf '\npkg_cflags := %s\npkg_libs := %s\n' "$$(pkg-config --cflags $(PKGS))" \
		"$$(pkg-config --libs $(PKGS)) -lfcgi -lm" >> $@
ifeq ($(filter clean recount,$(MAKECMDGOALS)),)
-include $(B)/hardening.mk
endif

comma := ,
optimise := $(if $(SAN),-O1 -fsanitize=address$(comma)undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer,-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
CFLAGS := -std=c17 -D_GNU_SOURCE -g $(optimise) $(hardening) $(warnings) -fPIE \
	-ffunction-sections -fdata-sections -Ilib $(pkg_cflags)
LDFLAGS := -pie $(if $(SAN),-fsanitize=address$(comma)undefined) -Wl,-z,relro,-z,now \
	-Wl,-z,noexecstack -Wl,--gc-sections -Wl,--as-needed
LDLIBS := $(pkg_libs)

lib_src := $(sort $(wildcard lib/*/*.c))
lib_obj := $(lib_src:%.c=$(B)/%.o)
programs := $(notdir $(patsubst %/,%,$(sort $(wildcard cgi-bin/*/))))
program_bin := $(programs:%=$(B)/bin/%)
unit_src := $(sort $(wildcard tests/unit/*.c))
unit_bin := $(unit_src:tests/unit/%.c=$(B)/unit/%)

all: programs
	@mkdir -p .build && ln -sfn $(flavour) .build/current

# The same, and .build/current stays.
programs: $(program_bin) assets | $(B)/hardening.mk

$(B)/%.o: %.c Makefile $(B)/hardening.mk
	@mkdir -p $(@D)
	@echo "cc $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/libviche.a: $(lib_obj)
	@rm -f $@
	@ar rcs $@ $^

define program
$(B)/bin/$(1): $(patsubst %.c,$(B)/%.o,$(sort $(wildcard cgi-bin/$(1)/*.c))) $(B)/libviche.a
	@mkdir -p $$(@D)
	@echo "ld $(1)"
	@$(CC) $(LDFLAGS) -o $$@ $$^ $(LDLIBS)
endef
$(foreach p,$(programs),$(eval $(call program,$(p))))

$(B)/unit/%: $(B)/tests/unit/%.o $(B)/libviche.a
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# What pages are measured against (scripts/bench).
$(B)/bench/floor: $(B)/tests/bench/floor.o
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Static files under names that hold their contents' hash (immutable for nginx), catalogues by msgfmt.
.PHONY: assets
assets: $(B)/static/manifest $(B)/locale/viche/LC_MESSAGES/uk.mo

$(B)/static/manifest: $(sort $(wildcard views/static/*))
	@rm -rf $(@D) && mkdir -p $(@D)
	@for f in $^; do h=$$(sha256sum $$f | cut -c1-12); n=$$(basename $$f); \
		t=$${n%.*}-$$h.$${n##*.}; cp $$f $(@D)/$$t; echo "$$n $$t"; done > $@.new
	@mv $@.new $@

$(B)/locale/viche/LC_MESSAGES/uk.mo: views/locale/uk.po
	@mkdir -p $(@D)
	@msgfmt --check-format --check-header -o $@ $<

check: all $(unit_bin)
	@scripts/check $(B)

clean:
	rm -rf .build

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# Anybody can count again: neither MariaDB nor nginx, nor what the site needs besides.
recount_src := $(sort $(wildcard cgi-bin/recount/*.c lib/civic/tally*.c lib/civic/pabulib*.c)) \
	lib/base/pool.c lib/base/str.c lib/base/text_utf8.c
recount: .build/recount/recount
.build/recount/recount: $(recount_src) $(wildcard lib/civic/tally*.h lib/civic/pabulib*.h lib/base/*.h)
	@mkdir -p $(@D)
	@echo "cc recount"
	@$(CC) -std=c17 -D_GNU_SOURCE -g -O2 $(warnings) -Ilib -o $@ $(recount_src) \
		$$(pkg-config --cflags --libs gmp jansson libsodium zlib)

# Fuzz targets: make .build/fuzz/form_fuzz && .build/fuzz/form_fuzz SCRATCH tests/fuzz/corpus/form
fuzz_flags := -std=c17 -D_GNU_SOURCE -g -O1 -fno-sanitize-recover=all -Ilib $(pkg_cflags)
fuzz_san := address,undefined
.PRECIOUS: .build/fuzz/%.o
.build/fuzz/%.o: %.c Makefile $(B)/hardening.mk
	@mkdir -p $(@D)
	@clang $(fuzz_flags) -fsanitize=fuzzer-no-link,$(fuzz_san) -MMD -MP -c -o $@ $<

.build/fuzz/libviche.a: $(lib_src:%.c=.build/fuzz/%.o)
	@rm -f $@
	@ar rcs $@ $^

.build/fuzz/%_fuzz: .build/fuzz/tests/fuzz/%_fuzz.o .build/fuzz/libviche.a
	@clang -fsanitize=fuzzer,$(fuzz_san) -o $@ $^ $(LDLIBS)

-include $(shell find .build/fuzz -name '*.d' 2>/dev/null)
