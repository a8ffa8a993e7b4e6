"""What can be reviewed, where photos are found, and what is said when not."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from hairdensity.errors import PhotoError, UsageError
from hairdensity.review.result import open_result, rerun_command

if TYPE_CHECKING:
    from pathlib import Path


def test_photos_are_found_beside_above_and_through_given_paths(one: Path, tmp_path: Path) -> None:
    photo = tmp_path / "before.jpg"
    assert open_result(one, ()).photos[0].path == photo
    assert open_result(one / "analysis.json", ()).photos[0].path == photo
    (tmp_path / "elsewhere").mkdir()
    moved = photo.rename(tmp_path / "elsewhere" / "renamed.jpg")
    with pytest.raises(PhotoError, match=r"before\.jpg: the photo of this result was not found"):
        open_result(one, ())
    assert open_result(one, [moved]).photos[0].path == moved
    back = moved.rename(tmp_path / "elsewhere" / "before.jpg")
    assert open_result(one, [tmp_path / "elsewhere"]).photos[0].path == back


def test_another_photo_of_that_name_is_refused(one: Path, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "before.jpg", tmp_path / "original.jpg")
    with (tmp_path / "before.jpg").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(PhotoError, match=r"is not the photo of this result \(sha256 [0-9a-f]{12}, "):
        open_result(one, ())
    assert open_result(one, [tmp_path / "original.jpg"]).photos[0].path.name == "original.jpg"


def test_a_pair_names_both_results(pair: Path) -> None:
    result = open_result(pair, ())
    assert [photo.photo_ref.side for photo in result.photos] == ["before", "after"]
    for photo in result.photos:
        digest = hashlib.sha256((pair / photo.result_ref.name).read_bytes()).hexdigest()
        assert photo.result_ref.sha256 == digest
    assert rerun_command(result).startswith("hairdensity compare ")
    assert open_result(pair / "before", ()).photos[0].photo_ref.side == "single"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not json", "is not JSON"),
        (b"[]", "is no result"),
        (b'{"schema": "hairdensity.course/1"}', "has no hairs to review"),
        (b'{"schema": "hairdensity.analysis/1"}', "is damaged"),
        (b'{"schema": "hairdensity.analysis/1", "photo": []}', "is damaged"),
    ],
)
def test_what_is_no_result_is_one_line(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "analysis.json").write_bytes(content)
    with pytest.raises(UsageError, match=why) as caught:
        open_result(tmp_path, ())
    assert "\n" not in str(caught.value)


def test_folders_without_a_result_say_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds neither comparison\.json nor analysis\.json"):
        open_result(tmp_path, ())
    with pytest.raises(UsageError, match="there is no such folder"):
        open_result(tmp_path / "none", ())


def test_a_corrected_or_refused_result_is_not_reviewed(one: Path) -> None:
    document = json.loads((one / "analysis.json").read_text())
    corrected = {**document, "corrections": {**document["corrections"], "automatic": {}}}
    (one / "analysis.json").write_text(json.dumps(corrected))
    with pytest.raises(UsageError, match="is corrected already"):
        open_result(one, ())
    document["quality"]["verdict"] = "refused"
    (one / "analysis.json").write_text(json.dumps(document))
    with pytest.raises(PhotoError, match=r"before\.jpg: was refused"):
        open_result(one, ())
