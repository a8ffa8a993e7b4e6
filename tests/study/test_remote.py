"""Photos and results on another file system: an S3 server on this machine, and one in memory."""

from __future__ import annotations

import io
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from hairdensity.cli import main
from hairdensity.errors import PhotoError, UsageError
from hairdensity.study.stores import Found, open_store
from hairdensity.study.work import do_job
from tests.study.stubs import here

if TYPE_CHECKING:
    from collections.abc import Iterator


SAMPLES = Path(__file__).parents[2] / "sample_images"
PHOTOS = ("1_before.jpg", "1_week4.jpg", "2_before.jpg")
BUCKET = "trial"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Start an S3 server with three photos in a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    for name, sample in zip(PHOTOS, ("before.jpg", "after.jpg", "refused.jpg"), strict=True):
        client.put_object(Bucket=BUCKET, Key=f"photos/x/{name}", Body=cut_out(SAMPLES / sample))
    client.put_object(Bucket=BUCKET, Key="photos/x/hairdensity.toml", Body=b"um_per_px = 5.5\n")
    yield client
    server.stop()


def cut_out(photo: Path) -> bytes:
    """Return the middle of a photo, which is quicker to analyse."""
    stream = io.BytesIO()
    Image.open(photo).crop((340, 220, 940, 820)).save(stream, "jpeg", quality=95)
    return stream.getvalue()


def keys_of(client: Any) -> set[str]:  # noqa: ANN401 -- boto3 has no types
    return {one["Key"] for one in client.list_objects_v2(Bucket=BUCKET)["Contents"]}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["batch", *arguments, "--pattern", "{subject}_{visit}.jpg", "--workers", "1", "-q"])
    return int(end.value.code or 0)


def test_a_batch_from_s3_to_s3_has_the_rows_of_one_from_a_folder(
    s3: Any,  # noqa: ANN401 -- boto3 has no types
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hairdensity.cli.batch_work.processes", partial(here, task=do_job))
    for key in sorted(keys_of(s3)):
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    assert run("photos", "-o", "here") == 6  # one photo is refused
    assert run(f"s3://{BUCKET}/photos", "-o", f"s3://{BUCKET}/out", "--reports") == 6
    for name in ("results.csv", "pairs.csv"):
        there = s3.get_object(Bucket=BUCKET, Key=f"out/{name}")["Body"].read()
        assert there == (tmp_path / "here" / name).read_bytes()
    kept = {key for key in keys_of(s3) if key.startswith("out/reports/")}
    assert "out/reports/photos/x/1_before.jpg/report.html" in kept
    assert "out/reports/pairs/x/1_before.jpg--x--1_week4.jpg/comparison.json" in kept
    assert not any(key.endswith("/") for key in keys_of(s3))
    # Another machine, with nothing of the first run on it, goes on from the ledger in the bucket.
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    monkeypatch.setattr("hairdensity.study.work.analyze_photo", None)  # must not be called
    assert run(f"s3://{BUCKET}/photos", "-o", f"s3://{BUCKET}/out", "--reports") == 6


def test_a_file_system_in_memory_is_read_like_a_folder() -> None:
    files = fsspec.filesystem("memory")
    files.pipe({f"/m/{name}": name.encode() for name in ("b/a.jpg", "b/a.jpg.toml", "c.PNG", "d.txt")})
    files.pipe({"/m/.hidden/e.jpg": b"x", "/m/hairdensity-out/f.jpg": b"x"})
    store = open_store("memory://m")
    found = {one.photo: one for one in store.photos()}
    assert set(found) == {"b/a.jpg", "c.PNG"}
    assert found["b/a.jpg"].beside
    assert not found["c.PNG"].beside
    assert store.look("b/a.jpg") == found["b/a.jpg"]
    assert store.look("b/none.jpg") == Found("b/none.jpg", None, "")
    assert (store.content("d.txt"), store.content("e.txt")) == (b"d.txt", None)
    with store.local("b/a.jpg") as path:
        assert path.read_bytes() == b"b/a.jpg"
        assert path.with_name("a.jpg.toml").read_bytes() == b"b/a.jpg.toml"
    assert not path.exists()
    with pytest.raises(PhotoError, match=r"none.jpg: there is no such file"), store.local("b/none.jpg"):
        pass
    files.pipe({"/m/b/a.jpg": b"other"})
    assert store.look("b/a.jpg").stamp != found["b/a.jpg"].stamp


@pytest.mark.parametrize("url", ["s4://bucket/photos", "memory://nothing/here"])
def test_what_cannot_be_reached_is_said(url: str) -> None:
    with pytest.raises(UsageError, match=url.partition(":")[0]):
        list(open_store(url).photos())


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hairdensity.study.remote.find_spec", lambda name: None if name == "fsspec" else name)
    with pytest.raises(UsageError, match=r"pip install 'hairdensity\[remote\]'"):
        open_store(f"s3://{os.getpid()}")
