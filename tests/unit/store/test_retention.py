"""Which backups go: old ones, never the latest, never a file that is not a backup (security.md G4)."""

from datetime import UTC, datetime
from pathlib import Path

from course_app.store.backup.retention import forget, outdated

NOW = datetime(2026, 12, 8, 3, 0, tzinfo=UTC)


def _backup(day):
    return Path(f"reglo-2026{day}T030000Z-0012.sqlite3")


def test_backups_past_the_days_kept_go():
    """Thirty-five days are kept: one of thirty-six goes, one of thirty-four stays."""
    old, kept, last = _backup("1102"), _backup("1104"), _backup("1208")
    assert outdated([last, old, kept], 35, NOW) == [old]


def test_the_latest_backup_stays_however_old():
    """When backups have stopped for months, the only one left is not deleted."""
    assert outdated([_backup("0101"), _backup("0201")], 35, NOW) == [_backup("0101")]
    assert outdated([_backup("0101")], 35, NOW) == []


def test_other_files_are_left_alone(tmp_path):
    """What goes with an old backup goes too; a restored file, a draft or a note stays."""
    kept = ["notes.txt", ".en-cours-ab", "reglo.sqlite3", f"{_backup('1208')}", f"{_backup('1208')}.json"]
    for name in [*kept, f"{_backup('1001')}", f"{_backup('1001')}.json", f"{_backup('1001')}.fichiers.tar.gz"]:
        (tmp_path / name).touch()
    assert forget(tmp_path, 35, NOW) == [tmp_path / _backup("1001").name]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)
