"""Where the frozen program begins; `python -m workbench` is its twin in a checkout."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Archive(Protocol):
        """The freezer's reader of the modules that are in the program's own file. It opens that file anew for each."""

        _filename: str

    class Finder(Protocol):
        """The freezer's, for one package: its name, or nothing for the top."""

        _pyz_entry_prefix: str

    Tree = Mapping[str, "Tree | str"]
    """The modules in the program's own file by their names; a package is a tree."""


OURS = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")
"""Set by what unpacks Qt. It finds its plugins without them, and other programs of Qt would take ours for theirs."""
LIBRARIES = "LD_LIBRARY_PATH"


def leave_no_trace(environ: MutableMapping[str, str], bundle: str) -> None:
    """Programs that this one starts (a browser, a speech engine) must not load the bundle's libraries."""
    for name in OURS:
        if environ.get(name, "").startswith(bundle):
            del environ[name]
    if environ.get(LIBRARIES, "").startswith(bundle):  # this process has read it already
        before = environ.pop(f"{LIBRARIES}_ORIG", "")
        if before:
            environ[LIBRARIES] = before
        else:
            del environ[LIBRARIES]


def be_no_parent(environ: MutableMapping[str, str]) -> None:
    """What this program starts of itself, such as its gateway, has to find its libraries anew.

    Without this it would take itself for a part of the running one, where they are found already.
    """
    environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"


def speak_utf8(environ: MutableMapping[str, str]) -> None:
    """As Python does outside of a bundle where no language is set up: else Qt complains of it on the terminal at every start."""
    said = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environ.get(name))), "C")
    if said in ("C", "POSIX") and not environ.get("LC_ALL"):
        environ["LC_CTYPE"] = "C.UTF-8"


CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep theirs: Debian, Fedora, openSUSE, the rest. OpenSSL looks only where the system it was built on does."""


def find_certificates(
    environ: MutableMapping[str, str], bundle: str, exists: Callable[[str], bool] = os.path.exists
) -> None:
    """Tell OpenSSL of the system's certificates, or of those in the bundle where there are none."""
    if os.name != "nt" and not {"SSL_CERT_FILE", "SSL_CERT_DIR"} & environ.keys():
        own = os.path.join(bundle, "certifi", "cacert.pem")
        environ["SSL_CERT_FILE"] = next(filter(exists, CERTIFICATES), own)


def hold_on(archive: Archive) -> None:
    """Go on with the modules that the program started with, also when an upgrade puts another file in the place of this one.

    Linux only: elsewhere a program that runs is not replaced.
    """
    if sys.platform.startswith("linux"):
        archive._filename = f"/proc/self/fd/{os.open(archive._filename, os.O_RDONLY)}"


def modules_in(tree: Tree, finder: Finder, prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Those of the finder's package and whether each is a package, as pkgutil.iter_importer_modules wants it."""
    for part in finder._pyz_entry_prefix.split("."):
        below = tree.get(part) if part else tree
        tree = {} if below is None or isinstance(below, str) else below
    for name, below in tree.items():
        yield prefix + name, not isinstance(below, str)


FILES = "resources/files.txt"
"""In the bundle: the names of its files, one a line. Who puts in another Qt may change it."""


def missing(bundle: str) -> list[str]:
    """Its files that are not there, or have nothing in them: it was copied in half, or cleaned too well."""
    try:
        with open(os.path.join(bundle, FILES), encoding="utf-8") as listed:
            return [name for name in listed.read().splitlines() if not _is_whole(os.path.join(bundle, name))]
    except OSError:
        return [FILES]


def _is_whole(path: str) -> bool:
    try:
        return os.stat(path).st_size > 0
    except OSError:
        return False


def complaint(lost: Sequence[str], bundle: str) -> str:
    files = (
        f"{len(lost)} files are missing or empty in {bundle}, such as {lost[0]}"
        if len(lost) > 1
        else f"{lost[0]} is missing or empty in {bundle}"
    )
    return (
        f"workbench: This installation is not complete: {files}. "
        "Hint: install AI Workbench again; what you made with it stays."
    )


if __name__ == "__main__":
    here: str = sys._MEIPASS  # type: ignore[attr-defined]  # frozen, it has it
    leave_no_trace(os.environ, here)
    if lost := missing(here):
        from workbench.cli.refusal import tell  # it is within the program itself

        tell(complaint(lost, here))
        sys.exit(1)
    import pyimod02_importers  # type: ignore[import-not-found]  # the freezer's, in every frozen program

    from workbench.cli import main, stand_in

    stand_in()
    hold_on(pyimod02_importers.pyz_archive)
    if "self-test" in sys.argv:  # it imports all there is; nobody else waits for pkgutil
        from functools import partial
        from pkgutil import iter_importer_modules  # type: ignore[attr-defined]  # its stub leaves it out

        listed = partial(modules_in, pyimod02_importers.get_pyz_toc_tree())
        iter_importer_modules.register(pyimod02_importers.PyiFrozenFinder, listed)
    be_no_parent(os.environ)
    if sys.platform.startswith("linux"):
        speak_utf8(os.environ)
    find_certificates(os.environ, here)
    sys.exit(main())
