"""`startup`: from the start of the process to a painted, then to a usable window, beside a bare QMainWindow.

Both are measured from outside, from before the process is started; the program itself only tells when it got there
(workbench.app.TRACE). Rounds are interleaved, medians are taken. The profile is one that has been used before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.harness import ROOT, Row, show

ROUNDS = 15
PATIENCE_S = 60
TRACE = "WORKBENCH_TRACE_STARTUP"

BARE = """
import os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: os.write(int(os.environ["WORKBENCH_TRACE_STARTUP"]),
                                              f"painted {time.monotonic()}\\n".encode()))

application = QApplication(sys.argv)
window = Window()
window.resize(1180, 780)
window.show()
application.exec()
"""


def started(command: list[str], last: str, home: Path) -> dict[str, float]:
    """Milliseconds to each mark up to `last`, and the resident megabytes then (`mb`)."""
    reader, writer = os.pipe()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        TRACE: str(writer),
        "WORKBENCH_HOME": str(home),
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, pass_fds=(writer,), stderr=subprocess.PIPE
    )
    os.close(writer)
    marks: dict[str, float] = {}
    with os.fdopen(reader) as lines:
        for line in lines:
            name, at = line.split()
            marks[name] = (float(at) - began) * 1000
            if name == last:
                marks["mb"] = _resident_mb(child.pid)
                break
    child.terminate()
    _, said = child.communicate(timeout=PATIENCE_S)
    if last not in marks:
        raise RuntimeError(f"{command} never got to “{last}”:\n{said.decode()[-2000:]}")
    return marks


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> int:
    bare: list[dict[str, float]] = []
    window: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="workbench-startup-") as folder:
        home = Path(folder)
        started(["-m", "workbench"], "usable", home)  # makes the profile, and the byte code
        for _ in range(ROUNDS):
            bare.append(started(["-c", BARE], "painted", home))
            window.append(started(["-m", "workbench"], "usable", home))
    reference = median(one["painted"] for one in bare)
    return show(
        "startup: process start → window",
        [
            Row("painted", median(o["painted"] for o in window), "ms", 1.45, reference, relative=True),
            Row(
                "usable: composer and list",
                median(o["usable"] for o in window),
                "ms",
                2.5,
                reference,
                relative=True,
            ),
            Row(
                "resident when usable",
                median(o["mb"] for o in window),
                "MB",
                90,
                median(o["mb"] for o in bare),
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
