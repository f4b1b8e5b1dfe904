"""Where a command meets the terminal: exceptions become one line and an exit code, signals end it cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from workbench.domain.errors import InvalidInput, WorkbenchError

FAILED, WRONG_USAGE = 1, 2
INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM
DEBUG = "WORKBENCH_DEBUG"


def guarded(command: Callable[[], int]) -> int:
    """Run it; no exception leaves this function, except that $WORKBENCH_DEBUG lets the unexpected ones through."""
    try:
        code = command()
        sys.stdout.flush()
    except WorkbenchError as error:
        sys.stderr.write(f"workbench: {described(error)}\n")
        return WRONG_USAGE if isinstance(error, InvalidInput) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except asyncio.CancelledError:
        return TERMINATED
    except BrokenPipeError:
        _forget_output()
        return 0
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        sys.stderr.write(f"workbench: {described(error)}\n")
        return FAILED
    return code


def described(error: Exception) -> str:
    """In one line, also what nobody expected."""
    if isinstance(error, WorkbenchError):
        return in_one_line(error)
    if isinstance(error, PermissionError) and error.filename:
        return f"{error.filename} cannot be opened: {error.strerror}. Hint: check whom it and its folder belong to."
    what = " ".join(str(error).split()) or "no details"
    return (
        f"something unexpected went wrong ({type(error).__name__}: {what}). "
        f"Hint: set {DEBUG}=1 to see where, and report it."
    )


def in_one_line(error: WorkbenchError) -> str:
    """What, where in a document, and why; what to do about it after the word Hint."""
    place = error.field if isinstance(error, InvalidInput) and error.field.startswith("/") else ""
    parts = [
        error.what,
        f"It is at {place}" if place else "",
        error.why,
        f"Hint: {error.fix}" if error.fix else "",
    ]
    return " ".join(_sentence(part) for part in parts if part)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "?", "!", "…", ")")) else f"{text}."


def finish(main: Coroutine[Any, Any, int]) -> int:
    """Run it on a loop of its own. SIGINT and SIGTERM cancel it, so that what it holds is closed first."""
    with asyncio.Runner() as runner:
        return runner.run(_until_terminated(main))


async def _until_terminated(main: Coroutine[Any, Any, int]) -> int:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    if os.name != "nt":
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    return await main


def _forget_output() -> None:
    """The reader went away (`| head`); keep the interpreter from complaining when it flushes at its end."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
