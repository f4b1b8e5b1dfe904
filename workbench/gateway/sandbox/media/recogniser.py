"""pocketsphinx in a process of its own: while it listens, nothing else runs in its process, and the gateway has others to answer."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from struct import pack

import msgspec

from workbench.gateway.sandbox.media.wav import Undecodable

_PROGRAM = (sys.executable, "-P", str(Path(__file__).with_name("listening.py")))


class Recogniser:
    """Starts its process when it is first needed; that ends with this one. command: the program, see `listening`."""

    def __init__(self, command: Sequence[str] = _PROGRAM) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def words(self, samples: bytes) -> list[tuple[str, int, int]]:
        """What is said in an utterance of 16 bit samples, with the first and the last hundredth of each word.

        It takes about as long as a quarter of the utterance. Raises Undecodable where the process breaks down.
        """
        with self._one_at_a_time:
            answer = self._asked(samples)
        if not answer:
            raise Undecodable("the recogniser broke down")
        return msgspec.json.decode(answer, type=list[tuple[str, int, int]])

    def close(self) -> None:
        with self._one_at_a_time:
            self._end()

    def _asked(self, samples: bytes) -> bytes:
        """A line, or nothing where the process has ended; the next utterance gets a new one."""
        try:
            if self._process is None:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            asked, told = self._process.stdin, self._process.stdout
            if asked is None or told is None:
                return b""
            asked.write(pack("<I", len(samples)) + samples)
            asked.flush()
            answer = told.readline()
        except OSError:
            answer = b""
        if not answer:
            self._end()
        return answer

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None
