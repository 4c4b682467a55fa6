"""Compiled programs that a process keeps, how many of them the system allows, and their cache on disk."""

import functools
import gc
import hashlib
import os
import platform
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SINGLE_THREAD_FLAG = "--xla_cpu_multi_thread_eigen=false"
"""Of XLA: many small walkers, each on one thread, are faster and the same on any number of cores."""

TASK_THREADS = "thalweg tasks"
"""Begin of the names of threads that compute: what a run has given up goes on there for a while."""

_FOLDER, _SECONDS, _BYTES, _IS_WANTED = (
    "JAX_COMPILATION_CACHE_DIR",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS",
    "JAX_COMPILATION_CACHE_MAX_SIZE",
    "JAX_ENABLE_COMPILATION_CACHE",
)
"""Environment variables of JAX's persistent cache; its settings have the same names in lower case."""

_KINDS: Mapping[str, type] = {_FOLDER: str, _SECONDS: float, _BYTES: int}

_WORTH_KEEPING = "0.2"
"""Seconds of compilation from which a program is kept: reading it back takes some hundredths of one."""

_MOST_BYTES = str(2**28)
"""What our own folder may hold, some thousand programs; those unused for longest make room for new ones."""

_MISHAP = "Error (reading|writing) persistent compilation cache entry"
"""JAX says so when a disk is full, or an entry damaged. It has compiled the program anew by then."""

_QUICKLY = "--xla_backend_optimization_level=1 --xla_cpu_parallel_codegen_split_count=1"
"""Flags of XLA under which programs are compiled sooner and are somewhat slower.

All versions of XLA from JAX 0.10 to 0.12 know them: one that is unknown ends the process.
"""

_MAPPINGS, _MOST = Path("/proc/self/maps"), Path("/proc/sys/vm/max_map_count")


def forget_when_many(share: float = 0.5) -> bool:
    """Forget all compiled programs if they take more than a `share` of what the system allows a process.

    JAX keeps every program that it compiles, and each maps about nine stretches of memory, of which Linux
    allows a process 65,530 by default. Beyond them compilation ends in a segmentation fault: a process that
    goes through thousands of problems of different shapes gets there. One exploration compiles some tens of
    programs, so half of the mappings leaves room for a hundred times that.

    Returns:
        Whether they were forgotten. What is used again is then compiled again, or read from JAX's persistent
        cache. Nothing happens on systems without such a limit.
    """
    if not (_MAPPINGS.exists() and _MOST.exists()):
        return False
    with _MAPPINGS.open("rb") as mappings:
        n_mappings = sum(1 for _ in mappings)
    if n_mappings <= share * int(_MOST.read_text()):
        return False
    import jax

    jax.clear_caches()  # type: ignore[no-untyped-call]
    gc.collect()
    return True


def compile_quickly() -> None:
    """Let this process, and those that it starts, spend less time on compiling, if JAX has not begun yet.

    For commands that go through many small problems of different shapes. The user's own flags come last, so
    they prevail.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if _QUICKLY not in flags:
        os.environ["XLA_FLAGS"] = f"{_QUICKLY} {flags}".strip()


def cache_settings() -> dict[str, str]:
    """Environment variables by which a new process keeps compiled programs on disk, as far as none is set.

    The folder is the user's own, and one for each kind of processor: programs compiled for one may not run on
    another, and home folders are shared by the machines of a cluster. There are no settings where no folder
    is set and none of the user's can be written to, nor where JAX_ENABLE_COMPILATION_CACHE turns it off.
    """
    if os.environ.get(_IS_WANTED, "true").lower() in ("false", "f", "no", "n", "off", "0"):
        return {}
    if chosen := os.environ.get(_FOLDER):
        return {_FOLDER: chosen, _SECONDS: os.environ.get(_SECONDS, _WORTH_KEEPING)}
    folder = _usual_folder()
    if folder is None:
        return {}
    ours = {_SECONDS: _WORTH_KEEPING, _BYTES: _MOST_BYTES}
    return {_FOLDER: str(folder), **{name: os.environ.get(name, ours[name]) for name in ours}}


def keep_compiled_programs(settings: Mapping[str, str]) -> None:
    """Keep compiled programs on disk from now on, with the settings of `cache_settings`, maybe elsewhere.

    A folder that is set here already stays; one that cannot be written to here is left alone. Neither a full
    disk nor a damaged entry is reported: what cannot be read is compiled.
    """
    import jax

    config: Any = jax.config
    if not settings or config.jax_compilation_cache_dir not in (None, settings[_FOLDER]):
        return
    folder = Path(settings[_FOLDER])
    if not _can_be_written(folder):
        return
    for name, value in settings.items():
        config.update(name.lower(), _KINDS[name](value))
    if _BYTES in settings:
        warnings.filterwarnings("ignore", _MISHAP)
        _remove_cut_short(folder)


@functools.cache
def keep_compiled_programs_by_default() -> None:
    """Keep compiled programs on disk, where nobody said otherwise; only the first call does anything."""
    keep_compiled_programs(cache_settings())


def _usual_folder() -> Path | None:
    import jax
    from platformdirs import user_cache_path

    try:
        base = user_cache_path("thalweg")
    except RuntimeError:
        # A container may run as a user whom no list of users knows.
        return None
    folder = base / f"programs-{jax.__version__}-{_processor()}"
    return folder if folder.is_absolute() and _can_be_written(folder) else None


def _can_be_written(folder: Path) -> bool:
    """Whether a folder is there, or can be made, to write to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _remove_cut_short(folder: Path) -> None:
    """Remove entries of a bounded cache that a killed process, or a full disk, left unfinished.

    JAX writes an entry, and then beside it when it was last used. It neither writes an entry that is there
    anew, nor makes room where one lacks the second file.
    """
    from filelock import FileLock, Timeout

    try:
        # Under the lock that JAX holds while it writes: no entry that is being written is removed.
        with FileLock(folder / ".lockfile", timeout=1.0):
            for entry in folder.glob("*-cache"):
                if not entry.with_name(entry.name.removesuffix("-cache") + "-atime").exists():
                    entry.unlink()
    except (OSError, Timeout):
        return


def _processor() -> str:
    """A few letters for the kind of processor: what it is called, and what it can do."""
    words = [platform.machine(), platform.processor()]
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            words += {line for line in file if line.startswith(("model name", "flags", "Features"))}
    except OSError:
        pass
    return hashlib.sha256("".join(sorted(words)).encode()).hexdigest()[:12]
