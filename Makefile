# Every target is a function of run.py, so that machines without make do the same: python3 run.py demo
PYTHON ?= python3
SAMPLES ?= ../shared/samples
W ?= demo

.PHONY: env demo test test-all test-slow check docs conformance bench clean
env demo test test-all test-slow check docs bench:
	@$(PYTHON) run.py $@ W=$(W)

conformance:
	@$(PYTHON) run.py conformance SAMPLES=$(SAMPLES)

clean:
	rm -rf .venv .venv-uv demo docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
