"""Files from and to a bucket of S3."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..errors import ConfigurationError, StorageError

#: Photographs are small: what takes time is the way there and back.
DOWNLOADS_AT_ONCE = 16


def place_within(folder: Path, name: str) -> Path:
    """Where the object of this name comes to lie. Raises StorageError if that is outside the folder."""
    path = (folder / name).resolve()
    if folder.resolve() not in path.parents:
        raise StorageError(f'The object "{name}" would lie outside "{folder}".')
    return path


class ObjectStore:
    """One bucket. Credentials and region come from the environment, as `boto3` finds them."""

    def __init__(self, bucket: str) -> None:
        try:
            import boto3
            from boto3.exceptions import Boto3Error
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError as error:
            raise ConfigurationError(f"A run in the cloud needs the package boto3: {error}.") from error
        self.bucket = bucket
        self._failures = (Boto3Error, BotoCoreError, ClientError, OSError)
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=os.environ.get("AWS_ENDPOINT_URL_S3"),
            config=Config(retries={"mode": "standard", "max_attempts": 8}, max_pool_connections=DOWNLOADS_AT_ONCE),
        )

    def download_folder(self, prefix: str, folder: Path) -> int:
        """Fetches every object under the prefix that is not there yet in its size, and returns how many there are.

        Raises StorageError if there is none, or one cannot be fetched.
        """
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            objects = [item for page in pages for item in page.get("Contents", []) if not item["Key"].endswith("/")]
        except self._failures as error:
            raise StorageError(f'"s3://{self.bucket}/{prefix}" cannot be listed: {error}.') from error
        if not objects:
            raise StorageError(f'"s3://{self.bucket}/{prefix}" holds nothing: upload the data there first.')
        with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
            list(pool.map(lambda item: self._fetch(item, prefix, folder), objects))
        return len(objects)

    def download(self, key: str, path: Path) -> bool:
        """Fetches one object; False if there is none. Raises StorageError if it cannot be fetched."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._client.download_file(self.bucket, key, str(path))
        except self._failures as error:
            if getattr(error, "response", {}).get("Error", {}).get("Code") in ("404", "NoSuchKey"):
                return False
            raise StorageError(f'"s3://{self.bucket}/{key}" cannot be fetched: {error}.') from error
        return True

    def upload(self, path: Path, key: str) -> None:
        """Puts the file as it is now, whole or not at all. Raises StorageError."""
        try:
            # Opened once: a file that is replaced meanwhile is still sent as it was.
            with path.open("rb") as file:
                self._client.upload_fileobj(file, self.bucket, key)
        except self._failures as error:
            raise StorageError(f'"{path}" cannot be put to "s3://{self.bucket}/{key}": {error}.') from error

    def _fetch(self, item: dict[str, Any], prefix: str, folder: Path) -> None:
        path = place_within(folder, item["Key"][len(prefix) :])
        if path.exists() and path.stat().st_size == item["Size"]:
            return
        if not self.download(item["Key"], path):
            raise StorageError(f'"s3://{self.bucket}/{item["Key"]}" was removed meanwhile.')
