# Two commands do everything: `make run` opens the application, `make test` checks it.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-full lint format bench dist sample openapi translations lock clean
BIN := .venv/bin
PYTEST := QT_QPA_PLATFORM=offscreen PYTHONHASHSEED=0 $(BIN)/pytest

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## a .venv with everything that developing needs
	@tools/setup develop

run: ## the application on a private sandbox (without a display: pictures of it)
	@tools/setup run
	@tools/run

test: setup ## all checks: ruff, mypy, import-linter, pytest; under 10 minutes
	@$(MAKE) --no-print-directory lint
	$(PYTEST) -n 3 --dist loadfile

test-full: setup ## the long tier: every enumerated fault point, long fuzzing, large traffic
	@$(MAKE) --no-print-directory lint
	$(PYTEST) -n 3 --dist loadfile -m "full or not full"

lint: ## ruff, mypy and the import contracts alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: ## ruff's formatter and safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## the benchmarks, as ratios against what they name; DATA=folder with the published data
	@tools/setup bench
	DATA="$(DATA)" $(BIN)/python -m benchmarks $(BENCHMARKS)

dist: setup ## the frozen application in dist/lmchat-desktop, built and tried
	@tools/dist

openapi: ## write resources/openapi.json anew from the types
	$(BIN)/lmchat-desktop openapi --out resources/openapi.json

sample: ## build resources/sample anew: make sample DATA=folder with the published data
	$(BIN)/python tools/build_sample.py "$(DATA)" --out resources/sample

translations: ## texts for translators, brought up to date: make translations LANGUAGES="de fr"
	$(BIN)/python tools/translations.py $(LANGUAGES)

lock: ## pin the dependencies anew (needs uv)
	tools/lock

clean: ## remove what was built
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
