# Thin front of scripts/setup and the CMake presets; `make` lists the targets. Every stage says how long it took.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.NOTPARALLEL:
.DEFAULT_GOAL := help

# A compiler run needs up to 1.5 GiB.
JOBS ?= $(shell n=$$(nproc); m=$$(awk '/^MemTotal:/ {print int($$2 / 1572864)}' /proc/meminfo); j=$$((n < m ? n : m)); echo $$((j > 1 ? j : 1)))
# Tests read real data here and skip what is not there.
export TEASEL_SHARED ?= $(abspath ../shared)
export TEASEL_TEST_PYTHON ?= $(abspath $(wildcard build/clients/bin/python))

# Where `make install` puts the program.
PREFIX ?= $(HOME)/.local
override PREFIX := $(abspath $(PREFIX))
DESTDIR ?=

# $(call stage,NAME,COMMAND): runs COMMAND, then prints the seconds it took.
stage = stage_start=$$(date +%s.%N); $(2); printf '%-10s %s s\n' '$(1):' "$$(awk "BEGIN {printf \"%.1f\", $$(date +%s.%N) - $$stage_start}")"
configure = $(call stage,configure,cmake --preset $(1) >/dev/null)
compile = $(call stage,build,cmake --build --preset $(1) -j $(JOBS) --target $(2))

FUZZ_RUNS ?= 100000
# Freed memory that is kept for finding its late use would count as growth.
FUZZ_ASAN_OPTIONS = quarantine_size_mb=16

.PHONY: help setup build test test-slow clients demo bench asan fuzz install uninstall docs clean
help:   ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## */  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup:  ## install what the build needs (says what first; nothing to do the second time)
	@$(call stage,set-up,scripts/setup)

build: setup  ## the program, build/release/teasel
	@$(call configure,release)
	$(call compile,release,teasel)

test: setup  ## build and run the fast tests
	@$(call configure,release)
	$(call compile,release,teasel teasel_tests)
	$(call stage,tests,ctest --preset release -L fast -j $(JOBS) --no-tests=error)

test-slow: setup  ## build and run the slow tests
	@$(call configure,release)
	$(call compile,release,teasel teasel_slow_tests)
	$(call stage,tests,ctest --preset release -L slow)

demo: build  ## data, training, scores and a report, in minutes
	@$(call stage,demo,build/release/teasel demo)

bench: build  ## time training steps, gathers and metrics; against PyTorch: bench/peers/step_time.py
	@for model in beta_vae factor_vae; do build/release/teasel bench step --model $$model --steps 50; done
	build/release/teasel bench data dsprites
	build/release/teasel bench scores

asan: setup  ## the fast tests under address and undefined-behaviour sanitizers
	@$(call configure,asan)
	$(call compile,asan,teasel teasel_tests)
	$(call stage,tests,ASAN_OPTIONS=detect_leaks=0 ctest --preset asan -L fast -j $(JOBS) --no-tests=error)

fuzz: setup  ## damaged files for every reader, FUZZ_RUNS of each kind, under the sanitizers
	@$(call configure,asan)
	$(call compile,asan,teasel_fuzz)
	$(call stage,fuzzing,TEASEL_FUZZ_RUNS=$(FUZZ_RUNS) ASAN_OPTIONS=$(FUZZ_ASAN_OPTIONS) ctest --preset asan -L fuzz -j $(JOBS) --no-tests=error -V | grep -E 'inputs from|the input is in|tests passed|Failed|ERROR')

clients:  ## the libraries that own the file formats, for the tests that read our files with them
	@python3 -m venv build/clients
	build/clients/bin/pip install --quiet --requirement tests/clients/requirements.txt

docs: build  ## the pages of docs/ that the program writes: the reference of all options, what every score means
	@for page in configuration which_number; do \
	  env -u TEASEL_PLUGINS build/release/teasel docs $$page >docs/$$page.md.new && mv docs/$$page.md.new docs/$$page.md || exit; \
	done

# Where `make install` put things, beside them: `make uninstall` then needs no build folder.
manifest = $(DESTDIR)$(PREFIX)/share/doc/teasel/installed.txt

install: setup  ## the program, completion, manual and headers for plug-ins, into PREFIX (~/.local); DESTDIR too
	@$(call configure,release)
	$(call compile,release,teasel teasel_install_files)
	$(call stage,install,DESTDIR='$(DESTDIR)' cmake --install build/release --prefix '$(PREFIX)' >/dev/null)
	sed 's|^$(PREFIX)/||' build/release/install_manifest.txt >'$(manifest)'
	echo "installed: $(DESTDIR)$(PREFIX)/bin/teasel"

uninstall:  ## remove what `make install` put into PREFIX
	@[ -e '$(manifest)' ] || { echo "error: nothing of teasel's is installed in $(DESTDIR)$(PREFIX)" >&2; exit 2; }
	cd '$(DESTDIR)$(PREFIX)'
	mapfile -t files <share/doc/teasel/installed.txt
	files+=(share/doc/teasel/installed.txt)
	printf '%s\0' "$${files[@]}" | xargs -0 rm -f
	# Folders that are empty now, and those around them; the rest is somebody else's too.
	printf '%s\0' "$${files[@]}" | xargs -0 dirname -z | sort -zu | xargs -0 rmdir -p --ignore-fail-on-non-empty 2>/dev/null || true

clean:  ## remove build/ (libtorch stays in the cache folder)
	@rm -rf build
