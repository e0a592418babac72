"""A lake as the readers reach it: a folder, or a prefix of an S3 bucket whose access stands in the `AWS_*` variables."""

import json
import os
import pathlib

import pyarrow.fs


class Lake:
    def __init__(self, location):
        self.is_local = "://" not in location
        self.location = str(pathlib.Path(location).resolve()) if self.is_local else location.rstrip("/")
        if self.is_local:
            self.files = pyarrow.fs.LocalFileSystem()
            self.storage_options = None
        else:
            self.files = pyarrow.fs.S3FileSystem(
                endpoint_override=os.environ["AWS_ENDPOINT_URL"], region=os.environ["AWS_REGION"]
            )
            # The words that Polars and deltalake share.
            self.storage_options = {
                "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
                "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
                "aws_region": os.environ["AWS_REGION"],
                "aws_endpoint_url": os.environ["AWS_ENDPOINT_URL"],
                "aws_allow_http": "true",
            }
        self.release = json.loads(self.text("releases/latest.json"))["id"]
        self.folder = f"releases/{self.release}"
        self.tables = json.loads(self.text(f"{self.folder}/manifest.json"))["tables"]

    def url(self, path):
        """What a reader is given for a path below the lake."""
        return f"{self.location}/{path}"

    def inner(self, path):
        """The same for `self.files`, whose S3 paths begin with the bucket."""
        return self.url(path).removeprefix("s3://")

    def text(self, path):
        with self.files.open_input_stream(self.inner(path)) as stream:
            return stream.read().decode()

    def files_of(self, table):
        return [f"{table['path']}/{file['path']}" for file in table["files"]]


def bounds(values):
    return [round(float(value), 6) for value in values]
