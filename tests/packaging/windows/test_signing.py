"""packaging/windows/signing.py: signs when a certificate is named, says so when none is, and shows nobody the password."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from windows.signing import CannotSign, main, sign

PASSWORD = "a $ecret of no worth"


def test_without_a_certificate_it_says_so_and_leaves_the_file(tmp_path: Path) -> None:
    program = tmp_path / "a.exe"
    program.write_bytes(b"MZ")
    lines: list[str] = []
    assert sign([program], lines.append, {}) is False
    assert lines[0].startswith("NOT SIGNED")
    assert program.read_bytes() == b"MZ"


def test_a_certificate_without_its_password_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotSign, match="WINDOWS_SIGNING_PASSWORD is not"):
        sign([tmp_path / "a.exe"], print, {"WINDOWS_SIGNING_CERTIFICATE": "x.p12"})


def test_a_machine_that_cannot_sign_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotSign, match="no signtool"):
        sign([tmp_path / "a.exe"], print, {"WINDOWS_SIGNING_THUMBPRINT": "00"})


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for the tool")
def test_the_password_stands_in_no_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "bin" / "osslsigncode"
    tool.parent.mkdir()
    tool.write_text(
        f"#!{sys.executable}\nimport pathlib, sys\nwords = sys.argv[1:]\nvalue = lambda name: words[words.index(name) + 1]\n"
        f"pathlib.Path({str(tmp_path / 'seen')!r}).write_text(' '.join(words))\n"
        "password = pathlib.Path(value('-readpass'))\n"
        "pathlib.Path(value('-out')).write_text(password.read_text() + oct(password.stat().st_mode))\n",
        encoding="utf-8",
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent))
    program = tmp_path / "a.exe"
    program.touch()
    lines: list[str] = []
    environ = {"WINDOWS_SIGNING_CERTIFICATE": "x.p12", "WINDOWS_SIGNING_PASSWORD": PASSWORD}
    assert sign([program], lines.append, environ)
    assert program.read_text(encoding="utf-8") == f"{PASSWORD}0o100600"
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "-ts http" in seen
    assert PASSWORD not in seen
    assert PASSWORD not in " ".join(lines)


@pytest.mark.skipif(not shutil.which("osslsigncode"), reason="there is no osslsigncode here")
def test_a_tool_that_fails_is_named_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.exe").write_bytes(b"MZ no program")
    monkeypatch.setenv("WINDOWS_SIGNING_CERTIFICATE", str(tmp_path / "gone.p12"))
    monkeypatch.setenv("WINDOWS_SIGNING_PASSWORD", PASSWORD)
    monkeypatch.delenv("WINDOWS_SIGNING_THUMBPRINT", raising=False)
    assert main([str(tmp_path / "a.exe")]) == 1
    told = "".join(capfd.readouterr())
    assert "osslsigncode failed with" in told
    assert PASSWORD not in told


@pytest.mark.skipif(
    not (shutil.which("osslsigncode") and shutil.which("openssl") and shutil.which("makensis")),
    reason="it takes osslsigncode, openssl and makensis",
)
def test_a_program_that_was_signed_says_by_whom(tmp_path: Path) -> None:
    quiet = {"check": True, "cwd": tmp_path, "capture_output": True}
    make = "req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 2 -subj /CN=Nobody"
    subprocess.run(["openssl", *make.split(), "-addext", "extendedKeyUsage=codeSigning"], **quiet)  # type: ignore[call-overload]
    keep = ["openssl", "pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-out", "c.p12"]
    subprocess.run([*keep, "-passout", f"pass:{PASSWORD}"], **quiet)  # type: ignore[call-overload]
    (tmp_path / "a.nsi").write_text("Unicode true\nOutFile a.exe\nSection\nSectionEnd\n", encoding="utf-8")
    subprocess.run(["makensis", "-V1", "a.nsi"], **quiet)  # type: ignore[call-overload]
    environ = {
        "WINDOWS_SIGNING_CERTIFICATE": str(tmp_path / "c.p12"),
        "WINDOWS_SIGNING_PASSWORD": PASSWORD,
        "WINDOWS_SIGNING_TIMESTAMP": "",
    }
    assert sign([tmp_path / "a.exe"], print, environ)
    verify = ["osslsigncode", "verify", "-in", "a.exe", "-CAfile", "c.pem"]
    shown = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "CN=Nobody" in shown
