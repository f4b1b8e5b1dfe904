"""What crashes leave in the folder of the logs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.domain.errors import StorageFailed
from workbench.storage.crash_files import KEPT, last_lines, save_report, take_deaths, write_report

DYING = """
    import faulthandler, os, sys
    from pathlib import Path
    from workbench.storage.crash_files import watch_for_death

    end = watch_for_death(Path(sys.argv[1]), "1.2.3")

    def fall():
        {fall}

    fall()
    end()
"""


def die(folder: Path, fall: str, **environment: str) -> None:
    script = "\n".join(line[4:] for line in DYING.format(fall=fall).splitlines())
    subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=50,
    )


def test_a_fault_that_ends_the_process_leaves_where_it_was_and_is_told_once(tmp_path: Path) -> None:
    die(tmp_path, "os.abort()")
    (death,) = take_deaths(tmp_path)
    assert death.version == "1.2.3"
    assert "Aborted" in death.traces
    assert "in fall" in death.traces
    assert take_deaths(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["pass", "faulthandler.dump_traceback(all_threads=True)"])
def test_a_run_that_ends_as_it_should_leaves_nothing(tmp_path: Path, end: str) -> None:
    die(tmp_path, end)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_killed_from_outside_is_no_crash_of_ours(tmp_path: Path) -> None:
    die(tmp_path, "os._exit(1)")
    assert len(list(tmp_path.iterdir())) == 1
    assert take_deaths(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_who_wants_the_traces_elsewhere_gets_them_there(tmp_path: Path) -> None:
    die(tmp_path, "os._exit(1)", PYTHONFAULTHANDLER="1")
    assert list(tmp_path.iterdir()) == []


def test_reports_of_the_same_second_are_all_kept_but_not_without_end(tmp_path: Path) -> None:
    for number in range(KEPT + 5):
        path = write_report(tmp_path, str(number), lambda: 0.0)
        os.utime(path, (number, number))
    left = {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert left == {str(number) for number in range(5, KEPT + 5)}


def test_the_last_lines_are_whole_and_few(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("".join(f"line {number} {'é' * 50}\n" for number in range(5000)), encoding="utf-8")
    lines = last_lines(file, 3)
    assert [line.split()[1] for line in lines] == ["4997", "4998", "4999"]
    assert all(line.startswith("line ") for line in last_lines(file, 100_000))
    assert last_lines(tmp_path / "none", 3) == []


def test_a_report_that_cannot_be_saved_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    save_report(tmp_path / "a.txt", "all of it")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "all of it"
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageFailed):
        save_report(tmp_path / "folder", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "folder"]
