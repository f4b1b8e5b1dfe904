"""Where things are kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.errors import StorageFailed

APP = "ai-workbench"
HOME_VARIABLE = "WORKBENCH_HOME"
PORTABLE_MARK, PORTABLE_FOLDER = "portable", "data"
"""A file of that name beside an installed program has it keep everything in that folder beside it."""


def for_owner_only(path: Path) -> None:
    """Keep others from reading a file, where the disk knows owners and it is ours."""
    with suppress(OSError):
        path.chmod(0o600)


@dataclass(frozen=True, slots=True)
class Paths:
    """The program's folders. profile: "" for the user's own; else names a separate one, which gets its own keychain entries.

    portable: the user wants everything in one folder that can be carried away.
    """

    config: Path
    data: Path
    logs: Path
    runtime: Path
    profile: str = ""
    portable: bool = False

    @classmethod
    def of_user(cls, environ: Mapping[str, str] = os.environ, program: str = "") -> Paths:
        """The user's folders; or everything under $WORKBENCH_HOME, or beside an installed program that is marked as portable.

        program: the installed executable, by default the running one where it is one. Raises StorageFailed where nobody
        knows the user's folder.
        """
        if home := environ.get(HOME_VARIABLE):
            return cls.under(Path(home).expanduser())
        program = program or (sys.executable if getattr(sys, "frozen", False) else "")
        if program and (beside := Path(program).parent / PORTABLE_MARK).is_file():
            return cls.under(beside.with_name(PORTABLE_FOLDER), portable=True)
        import platformdirs

        try:
            return cls(
                config=platformdirs.user_config_path(APP, appauthor=False),
                data=platformdirs.user_data_path(APP, appauthor=False),
                logs=platformdirs.user_log_path(APP, appauthor=False),
                runtime=platformdirs.user_cache_path(APP, appauthor=False) / "run",
            )
        except RuntimeError as error:
            raise StorageFailed(
                "Your home folder is not known.",
                why="HOME is not set, and the system has no account for this user.",
                fix=f"Set HOME, or {HOME_VARIABLE} to the folder that is to keep everything.",
            ) from error

    @classmethod
    def under(cls, folder: Path, *, portable: bool = False) -> Paths:
        """A profile of its own in one folder, for tests, for throw-away and for portable use."""
        folder = folder.absolute()
        return cls(
            folder / "config",
            folder / "data",
            folder / "logs",
            folder / "run",
            str(folder),
            portable=portable,
        )

    def environment(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """For a child process that is to use the same folders and keychain entries."""
        return {**environ, HOME_VARIABLE: self.profile} if self.profile else dict(environ)

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
    def own_vectors(self) -> Path:
        """Vectors that were brought along."""
        return self.data / "own-vectors"

    @property
    def embedding_maps(self) -> Path:
        """Maps of vectors. May be deleted; they are laid out again."""
        return self.data / "embedding-maps"

    @property
    def backups(self) -> Path:
        """What was moved aside when all data was replaced or reset. Never deleted by the program."""
        return self.data / "backups"

    @property
    def takeover(self) -> Path:
        """Is there when all data is to be replaced at the next start (storage.takeover)."""
        return self.data / "takeover.json"

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
                    fix="Make it writable, or start with --portable and another folder."
                    if self.portable
                    else f"Make it writable, or set {HOME_VARIABLE} to a folder that is.",
                ) from error
        return self
