"""Sets up what is missing and runs the program, its tests or its checks. Standard library only; `./dev` calls it.

Nothing here is needed by the program itself. Exit codes: 0 well, 1 something failed, 2 the machine lacks something
that this script cannot install (the message says what to type).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import os
import platform
import re
import select
import shutil
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
ENGINES = ROOT / "requirements-engines.lock"
"""All of the runtime one, and what a user may add by hand (see the README)."""
PACKAGE = ROOT / "requirements-package.lock"
"""All of the runtime one, and what freezes it."""
RELEASE = ROOT / "requirements-release.lock"
"""What recipes, workflows and bills of materials are checked with, for .venv or an environment of its own."""
DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")

SYSTEM_LIBRARIES = {  # what Qt loads and its wheels do not bring: soname -> Debian package
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libpulse.so.0": "libpulse0",
    "libXrandr.so.2": "libxrandr2",
    "libXext.so.6": "libxext6",
    "libdrm.so.2": "libdrm2",
    "libspeechd.so.2": "libspeechd2",
    "libcups.so.2": "libcups2",
}


class Lacking(Exception):
    """The machine lacks something; the message is what to tell the user."""


def main(arguments: Sequence[str]) -> int:
    options, rest = parser().parse_known_args(arguments)
    try:
        return int(options.do(rest))
    except Lacking as error:
        say(str(error))
        return 2
    except subprocess.CalledProcessError as error:
        say(f"failed: {' '.join(map(str, error.cmd))}")
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="./dev", description="Sets up what is missing, then does one of:", epilog="Example: ./dev run"
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, do, help_text in (
        ("run", run, "start the window, or `run chat …` and the other commands of workbench"),
        ("test", test, "run the tests; arguments go to pytest"),
        ("check", check, "everything a change must pass: style, types, layers, tests"),
        ("bench", bench, "run the benchmarks, or those named, and print their table"),
        ("package", package, "build what people install, and try it; `package --help` tells which"),
        ("lock", lock, "write the requirements locks anew from pyproject.toml"),
    ):
        command = commands.add_parser(
            name, help=help_text, description=help_text, add_help=name not in ("run", "package")
        )
        command.set_defaults(do=do)
    return top


# The commands


def run(arguments: Sequence[str]) -> int:
    prepare(RUNTIME)
    command = [str(PYTHON), "-m", "workbench", *arguments]
    if arguments:  # a command, which needs no display
        return call(command)
    with display() as environment:
        return call(command, environment)


def test(arguments: Sequence[str]) -> int:
    prepare(DEVELOPMENT)
    with display() as environment:
        return call([str(PYTHON), "-m", "pytest", *(arguments or parallel())], environment)


def check(arguments: Sequence[str]) -> int:
    prepare(DEVELOPMENT)
    steps = [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", *parallel()]]
    failed = []
    with display() as environment:
        for step in steps:
            say(" ".join(step))
            if call([str(PYTHON), "-m", *step], environment):
                failed.append(step[0])
    if failed:
        say(f"not clean: {', '.join(failed)}")
    return 1 if failed else 0


def bench(names: Sequence[str]) -> int:
    prepare(DEVELOPMENT)
    files = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    scripts = [path.stem for path in files if "__main__" in path.read_text(encoding="utf-8")]
    unknown = [name for name in names if name not in scripts]
    if unknown:
        raise Lacking(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(scripts)}.")
    failed = False
    with display() as environment:
        for name in names or scripts:
            failed |= call([str(PYTHON), "-m", f"benchmarks.{name}"], environment) != 0
    return 1 if failed else 0


def package(arguments: Sequence[str]) -> int:
    from bundle.command import run as build_all  # from the folder beside this file, for this command alone
    from bundle.tools import missing_tools

    if sys.platform.startswith("linux") and not {"-h", "--help"} & set(arguments):
        install([*missing_packages(needs_display=True), *missing_tools()])
    return build_all(arguments, say)


def lock(arguments: Sequence[str]) -> int:
    settings = ["--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--quiet"]
    same = ["pyproject.toml", "-c", RUNTIME.name]
    more = {
        RUNTIME: ["pyproject.toml"],
        DEVELOPMENT: [*same, "--group", "dev"],
        ENGINES: [*same, "--extra", "engines"],
        PACKAGE: [*same, "--group", "package"],
        RELEASE: ["-c", DEVELOPMENT.name, "--group", "release"],
    }
    for path, group in more.items():
        command = [uv(), "pip", "compile", "--python-version", "3.11", *settings, *group]
        subprocess.run(
            [*command, *arguments, "-o", path.name], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        if "://" in path.read_text(encoding="utf-8"):
            raise Lacking(
                f"{path.name} names an address: locks hold names, versions, markers and hashes only."
            )
    return 0


def uv() -> str:
    """uv as the developer has it, else one in an environment of its own: it is no dependency of ours."""
    found = shutil.which("uv")
    if found:
        return found
    place = VENV / "uv"
    inside = place / ("Scripts" if WINDOWS else "bin")
    if not list(inside.glob("uv*")):
        venv.create(place, with_pip=True, symlinks=not WINDOWS)
        subprocess.run([inside / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    return str(inside / "uv")


def parallel() -> list[str]:
    """Two workers halve the time even on two cores; more would fight over them."""
    return ["-n", "2", "--dist", "loadfile"] if (os.cpu_count() or 1) > 1 else []


# Setting up


def prepare(lock_file: Path) -> None:
    if sys.platform.startswith("linux"):
        install(missing_packages(needs_display=not has_display(os.environ)))
    set_up_environment(lock_file)


def missing_packages(
    *,
    needs_display: bool,
    load: Callable[[str], object] = ctypes.CDLL,
    which: Callable[[str], str | None] = shutil.which,
) -> list[str]:
    """Debian packages of the system libraries, and of the virtual display where it is needed, that are not there."""
    missing = []
    for soname, package in SYSTEM_LIBRARIES.items():
        try:
            load(soname)
        except OSError:
            missing.append(package)
    if needs_display and not which("Xvfb"):
        missing.append("xvfb")
    return missing


def install(packages: Sequence[str]) -> None:
    """apt-get them, through sudo unless root. Raises Lacking with the line to type where that cannot be done."""
    if not packages:
        return
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    command = [*sudo, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        raise Lacking(
            f"System libraries are missing. Have them installed (names as in Debian):\n{' '.join(command)}"
        )
    say(f"installing {len(packages)} system packages")
    retries = ["-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in ([*sudo, "apt-get", "update", "-q", *retries], [*command, "-q", *retries]):
        try:
            subprocess.run(
                step, check=True, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except subprocess.CalledProcessError as error:
            sys.stderr.write(error.stdout.decode(errors="replace"))
            raise Lacking(
                f"apt-get failed. When the cause above is mended, type:\n{' '.join(command)}"
            ) from error


def set_up_environment(lock_file: Path) -> None:
    """Bring .venv to what lock_file says; does nothing where its stamp says that it is so already."""
    wanted = stamp(lock_file)
    if is_stamped(wanted, lock_file):
        return
    if environment_tag() != interpreter_tag():
        say("making .venv")
        venv.create(VENV, clear=True, with_pip=True, symlinks=not WINDOWS)
    say(f"installing what {lock_file.name} lists into .venv")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    install_all = ["install", "--quiet", "--require-hashes", "--no-deps", "-r", str(lock_file)]
    if subprocess.run([*pip, *install_all], check=False, cwd=ROOT).returncode:
        raise Lacking(
            "pip could not install the packages (the reason is above). Mend that and run this again."
        )
    listed = subprocess.run([*pip, "list", "--format=freeze"], check=True, capture_output=True, text=True)
    locked = "\n".join(path.read_text(encoding="utf-8") for path in (DEVELOPMENT, ENGINES))
    if strays := stray_packages(listed.stdout, locked):
        subprocess.run([*pip, "uninstall", "--quiet", "-y", *strays], check=True)
    stamp_path(lock_file).write_text(wanted, encoding="utf-8")


def stamp_path(lock_file: Path) -> Path:
    return VENV / f".{lock_file.stem}.stamp"


def is_stamped(wanted: str, lock_file: Path) -> bool:
    """The development lock holds all of the runtime one, so its stamp, if still true, counts for both."""
    for candidate, value in ((lock_file, wanted), (DEVELOPMENT, stamp(DEVELOPMENT))):
        with contextlib.suppress(OSError):
            if stamp_path(candidate).read_text(encoding="utf-8") == value and PYTHON.exists():
                return True
    return False


def stamp(lock_file: Path, interpreter: str = "") -> str:
    """Changes whenever the lock or the interpreter does."""
    tag = interpreter or interpreter_tag()
    return hashlib.sha256(lock_file.read_bytes() + tag.encode()).hexdigest()


def interpreter_tag() -> str:
    return f"{platform.python_version()} {platform.machine()} {sys.base_prefix}"


def environment_tag() -> str:
    """What interpreter_tag says inside .venv; empty where there is none that runs."""
    ask = "import platform, sys; print(platform.python_version(), platform.machine(), sys.base_prefix)"
    try:
        answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.strip()


def stray_packages(installed: str, locked: str) -> list[str]:
    """Names in `pip list --format=freeze` that the lock does not have: what an older lock left behind."""
    allowed = {plain(name) for name in re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)} | {
        "pip",
        "setuptools",
    }
    names = [line.partition("==")[0] for line in installed.splitlines() if "==" in line]
    return [name for name in names if plain(name) not in allowed]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# A display


def has_display(environment: Mapping[str, str]) -> bool:
    return any(environment.get(name) for name in DISPLAY_VARIABLES)


@contextlib.contextmanager
def display() -> Iterator[dict[str, str]]:
    """The environment to run in; on Linux without a display, one with a private virtual display that ends with it."""
    environment = dict(os.environ)
    if not sys.platform.startswith("linux") or has_display(environment):
        yield environment
        return
    say("no display here: the window is on a virtual one")
    server, number = start_display("Xvfb")
    try:
        yield {**environment, "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait()


def start_display(program: str, wait_s: float = 30) -> tuple[subprocess.Popen[bytes], str]:
    """Start an X server that picks its own number; returns it and the number. Raises Lacking if none came in time."""
    reader, writer = os.pipe()
    command = [
        program,
        "-displayfd",
        str(writer),
        "-nolisten",
        "tcp",
        "-noreset",
        "-screen",
        "0",
        "1600x1000x24",
    ]
    try:
        # A session of its own: Ctrl+C is for the window, which still needs its display to close properly.
        server = subprocess.Popen(
            command,
            pass_fds=[writer],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    finally:
        os.close(writer)
    try:
        return server, read_line(reader, wait_s)
    except Lacking:
        server.kill()
        server.wait()
        raise
    finally:
        os.close(reader)


def read_line(reader: int, wait_s: float) -> str:
    """All up to the newline: the server writes digits and newline apart, and dies if the pipe closes in between."""
    deadline = time.monotonic() + wait_s
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(reader, 64) if ready else b""
        if not piece:
            raise Lacking("The virtual display did not start. Try `Xvfb :99` by hand to see why.")
        line += piece
    return line.decode().strip()


# Running things


def call(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run it from the root and return its exit code; signals that would end this script go to it instead."""
    child = subprocess.Popen(command, cwd=ROOT, env=environment)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT or not sys.stdin.isatty():  # a terminal sends Ctrl+C to both
            child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if code == -signal.SIGINT:
        raise KeyboardInterrupt
    return 128 - code if code < 0 else code


def say(text: str) -> None:
    print(f"dev: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
