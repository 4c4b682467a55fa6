"""Compiled programs that a process keeps, how many of them the system allows, and their cache on disk."""

import gc
import hashlib
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax

_CACHE = ("JAX_COMPILATION_CACHE_DIR", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS")
"""Environment variables of JAX's persistent cache: its folder, and from which time on it pays."""

_WORTH_KEEPING = "0.2"
"""Seconds of compilation from which a program is kept: reading it back takes some hundredths of one."""

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
    is set and none of the user's can be written to.
    """
    folder = os.environ.get(_CACHE[0]) or _usual_folder()
    if folder is None:
        return {}
    values = folder, os.environ.get(_CACHE[1], _WORTH_KEEPING)
    return dict(zip(_CACHE, values, strict=True))


def keep_compiled_programs(settings: Mapping[str, str]) -> None:
    """Keep compiled programs on disk from now on, with the settings of `cache_settings` of another process.

    A folder that is set here already stays; one that cannot be written to here is left alone.
    """
    config: Any = jax.config
    if config.jax_compilation_cache_dir is None and settings:
        folder, seconds = (settings[name] for name in _CACHE)
        if not _can_be_written(Path(folder)):
            return
        config.update("jax_compilation_cache_dir", folder)
        config.update("jax_persistent_cache_min_compile_time_secs", float(seconds))


def _usual_folder() -> str | None:
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        # A container may run as a user whom no list of users knows.
        return None
    folder = base / "thalweg" / f"jax-{jax.__version__}-{_processor()}"
    return str(folder) if _can_be_written(folder) else None


def _can_be_written(folder: Path) -> bool:
    """Whether a folder is there, or can be made, to write to: else JAX would warn at each compilation."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _processor() -> str:
    """A few letters for the kind of processor: what it is called, and what it can do."""
    words = [platform.machine(), platform.processor()]
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            words += {line for line in file if line.startswith(("model name", "flags", "Features"))}
    except OSError:
        pass
    return hashlib.sha256("".join(sorted(words)).encode()).hexdigest()[:12]
