"""The keys of an installation, in its folder."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from course_app.signing import keys
from course_app.signing.keys import BrokenKey


def test_a_key_is_made_once_and_kept_from_others(tmp_path):
    """Nothing before the first signature; then one key, that the owner alone can read, whoever asks at the same time."""
    assert keys.public_keys(tmp_path) == {}
    with ThreadPoolExecutor(8) as many:
        found = {key.public.key_id for key in many.map(keys.signing_key, [tmp_path] * 16)}
    assert len(found) == 1
    (file,) = keys.folder(tmp_path).iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(keys.public_keys(tmp_path)) == list(found)


def test_a_rotated_key_signs_and_the_former_stays_published(tmp_path):
    """After a rotation new files are signed by the new key, named first; old files are still checkable."""
    first = keys.signing_key(tmp_path).public
    second = keys.rotate(tmp_path).public
    assert keys.signing_key(tmp_path).public == second != first
    assert list(keys.public_keys(tmp_path).values()) == [second, first]


def test_a_damaged_key_is_named(tmp_path):
    """A key file that cannot be read stops signing, with the file's name, and is never replaced silently."""
    keys.signing_key(tmp_path)
    (keys.folder(tmp_path) / "cle-0001.pem").write_text("rien")
    with pytest.raises(BrokenKey, match=r"cle-0001\.pem"):
        keys.signing_key(tmp_path)
