"""Tries a finished bundle as a user has it: outside of the checkout, with no Python on PATH and the network cut off.

A script of its own (`python smoke.py FOLDER VERSION`), since what cuts itself off stays so. One line a step; 1 when one failed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import names
from dev import start_display

from bundle.alone import Refused, cut_off
from bundle.build import INSIDE, files
from bundle.forbidden import forbidden
from bundle.libraries import from_the_system

PATIENCE_S = 300
MODEL = "@cf/zai-org/glm-4.7-flash"
TOKEN = "smoke-test-token-of-no-worth"
FROM_THE_SYSTEM = re.compile(
    r"ld-linux.*|lib(?:c|m|dl|rt|pthread|resolv|util|gcc_s|stdc\+\+|GL|EGL|drm|X11|X11-xcb|xcb"
    r"|wayland-(?:client|cursor|egl))\.so\.\d+"
)
"""What a desktop of Linux has: the C library, and what belongs to the driver of the screen."""


class Failed(Exception):
    """A step did not go as it should; the message says how it went instead."""


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    with contextlib.ExitStack() as stack:
        # Windows removes nothing that somebody has open, if only to look for viruses.
        folder = tempfile.TemporaryDirectory(prefix="workbench-smoke-", ignore_cleanup_errors=os.name == "nt")
        home = Path(stack.enter_context(folder))
        environ = bare_environment(home)
        if sys.platform.startswith("linux"):
            server, number = start_display("Xvfb")
            stack.callback(server.wait)
            stack.callback(server.terminate)
            environ["DISPLAY"] = f":{number}"
        try:
            cut_off()
            print("smoke: the network is cut off")
        except Refused as error:
            print(f"smoke: NOT TRIED without a network: {error}")
        program = options.folder / (f"{names.COMMAND}.exe" if os.name == "nt" else names.COMMAND)
        bundle = Bundle(options.folder, program.resolve(), options.version, home, environ)
        return try_all(bundle.steps())


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=__doc__)
    top.add_argument("folder", type=Path)
    top.add_argument("version")
    return top


def bare_environment(home: Path) -> dict[str, str]:
    """As a desktop gives it, with no program on PATH: what is not in the bundle is not there."""
    nothing = home / "nothing"
    nothing.mkdir()
    environ = {
        "HOME": str(home),
        "PATH": str(nothing),
        "LANG": "C.UTF-8",
        "TMPDIR": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
    }
    if os.name == "nt":
        kept = ("SYSTEMROOT", "WINDIR", "COMSPEC", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE")
        environ |= {name: os.environ[name] for name in kept if name in os.environ}
        environ |= {name: str(home) for name in ("TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA")}
    return environ


def try_all(steps: Mapping[str, Callable[[], str]]) -> int:
    """Run each step; how many failed, at most 1."""
    failed = False
    for name, step in steps.items():
        began = time.monotonic()
        try:
            said = step()
        except (Failed, OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
            failed = True
            print(f"smoke: FAILED  {name}: {error}")
        else:
            print(f"smoke: ok      {name}{f': {said}' if said else ''} ({time.monotonic() - began:.1f} s)")
        sys.stdout.flush()
    return int(failed)


class Bundle:
    """The bundle that is tried."""

    def __init__(
        self, folder: Path, program: Path, version: str, home: Path, environ: Mapping[str, str]
    ) -> None:
        self._folder = folder
        self._program = str(program)
        self._version = version
        self._home = home
        self._environ = environ

    def steps(self) -> dict[str, Callable[[], str]]:
        steps = {
            "nothing forbidden is in it": self._nothing_forbidden,
            "its notices and its build are told": self._facts,
            "it says its version": self._says_its_version,
            "it reads a route": self._lints,
            "its gateway answers": self._gateway,
            "its window does every job": self._self_test,
        }
        if sys.platform.startswith("linux"):
            steps["it needs of the system what a desktop has"] = self._needs
        return steps

    def _nothing_forbidden(self) -> str:
        listed = files(self._folder)
        if found := forbidden(listed):
            raise Failed(", ".join(found))
        return f"{len(listed)} files"

    def _facts(self) -> str:
        resources = self._folder / INSIDE / "resources"
        notices = json.loads((resources / "notices.json").read_text(encoding="utf-8"))
        build = json.loads((resources / "build.json").read_text(encoding="utf-8"))
        if build["version"] != self._version:
            raise Failed(f"it was built from {build['version']}")
        if not all(one["text"].strip() for one in notices):
            raise Failed("a notice has no text")
        return f"{len(notices)} notices, {build['commit'] or 'no commit'}"

    def _needs(self) -> str:
        names_of_libraries = from_the_system(self._folder)
        if found := {one for one in names_of_libraries if not FROM_THE_SYSTEM.fullmatch(one)}:
            raise Failed(", ".join(sorted(found)))
        return ", ".join(sorted(names_of_libraries))

    def _says_its_version(self) -> str:
        said = self._run("--version").strip()
        if said != f"{names.COMMAND} {self._version}":
            raise Failed(said)
        return said

    def _lints(self) -> str:
        example = next((self._folder / INSIDE / "resources" / "routes").glob("*.json"))
        self._run("route", "lint", str(example))
        return example.name

    def _self_test(self) -> str:
        done = self._started("self-test", "--json")
        lines = done.stdout.strip().splitlines()
        try:
            told = json.loads(lines[-1]) if lines else {}
        except ValueError:
            told = {}
        if done.returncode or not told.get("ok"):
            raise Failed(f"{told.get('failed', '')} {done.stderr[-2000:]}".strip())
        return f"{len(told['steps'])} steps"

    def _gateway(self) -> str:
        """Asked over loopback by this script, then by the program's own command."""
        with self._running_gateway() as address:
            models = self._asked(f"{address}/v1/local/default/compat/models")
            answer = self._run(
                "chat",
                *("-m", f"workers-ai/{MODEL}", "--base-url", f"{address}/v1/local/default/compat"),
                *("--api-key-env", "SMOKE_TOKEN", "Say hello"),
                SMOKE_TOKEN=TOKEN,
            )
        if not models or not answer.strip():
            raise Failed("it said nothing")
        return " ".join(answer.split())[:60]

    @contextlib.contextmanager
    def _running_gateway(self) -> Iterator[str]:
        token = self._home / "token.txt"
        token.write_text(TOKEN, encoding="ascii")
        command = [
            "gateway",
            "--port",
            "0",
            "--token-file",
            str(token),
            "--data-dir",
            str(self._home / "gateway"),
        ]
        with (self._home / "gateway.log").open("w+b") as log:
            child = subprocess.Popen(
                [self._program, *command],
                env=dict(self._environ),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            assert child.stdout is not None
            try:
                line = child.stdout.readline()
                if not (found := re.search(r"http://[\d.:]+", line)):
                    log.seek(0)
                    raise Failed(f"it did not listen: {line}{log.read().decode(errors='replace')[-2000:]}")
                yield found.group()
            finally:
                child.terminate()
                child.wait(PATIENCE_S)
                child.stdout.close()

    def _asked(self, address: str) -> bytes:
        request = urllib.request.Request(address, headers={"authorization": f"Bearer {TOKEN}"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE_S) as answer:
            content: bytes = answer.read()
        return content

    def _run(self, *arguments: str, **more: str) -> str:
        """What it prints; raises Failed unless it ends well."""
        done = self._started(*arguments, **more)
        if done.returncode:
            raise Failed(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def _started(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, *arguments],
            env={**self._environ, **more},
            cwd=self._home,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
