"""The local gateway's process: started with its token on standard input, watched, stopped."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from workbench.domain.errors import WorkbenchError
from workbench.domain.secret import Secret
from workbench.services.background import to_the_end
from workbench.services.gateway import StartRefused

STATE_FILE = "gateway.json"
"""Where a gateway says that it runs, in its data folder."""
START_S = 20.0
STOP_S = 5.0
_LOG_LIMIT = 1_000_000
_LAST_WORDS = 3
_ADDRESS = re.compile(rb"https?://[^\s/]+")
_OWN_WORDS = re.compile(r"(?:.* )?workbench: (?!something unexpected)(?P<why>.*?)(?: Hint: (?P<fix>.*))?")
"""How its command tells what it expects to go wrong (cli/edge.py)."""


Spawn = Callable[[Sequence[str], Path, Mapping[str, str], Secret], "subprocess.Popen[bytes]"]
"""Command, log, environment, token: a child that has been told the token."""


class GatewayProcess:
    """A running child. address: `http://host:port` it told when it listened."""

    def __init__(self, child: subprocess.Popen[bytes], address: str, log: Path, log_start: int) -> None:
        self.address = address
        self.pid = child.pid
        self._child = child
        self._log = log
        self._log_start = log_start

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    async def ended(self, within_s: float) -> bool:
        """Wait until it has ended; False when it is still alive after within_s seconds."""
        try:
            await asyncio.to_thread(self._child.wait, within_s)
        except subprocess.TimeoutExpired:
            return False
        self._close()
        return True

    async def stop(self) -> None:
        """End it, politely first."""
        if self.alive:
            self._child.terminate()
        if not await self.ended(STOP_S):
            self._child.kill()
            await self.ended(STOP_S)

    def let_go(self) -> None:
        """Leave it running for whoever else uses it: from now on it is not ours to wait for."""
        self._close()
        if self._child.returncode is None:
            self._child.returncode = (
                0  # or Popen would warn, when it is collected, of a child nobody waited for
            )

    def last_words(self) -> str:
        """The end of what it wrote to standard error, in one line; "" when it said nothing."""
        return last_words(self._log, self._log_start)

    def _close(self) -> None:
        if self._child.stdout:
            self._child.stdout.close()


class GatewayLauncher:
    """Starts gateways. command: the program to run, by default this one. log: where their standard error goes.

    The log is a file and not a pipe, so that a gateway that outlives its window can go on writing.
    """

    def __init__(
        self,
        data_dir: Path,
        log: Path,
        *,
        command: Sequence[str] = (),
        environ: Mapping[str, str] = os.environ,
        start_s: float = START_S,
        spawn: Spawn | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._log = log
        self._command = tuple(command) or own_command()
        self._environ = environ
        self._start_s = start_s
        self._spawn = spawn or _spawn

    async def launch(self, port: int, token: Secret) -> GatewayProcess:
        """Start one on 127.0.0.1 (port 0: a free one) and wait until it listens. Raises WorkbenchError."""
        command = (
            *self._command,
            *("gateway", "--leased", "--port", str(port), "--token-file", "-"),
            *("--data-dir", str(self._data_dir)),
        )
        log_start = 0
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            log_start = await asyncio.to_thread(_room_in, self._log)
            child = await self._spawned(command, token)
        except OSError as error:
            raise WorkbenchError(
                "The local gateway could not be started.",
                why=f"{command[0]}: {error.strerror or error}.",
                fix="Check that AI Workbench is installed completely.",
            ) from error
        line = await self._listening_line(child)
        if found := _ADDRESS.search(line):
            return GatewayProcess(child, found.group().decode(), self._log, log_start)
        await asyncio.to_thread(child.wait)
        _close(child)
        words = last_words(self._log, log_start)
        if child.returncode > 0 and (own := _OWN_WORDS.fullmatch(words)):
            raise StartRefused(
                "The local gateway could not be started.",
                why=own["why"],
                fix=own["fix"] or f"The log is {self._log}.",
            )
        raise WorkbenchError(
            "The local gateway could not be started.",
            why=words or f"It ended with code {child.returncode} and said nothing.",
            fix=f"The log is {self._log}.",
        )

    async def running(self) -> str:
        """The address where a gateway that uses the data folder said it listens, dead or alive; "" for none."""
        return await asyncio.to_thread(_said_in, self._data_dir / STATE_FILE)

    async def _spawned(self, command: Sequence[str], token: Secret) -> subprocess.Popen[bytes]:
        """A child that comes into being while the caller is being cancelled must not be left to itself."""
        born: list[subprocess.Popen[bytes]] = []

        def spawn() -> None:
            born.append(self._spawn(command, self._log, self._environ, token))

        try:
            await to_the_end(asyncio.to_thread(spawn))
        except asyncio.CancelledError:
            for child in born:
                _end(child)
            raise
        return born[0]

    async def _listening_line(self, child: subprocess.Popen[bytes]) -> bytes:
        """Empty when it ended without one, or did not listen in time."""
        try:
            async with asyncio.timeout(self._start_s):
                return await asyncio.to_thread(_first_line, child)
        except TimeoutError:
            child.kill()
            return b""
        except BaseException:
            _end(child)
            raise


def own_command() -> tuple[str, ...]:
    """How this program is started again: a frozen one is its own executable.

    On Windows and macOS there are two of them, and only the one of the terminal, workbench, has a standard output.
    """
    if not is_frozen():
        return (sys.executable, "-m", "workbench")
    own = Path(sys.executable)
    of_terminal = own.with_name(f"workbench{own.suffix}")
    return (str(of_terminal if of_terminal.exists() else own),)


def own_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for own_command: a frozen program brings its modules, another one is told where they are."""
    if is_frozen():
        return dict(environ)
    here = str(Path(__file__).parents[2])
    path = [here, environ["PYTHONPATH"]] if environ.get("PYTHONPATH") else [here]
    return {**environ, "PYTHONPATH": os.pathsep.join(path)}


def is_frozen() -> bool:
    """Whether this is a packaged program and not a checkout."""
    return bool(getattr(sys, "frozen", False))


def _said_in(state: Path) -> str:
    try:
        return f"http://127.0.0.1:{int(msgspec.json.decode(state.read_bytes())['port'])}"
    except (OSError, msgspec.DecodeError, KeyError, TypeError, ValueError):
        return ""


def last_words(log: Path, start: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(start)
            text = file.read()[-4000:].decode("utf-8", "replace")
    except OSError:
        return ""
    return " ".join(line for line in map(str.strip, text.splitlines()[-_LAST_WORDS:]) if line)


def _room_in(log: Path) -> int:
    """The size of the log; one that has grown long is begun anew."""
    if not log.exists():
        return 0
    if log.stat().st_size > _LOG_LIMIT:
        os.truncate(log, 0)
    return log.stat().st_size


def _spawn(
    command: Sequence[str], log: Path, environ: Mapping[str, str], token: Secret
) -> subprocess.Popen[bytes]:
    with log.open("ab") as errors:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=own_environment(environ),
            # Ctrl+C in the terminal is for the window; a gateway that others use must not hear it.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    assert child.stdin is not None
    try:
        child.stdin.write(token.reveal().encode() + b"\n")
        child.stdin.close()
    except (
        BrokenPipeError
    ):  # it has ended already; its first line will be missing, and its last words tell why
        pass
    return child


def _first_line(child: subprocess.Popen[bytes]) -> bytes:
    assert child.stdout is not None
    return child.stdout.readline()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()  # also ends the thread that waits for its first line
    child.wait()
    _close(child)


def _close(child: subprocess.Popen[bytes]) -> None:
    if child.stdout:
        child.stdout.close()
