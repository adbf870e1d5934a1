"""Where authors write."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """Where authors write: `content` holds all but the quizzes, a folder for each kind, and the lists."""

    content: Path
    quizzes: Path

    @property
    def read(self) -> tuple[Path, ...]:
        """Every folder whose files are read, without its subfolders."""
        return (
            self.content,
            self.content / "modules",
            self.content / "exercises",
            self.content / "scenarios",
            self.content / "calls",
            self.content / "letters",
            self.content / "checklists",
            self.content / "paths",
            self.quizzes,
        )
