"""R14: the files that go with a backup come back on any Python we promise, and only inside the data folder."""

import io
import tarfile

import pytest

from course_app.store.backup import companions
from course_app.store.backup.archive import BackupError


def test_files_come_back_on_the_python_of_debian_12(tmp_path, monkeypatch):
    """Python 3.11.2, which Debian 12 ships, has no extraction filter: files and folders come back all the same, private."""
    data, backup = tmp_path / "data", tmp_path / "reglo.sqlite3"
    (data / "signature" / "anciennes").mkdir(parents=True)
    (data / "signature" / "anciennes" / "cle.pem").write_text("cle")
    (data / "secret_key").write_text("secret")
    (data / "secret_key").chmod(0o600)
    companions.pack(data, backup, None)

    def extractall(self, path=".", members=None, *, numeric_owner=False):  # its signature there
        raise AssertionError("nothing checks what this would write")

    monkeypatch.setattr(tarfile.TarFile, "extractall", extractall)
    back = tmp_path / "neuve"
    assert companions.unpack_missing(backup, back) == ["secret_key", "signature"]
    assert (back / "signature" / "anciennes" / "cle.pem").read_text() == "cle"
    assert [(back / name).stat().st_mode & 0o777 for name in ("secret_key", "signature")] == [0o600, 0o700]


def test_nothing_is_written_outside_the_data_folder(tmp_path):
    """An archive whose names lead outside is refused."""
    data, backup = tmp_path / "un" / "data", tmp_path / "reglo.sqlite3"
    with tarfile.open(companions.companion_path(backup), "w:gz") as archive:
        member = tarfile.TarInfo("dedans/../../dehors")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(BackupError, match="endommagé"):
        companions.unpack_missing(backup, data)
    assert not (tmp_path / "un" / "dehors").exists()


def test_a_link_is_not_followed(tmp_path):
    """A link in an archive could lead a later file anywhere: it is refused."""
    data, backup = tmp_path / "data", tmp_path / "reglo.sqlite3"
    with tarfile.open(companions.companion_path(backup), "w:gz") as archive:
        link = tarfile.TarInfo("lien")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        archive.addfile(link)
    with pytest.raises(BackupError, match="endommagé"):
        companions.unpack_missing(backup, data)
