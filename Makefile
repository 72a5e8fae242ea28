# Every command is a line of config/bootstrap; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test bench lint fmt clean
EPAY := @config/epay

help:  ## show this list
	@awk -F ':  ## ' '/^[a-z]+:  ## / {printf "%-7s %s\n", $$1, $$2}' Makefile

setup:  ## fetch what is missing (no database, no server)
	$(EPAY) setup

run:  ## set up, start the demo shop and serve it; Ctrl-C stops all
	$(EPAY) run

test:  ## every test; ARGS="..." is handed to pytest (a path, -k, -x)
	$(EPAY) test $(ARGS)

bench:  ## the benchmarks
	$(EPAY) bench $(ARGS)

lint:  ## every linter, the same as CI
	$(EPAY) lint

fmt:  ## let the linters put right what they can
	$(EPAY) fmt

clean:  ## stop the databases and remove .local/
	$(EPAY) clean
