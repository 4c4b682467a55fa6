PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
DEVELOPED := .venv/.developed

# Most of the suite's time is compilation, which takes half as long with few optimisations. Continuous
# integration and `make test-slow` run the code that users run; `make test QUICKLY_COMPILED=` does, too.
# The first flag is one of the JAX in constraints.txt: JAX 0.12 does not know it, and ends.
QUICKLY_COMPILED := XLA_FLAGS="--xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=1 \
--xla_cpu_parallel_codegen_split_count=1 --xla_cpu_multi_thread_eigen=false"

.PHONY: app demo test test-slow test-gpu fuzz storm check format coverage bench clean

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(DEVELOPED): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# The explorer's front end, src/thalweg/app/explorer.js, from its sources; needs Node, which users do not.
app:
	cd src/thalweg/app && npm ci --ignore-scripts && npm run build

demo: $(INSTALLED)
	$(BIN)/thalweg demo

test: $(DEVELOPED)
	$(QUICKLY_COMPILED) $(BIN)/python -m pytest -n 2

test-slow: $(DEVELOPED)
	$(BIN)/python -m pytest -n 2 -m slow

# On an accelerator, with JAX for it (docs/accelerator.md); skipped without one. THALWEG_DEVICE=cpu tries the
# tests themselves on a CPU. The flag keeps sums in one order, so that results repeat.
test-gpu: $(DEVELOPED)
	JAX_PLATFORMS= XLA_PYTHON_CLIENT_PREALLOCATE=false XLA_FLAGS="--xla_gpu_deterministic_ops=true $(XLA_FLAGS)" \
	$(BIN)/python -m pytest -m gpu -rs

# Ten thousand damaged files to each importer, always the same ones; some minutes. `make fuzz SEED=1` takes others.
SEED ?= 0
fuzz: $(DEVELOPED)
	$(BIN)/python tests/fuzz/fuzzing.py --seed $(SEED)

# Three hundred kills at random instants, then the damaged files.
storm: $(DEVELOPED)
	$(BIN)/python tests/storm/storming.py --kills 300 --seed $(SEED)
	$(MAKE) fuzz SEED=$(SEED)

check: $(DEVELOPED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEVELOPED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The tests again, with the lines of each file that none of them runs.
coverage: $(DEVELOPED)
	$(QUICKLY_COMPILED) $(BIN)/python -m pytest -n 2 --cov=thalweg --cov-report=term:skip-covered --cov-report=xml

# An hour and more on two cores; each script can be run alone.
bench: $(DEVELOPED)
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/auc.py
	$(BIN)/python benchmarks/peers/run.py
	$(BIN)/python benchmarks/gaussian_process.py
	$(BIN)/python benchmarks/large.py
	$(BIN)/python benchmarks/disconnectivity.py
	$(BIN)/python benchmarks/kinetics.py
	$(BIN)/python benchmarks/selection.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/minima.py
	$(BIN)/python benchmarks/pairs.py
	$(BIN)/python benchmarks/busy_workers.py
	$(BIN)/python benchmarks/certificate.py
	$(BIN)/python benchmarks/device.py
	$(BIN)/python benchmarks/explorer.py

clean:
	rm -rf .venv .venv-peers demo build dist
