"""Packages whose public names are imported when they are first used.

Such a package lists its names in imports that only type checkers read, and opens them lazily:

    if TYPE_CHECKING:
        from .band import Band, relax_bands

    __all__ = ["Band", "relax_bands"]

    open_lazily(__name__)

The imports are the only place that says where a name comes from: `open_lazily` reads them as well.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def open_lazily(package: str) -> None:
    """Let names of a package be imported when they are first asked for.

    Args:
        package: `__name__` of the package, which has been executed up to here.
    """
    module = sys.modules[package]
    module.__dict__["_lazy_names"] = _sources(module)
    # The way that Python documents for modules whose attributes are computed.
    module.__class__ = LazyPackage


class LazyPackage(ModuleType):
    """A package that imports its public names, and its modules, when they are first asked for."""

    _lazy_names: dict[str, tuple[str, str | None]]

    def __getattr__(self, name: str) -> Any:
        if name in self._lazy_names:
            path, attribute = self._lazy_names[name]
            value: Any = importlib.import_module(path, self.__name__)
            if attribute is not None:
                value = getattr(value, attribute)
            super().__setattr__(name, value)
            return value
        if not name.startswith("_") and find_spec(f"{self.__name__}.{name}") is not None:
            return importlib.import_module(f"{self.__name__}.{name}")
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        # Python binds each module to its package once it is imported; of two that are spelled alike, the
        # public name prevails.
        is_own_module = value is sys.modules.get(f"{self.__name__}.{name}")
        if is_own_module and self._lazy_names.get(name, (name, None))[1] is not None:
            return
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted(self.__dict__["__all__"])

    def __reduce__(self) -> tuple[Callable[[str], ModuleType], tuple[str]]:
        # Functions that are sent to other processes hold the modules that they use.
        return importlib.import_module, (self.__name__,)


def _sources(module: ModuleType) -> dict[str, tuple[str, str | None]]:
    """Where each public name comes from: a module, and the name there or None for the module itself."""
    sources: dict[str, tuple[str, str | None]] = {}
    for statement in ast.parse(inspect.getsource(module)).body:
        if isinstance(statement, ast.If) and _is_for_type_checkers(statement.test):
            for line in statement.body:
                if isinstance(line, ast.ImportFrom) and line.level > 0:
                    sources |= _names_of(line)
    return {name: source for name, source in sources.items() if name in module.__all__}


def _is_for_type_checkers(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _names_of(line: ast.ImportFrom) -> dict[str, tuple[str, str | None]]:
    path = "." * line.level
    if line.module is None:
        return {name.asname or name.name: (path + name.name, None) for name in line.names}
    return {name.asname or name.name: (path + line.module, name.name) for name in line.names}
