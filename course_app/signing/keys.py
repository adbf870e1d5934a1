"""The keys of an installation: files in the folder `signature` of DATA_DIR, the secret halves readable by us alone.

`cle-0001.pem` signs, until `cle-0002.pem` replaces it; a replaced key keeps signing nothing, but its public half stays
published, so that old files stay checkable. The folder is read at each use: a change needs no restart.
"""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from course_app.signing.rules import PublicKey, SigningKey

FOLDER = "signature"


class BrokenKey(Exception):
    """A key file that cannot be read; the message is French and names the file."""


def folder(data_dir: Path) -> Path:
    """Return the folder of an installation's keys."""
    return data_dir / FOLDER


def public_keys(data_dir: Path) -> dict[str, PublicKey]:
    """Return every public key by id, the one in use first; empty before the first signature."""
    keys = [_read(path).public for path in reversed(_files(data_dir))]
    return {key.key_id: key for key in keys}


def signing_key(data_dir: Path) -> SigningKey:
    """Return the key in use, made on first use; two processes that come first together share one."""
    files = _files(data_dir)
    return _read(files[-1]) if files else _add(data_dir, 1)


def rotate(data_dir: Path) -> SigningKey:
    """Make a new key and sign with it from now on; the former ones stay published."""
    signing_key(data_dir)
    return _add(data_dir, int(_files(data_dir)[-1].stem.removeprefix("cle-")) + 1)


def _files(data_dir: Path) -> list[Path]:
    return sorted(folder(data_dir).glob("cle-[0-9][0-9][0-9][0-9].pem"))


def _read(path: Path) -> SigningKey:
    try:
        secret = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        raise BrokenKey(f"La clé de signature {path.name} est illisible. Remettez-la depuis une sauvegarde.") from None
    if not isinstance(secret, Ed25519PrivateKey):
        raise BrokenKey(f"La clé de signature {path.name} n'est pas une clé Ed25519.")
    return SigningKey(secret)


def _add(data_dir: Path, number: int) -> SigningKey:
    """Write a key whole, then give it its name, unless another process was first: that one's is then the key."""
    home = folder(data_dir)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, draft = home / f"cle-{number:04}.pem", home / f".cle-{secrets.token_hex(8)}"
    draft.touch(mode=0o600)
    try:
        with draft.open("wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(path)
