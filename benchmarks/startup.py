"""`startup`: from the start of the process to a painted, then to a usable window, beside a bare QMainWindow.

Both are measured from outside, from before the process is started; the program itself only tells when it got there
(workbench.app.TRACE). Rounds are interleaved, medians are taken. The profile is one that has been used before. The note
gives the processor time of the main thread for the same way, which is the steadier figure on a busy machine.

The first opening of each tab, beside the whole start of the bare window, and a switch of colours with all of them open,
beside that of as many labels, are processor time of the main thread only. They are told without a target.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from threading import Timer

from benchmarks.harness import ROOT, Row, measured_alone, show

ROUNDS = 15
TAB_ROUNDS = 3
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
                                              f"painted {time.monotonic()} {time.thread_time()}\\n".encode()))

application = QApplication(sys.argv)
window = Window()
window.resize(1180, 780)
window.show()
application.exec()
"""


def started(command: list[str], last: str, home: Path, program: str = sys.executable) -> dict[str, float]:
    """Milliseconds to each mark up to `last`, those on the processor (`name cpu`), and the resident megabytes then (`mb`)."""
    reader, writer = os.pipe()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        TRACE: str(writer),
        "WORKBENCH_HOME": str(home),
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    began = time.monotonic()
    child = subprocess.Popen(
        [program, *command], cwd=ROOT, env=environment, pass_fds=(writer,), stderr=subprocess.PIPE
    )
    os.close(writer)
    marks: dict[str, float] = {}
    too_long = Timer(PATIENCE_S, child.kill)
    too_long.start()
    with os.fdopen(reader) as lines:
        for line in lines:
            name, at, cpu = line.split()
            marks[name] = (float(at) - began) * 1000
            marks[f"{name} cpu"] = float(cpu) * 1000
            if name == last:
                marks["mb"] = _resident_mb(child.pid)
                break
    too_long.cancel()
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

    bare_cpu = median(one["painted cpu"] for one in bare)

    def rows(name: str, mark: str, target: float) -> Row:
        reference, figure = median(one["painted"] for one in bare), median(one[mark] for one in window)
        cpu = median(one[f"{mark} cpu"] for one in window)
        note = f"CPU {cpu:.0f} ms, {cpu / bare_cpu:.2f} ×"
        return Row(name, figure, "ms", target, reference, relative=True, note=note)

    opened = [measured_alone("benchmarks._tabs") for _ in range(TAB_ROUNDS)]
    tabs = [
        Row(f"{tab} opens first, CPU", median(one["tabs"][tab] for one in opened), "ms", math.inf, bare_cpu)
        for tab in opened[0]["tabs"]
    ]
    switch = Row(
        "colours switched with all tabs open, CPU",
        median(one["switch"] for one in opened),
        "ms",
        math.inf,
        median(one["bare switch"] for one in opened),
        note=f"{opened[0]['widgets']} widgets, and as many labels",
    )
    bare_mb = median(one["mb"] for one in bare)
    return show(
        "startup: process start → window",
        [
            rows("painted", "painted", 1.45),
            rows("usable: composer and list", "usable", 2.5),
            Row("resident when usable", median(one["mb"] for one in window), "MB", 90, bare_mb),
            *tabs,
            switch,
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
