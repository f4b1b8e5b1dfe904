"""What tests of the program as a whole share."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A profile whose gateway uses a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.json").write_text(json.dumps({"version": 1, "gateway_port": port}))
    return tmp_path
