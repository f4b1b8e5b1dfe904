"""Where things are kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.errors import StorageFailed

APP = "ai-workbench"
HOME_VARIABLE = "WORKBENCH_HOME"


@dataclass(frozen=True, slots=True)
class Paths:
    """The program's folders. profile: "" for the user's own; else names a separate one, which gets its own keychain entries."""

    config: Path
    data: Path
    logs: Path
    runtime: Path
    profile: str = ""

    @classmethod
    def of_user(cls, environ: Mapping[str, str] = os.environ) -> Paths:
        """The user's folders, or everything under $WORKBENCH_HOME where that is set."""
        if home := environ.get(HOME_VARIABLE):
            return cls.under(Path(home).expanduser())
        import platformdirs

        return cls(
            config=platformdirs.user_config_path(APP, appauthor=False),
            data=platformdirs.user_data_path(APP, appauthor=False),
            logs=platformdirs.user_log_path(APP, appauthor=False),
            runtime=platformdirs.user_cache_path(APP, appauthor=False) / "run",
        )

    @classmethod
    def under(cls, folder: Path) -> Paths:
        """A profile of its own in one folder, for tests and for throw-away use."""
        folder = folder.absolute()
        return cls(folder / "config", folder / "data", folder / "logs", folder / "run", profile=str(folder))

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.json"

    @property
    def database(self) -> Path:
        return self.data / "workbench.db"

    @property
    def images(self) -> Path:
        """Stored pictures."""
        return self.data / "images"

    @property
    def thumbnails(self) -> Path:
        """May be deleted; it is made again."""
        return self.data / "thumbnails.db"

    @property
    def recordings(self) -> Path:
        """What was recorded here."""
        return self.data / "recordings"

    @property
    def spoken(self) -> Path:
        """What models were given to say, as sound."""
        return self.data / "spoken"

    @property
    def samples(self) -> Path:
        """Recordings as they are looked at and cut. May be deleted; they are made again."""
        return self.data / "samples"

    @property
    def vectors(self) -> Path:
        """Vectors of texts. May be deleted; models are asked for them again."""
        return self.data / "vectors.db"

    @property
    def log_file(self) -> Path:
        return self.logs / "workbench.log"

    def make(self) -> Paths:
        """Create the folders, readable by their owner only; raises StorageFailed."""
        for folder in (self.config, self.data, self.logs, self.runtime):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise StorageFailed(
                    f"The folder {folder} cannot be made.",
                    why=error.strerror or str(error),
                    fix=f"Make it writable, or set {HOME_VARIABLE} to a folder that is.",
                ) from error
        return self
