"""A response's content as a file, whole or not at all."""

import hashlib
from pathlib import Path

import httpx

from dart_batch.client.failures import broken


def save(answer: httpx.Response, path: Path) -> None:
    """Stream the content into the file, replacing one that is there. Raises DownloadBroken, and then leaves it as it
    was, unless the SHA-256 is that of the ETag.
    """
    partial, digest = path.with_name(f".{path.name}.part"), hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("wb") as file:
            for block in answer.iter_bytes():
                digest.update(block)
                file.write(block)
        if answer.headers.get("ETag", "").strip('"') != digest.hexdigest():
            raise broken(answer.url.path)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
