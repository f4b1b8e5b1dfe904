"""Guards against faults of the Qt binding: one ends the process within minutes, two slow its start by a third."""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import machinery
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader  # 2 ms of the first paint

_REFERENCES = 1 << 40
_SIGNATURES = "shibokensupport.signature."
_FOR_MESSAGES = frozenset(
    _SIGNATURES + name
    for name in (
        "errorhandler",
        "layout",
        "lib.enum_sig",
        "lib.pyi_generator",
        "lib.tool",
        "parser",
    )
)
"""What the binding needs for the texts of a TypeError, for help() and to write stubs; nothing else of it."""


def keep_none_alive() -> None:
    """Give None, True and False more references than a process can lose.

    PySide6 6.12 is built against a stable ABI in which None is immortal (Python 3.12, PEP 683). On 3.11 every call
    of it that returns None takes one reference away; some thousand calls later the interpreter aborts with
    "none_dealloc: deallocating None"; "bool_dealloc" is the same for calls that return a bool. With this, 3.11 behaves
    as 3.12 does. Called once, before the first widget.
    """
    if sys.version_info < (3, 12) and sys.getrefcount(None) < _REFERENCES // 2:
        import ctypes  # only where it is needed: 5 ms on the way to the first paint

        # The count is the first field of every object; adding to it is what Py_IncRef does, this often.
        for immortal in (None, True, False):
            ctypes.c_ssize_t.from_address(id(immortal)).value += _REFERENCES


def import_as_usual() -> None:
    """Take the binding out of the import statement again.

    PySide6 6.12 wraps it, and looks with inspect.getsource whether a module that was imported mentions PySide6, in case it
    will switch to snake_case names (`from __feature__ import …`), which we never do. For 300 modules that is 40 ms, and
    the line cache keeps 12 MB of text. Called once, when the binding has been imported.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


@contextmanager
def without_signatures() -> Iterator[None]:
    """Import the binding in this, for the first time, and it compiles what it makes messages by when it makes one.

    PySide6 6.12 carries those modules as source text and compiles them at each start: two fifths of the time its import
    takes.
    """
    real = machinery.ModuleSpec

    def spec(name: str, loader: Loader, **more: Any) -> machinery.ModuleSpec:
        later: Any = _LaterLoader(loader) if name in _FOR_MESSAGES else loader
        return real(name, later, **more)

    machinery.ModuleSpec = spec  # type: ignore[assignment,misc]  # the binding takes it from there to load them
    try:
        yield
    finally:
        machinery.ModuleSpec = real  # type: ignore[misc]


_MAKING = threading.RLock()


class _LaterLoader:
    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: machinery.ModuleSpec) -> ModuleType:
        return _Later(spec.name, self.loader)

    def exec_module(self, module: ModuleType) -> None:
        """Done by the first who wants something of it."""


class _Later(ModuleType):
    def __init__(self, name: str, loader: Loader) -> None:
        super().__init__(name)
        self._loader = loader
        self._is_being_made = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import system looks for
            raise AttributeError(name)
        with _MAKING:  # who comes from another thread meanwhile gets the whole of it
            if self._is_being_made:
                raise AttributeError(name)
            if type(self) is _Later:
                self._make()
        return getattr(self, name)

    def _make(self) -> None:
        self._is_being_made = True
        # The binding has given it a second name meanwhile, by which its loader does not know it.
        self.__spec__ = machinery.ModuleSpec(self.__name__, self._loader)
        try:
            self._loader.exec_module(self)
        finally:
            self._is_being_made = False
        self.__class__ = ModuleType  # type: ignore[assignment]
