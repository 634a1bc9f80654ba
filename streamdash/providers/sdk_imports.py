"""Imports the SDKs in parts: their packages load a module when one of its names is used.

Both SDKs export hundreds of generated types from the `__init__` of their packages, of which a
request needs few. Loading all of them takes longer than the request itself.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

SDKS = frozenset({"openai", "anthropic"})
_IMPORT = re.compile(r"^from (\.[\w.]*) import (\([^)]*\)|[^(\n]*)$", re.MULTILINE)
_HARMLESS = re.compile(r"^(?:__all__ = \[[^\]]*\]|from __future__ .*|\s*#.*)$", re.MULTILINE)
"""Statements and comments that nothing but the module itself depends on."""


def import_in_parts() -> None:
    """Import the SDKs in parts from now on; a second call changes nothing."""
    if not any(isinstance(finder, _SdkFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _SdkFinder())


class _SdkFinder(MetaPathFinder):
    """Finds the packages of the SDKs, for a loader that does not run their imports."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in SDKS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not spec.submodule_search_locations:
            return spec
        if type(spec.loader) is SourceFileLoader:
            spec.loader = _PackageLoader(spec.loader.name, spec.loader.path)
        return spec


class _PackageLoader(SourceFileLoader):
    """Loads a package whose `__init__` exports names of its modules: each name when it is used.

    A package below the first whose `__init__` does anything else is loaded whole. So is the first
    one as soon as a name is used that is neither imported there nor a module.
    """

    def exec_module(self, module: ModuleType) -> None:
        package = module.__name__
        source = self.get_source(package) or ""
        exports = _exports(source)
        top = "." not in package
        if not top and ("*" in exports or _HARMLESS.sub("", _IMPORT.sub("", source)).strip()):
            super().exec_module(module)
            return
        load_whole = super().exec_module

        def load(name: str) -> object:
            if name in exports:
                place, original = exports[name]
                value: object
                if place.strip("."):
                    value = getattr(import_module(place, package), original)
                else:
                    value = import_module(place + original, package)
                setattr(module, name, value)
                return value
            if name == "__all__":
                return list(exports)
            if not name.startswith("__"):
                if find_spec(f"{package}.{name}") is not None:
                    return import_module(f"{package}.{name}")
                if top:
                    del module.__dict__["__getattr__"]
                    load_whole(module)
                    return getattr(module, name)
            raise AttributeError(f"module {package!r} has no attribute {name!r}")

        module.__dict__["__getattr__"] = load


def _exports(source: str) -> dict[str, tuple[str, str]]:
    """The names that an `__init__` imports from its package, each with its module and its name."""
    found = {}
    for module, names in _IMPORT.findall(source):
        for part in re.sub(r"#.*", "", names.strip("()")).split(","):
            original, _, exported = part.strip().partition(" as ")
            if original:
                found[(exported or original).strip()] = (module, original.strip())
    return found
