"""Makes the installer for Windows with makensis, which runs on Linux as well: what it packs has to be frozen on Windows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import names
from desktop.icon_files import ico
from desktop.opens import FILE_TYPES, SCHEME
from desktop.share import HOMEPAGE

from windows.signing import can_sign, sign
from windows.version_resource import numbers

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "installer.nsi"
PROGRAM, COMMAND = f"{names.NAME}.exe", f"{names.COMMAND}.exe"
"""For the desktop, and for the terminal."""
LAST_ENDING = ".json"
LANGUAGES = {"en": "ENGLISH", "ar": "ARABIC", "ru": "RUSSIAN"}
"""By what NSIS calls them."""
_VERB = names.APP_ID


class NotABundle(ValueError):
    """The folder does not hold what the program consists of; the message says what is missing."""


def makensis(environ: Mapping[str, str] = os.environ) -> str:
    """The compiler's path, "" where there is none."""
    places = [
        Path(environ[name], "NSIS") for name in ("PROGRAMFILES(X86)", "PROGRAMFILES") if name in environ
    ]
    path = os.pathsep.join([environ.get("PATH", ""), *map(str, places)])
    return shutil.which("makensis", path=path) or ""


def build_nsis(bundle: Path, out: Path, say: Callable[[str], None], *, settings: Sequence[str] = ()) -> Path:
    """The installer of bundle, written into the folder out; returns its path. The programs in it, and it, are signed if that can be.

    settings: more of makensis's options. Raises NotABundle, CannotSign, or CalledProcessError where a tool fails.
    """
    if can_sign():
        sign([bundle / PROGRAM, bundle / COMMAND], say)
        signer = f'"{sys.executable}" "{HERE / "signing.py"}"'
        settings = [*settings, f"-DSIGN={signer}"]
    out.mkdir(parents=True, exist_ok=True)
    installer = out / names.artifact("exe")
    with tempfile.TemporaryDirectory(prefix="nsis-", dir=out) as folder:
        work = Path(folder)
        draft = work / installer.name
        icon = work / f"{names.NAME}.ico"
        icon.write_bytes(ico())
        facts = work / "bundle.nsh"
        facts.write_text(described(bundle, icon, draft), encoding="utf-8-sig")
        command = [makensis(), "-INPUTCHARSET", "UTF8", "-V2", "-WX", f"-DFACTS={facts.absolute()}"]
        subprocess.run([*command, *settings, str(SCRIPT)], check=True)
        sign([draft], say)
        os.replace(draft, installer)
    return installer


def described(bundle: Path, icon: Path, installer: Path) -> str:
    """What the script includes before all else."""
    listed = sorted(path.relative_to(bundle) for path in bundle.rglob("*") if not path.is_dir())
    for program in (PROGRAM, COMMAND):
        if Path(program) not in listed:
            raise NotABundle(f"{bundle} is no bundle of Windows: there is no {program} in it")
    size = sum((bundle / path).stat().st_size for path in listed)
    defined = {
        "APP_ID": names.APP_ID,
        "TITLE": names.TITLE,
        "PUBLISHER": names.PUBLISHER,
        "COPYRIGHT": names.COPYRIGHT,
        "HOMEPAGE": HOMEPAGE,
        "VERSION": names.version(),
        "VERSION_NUMBERS": ".".join(map(str, numbers(names.version()))),
        "PROGRAM": PROGRAM,
        "COMMAND": COMMAND,
        "SCHEME": SCHEME,
        "LAST_ENDING": LAST_ENDING,
        "KILOBYTES": str(-(-size // 1024)),
        "BUNDLE": str(bundle.absolute()),
        "ICON": str(icon.absolute()),
        "OUT": str(installer.absolute()),
    }
    lines = [f'!define {name} "{_quoted(value)}"' for name, value in defined.items()]
    lines += _macro("MOVE_IN", _moved_in(listed))
    lines += _macro("REMOVE", _removed(listed))
    lines += _macro("TYPE_WORDS", _type_words())
    lines += _macro("REGISTER_TYPES", _registered())
    lines += _macro("FORGET_TYPES", _forgotten())
    return "\n".join(lines) + "\n"


def _macro(name: str, lines: Iterator[str]) -> list[str]:
    return [f"!macro {name}", *(f"  {line}" for line in lines), "!macroend"]


def _moved_in(listed: Sequence[Path]) -> Iterator[str]:
    """File by file: what the user, or another program, has put into one of the folders is not in the way."""
    for folder in _folders(listed):
        yield f'CreateDirectory "$INSTDIR\\{_windows(folder)}"'
    for path in listed:
        inside = _windows(path)
        yield f'Delete "$INSTDIR\\{inside}"'
        yield f'Rename "${{INCOMING}}\\{inside}" "$INSTDIR\\{inside}"'


def _removed(listed: Sequence[Path]) -> Iterator[str]:
    for path in listed:
        yield f'Delete "$INSTDIR\\{_windows(path)}"'
    # A folder that is not empty stays, and that is no failure.
    yield "StrCpy $R2 0"
    yield "IfErrors 0 +2"
    yield "StrCpy $R2 1"
    for folder in reversed(_folders(listed)):
        yield f'RMDir "$INSTDIR\\{_windows(folder)}"'
    yield "ClearErrors"
    yield "StrCmp $R2 1 0 +2"
    yield "SetErrors"


def _folders(listed: Sequence[Path]) -> list[Path]:
    return sorted({folder for path in listed for folder in path.parents if folder != Path()})


def _type_words() -> Iterator[str]:
    for kind in FILE_TYPES:
        for language, name in LANGUAGES.items():
            yield f'LangString {_word(kind.name)} ${{LANG_{name}}} "{_quoted(kind.words[language])}"'


def _registered() -> Iterator[str]:
    for kind in FILE_TYPES:
        key = f"${{CLASSES}}\\{names.APP_ID}.{kind.name}"
        yield f'WriteRegStr HKCU "{key}" "" "$({_word(kind.name)})"'
        yield f'WriteRegStr HKCU "{key}" "Content Type" "{kind.mime}"'
        yield f'WriteRegStr HKCU "{key}\\DefaultIcon" "" "$INSTDIR\\${{PROGRAM}},0"'
        yield f'WriteRegStr HKCU "{key}\\shell\\open\\command" "" \'"$INSTDIR\\${{PROGRAM}}" "%1"\''
        yield f'WriteRegStr HKCU "${{CLASSES}}\\${{LAST_ENDING}}\\OpenWithProgids" "{names.APP_ID}.{kind.name}" ""'
    verb = f"${{CLASSES}}\\SystemFileAssociations\\${{LAST_ENDING}}\\shell\\{_VERB}"
    patterns = " OR ".join(f'System.FileName:~"*.{kind.ending}"' for kind in FILE_TYPES)
    yield f'WriteRegStr HKCU "{verb}" "" "$(OPEN_IN)"'
    yield f'WriteRegStr HKCU "{verb}" "Icon" "$INSTDIR\\${{PROGRAM}},0"'
    yield f'WriteRegStr HKCU "{verb}" "AppliesTo" \'{patterns}\''
    yield f'WriteRegStr HKCU "{verb}\\command" "" \'"$INSTDIR\\${{PROGRAM}}" "%1"\''


def _forgotten() -> Iterator[str]:
    for kind in FILE_TYPES:
        yield f'DeleteRegValue HKCU "${{CLASSES}}\\${{LAST_ENDING}}\\OpenWithProgids" "{names.APP_ID}.{kind.name}"'
        yield f'DeleteRegKey HKCU "${{CLASSES}}\\{names.APP_ID}.{kind.name}"'
    associations = "${CLASSES}\\SystemFileAssociations\\${LAST_ENDING}"
    yield f'DeleteRegKey HKCU "{associations}\\shell\\{_VERB}"'
    for emptied in (
        f"{associations}\\shell",
        associations,
        "${CLASSES}\\${LAST_ENDING}\\OpenWithProgids",
        "${CLASSES}\\${LAST_ENDING}",
    ):
        yield f'DeleteRegKey /ifempty HKCU "{emptied}"'


def _word(name: str) -> str:
    return f"TYPE_{name.upper()}"


def _windows(path: Path) -> str:
    return _quoted("\\".join(path.parts))


def _quoted(text: str) -> str:
    return text.replace("$", "$$").replace('"', '$\\"')
