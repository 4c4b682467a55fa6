PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
DEVELOPED := .venv/.developed

# Most of the suite's time is compilation, which takes half as long with few optimisations. Continuous
# integration and `make test-slow` run the code that users run; `make test QUICKLY_COMPILED=` does, too.
# The first flag is one of the JAX in constraints.txt: JAX 0.12 does not know it, and ends.
QUICKLY_COMPILED := XLA_FLAGS="--xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=1 \
--xla_cpu_parallel_codegen_split_count=1 --xla_cpu_multi_thread_eigen=false"

# A file's tests stay in one process, with what they compile. A process that dies is not replaced: the other
# goes on and the run fails, where with another one in its place it would wait for ever.
IN_PARALLEL := -n 2 --dist loadfile --max-worker-restart 0

.PHONY: app demo gallery test test-slow test-gpu fuzz storm check format coverage bench clean

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

# Pictures of docs/gallery.md into gallery/, to look at and to copy to docs/gallery.
gallery: $(INSTALLED)
	THALWEG="$(abspath $(BIN))/thalweg" docs/gallery/draw.sh gallery

test: $(DEVELOPED)
	$(QUICKLY_COMPILED) $(BIN)/python -m pytest $(IN_PARALLEL)

test-slow: $(DEVELOPED)
	$(BIN)/python -m pytest $(IN_PARALLEL) -m slow

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
	$(QUICKLY_COMPILED) $(BIN)/python -m pytest $(IN_PARALLEL) --cov=thalweg --cov-report=term:skip-covered --cov-report=xml

# Today's figures beside those of benchmarks/results; an hour and more on two cores. `make bench BENCH=--quick`
# takes small sizes of the first ones, `make bench BENCH=--keep` replaces the figures that are kept. Each script can
# be run alone.
BENCH ?=
BENCHMARKS := engine gaussian_process disconnectivity kinetics overview selection memory busy_workers one_merger \
	certificate peers/run
# These print a table and keep nothing yet.
TABLES := auc large minima pairs scale device explorer
bench: $(DEVELOPED)
	for script in $(BENCHMARKS); do $(BIN)/python benchmarks/$$script.py $(BENCH) || exit 1; done
	for script in $(TABLES); do $(BIN)/python benchmarks/$$script.py || exit 1; done

clean:
	rm -rf .venv .venv-peers demo build dist
