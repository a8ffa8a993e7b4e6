"""Batches on a stand-in for the analysis: resume, deaths, full disks, two at once, photos that go."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from hairdensity.errors import UsageError
from hairdensity.scale.model import StatedScale
from hairdensity.study.batch import look_ahead, run_batch
from hairdensity.study.ledger import Ledger
from hairdensity.study.ledger_file import open_ledger
from hairdensity.study.processes import processes
from tests.study.stub_work import LOG, StubSettings, measure_bytes
from tests.study.stubs import HereExecutor, Watched, here, nothing, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hairdensity.compare import CompareSettings
    from hairdensity.study.batch import Request
    from hairdensity.study.jobs import Asked
    from hairdensity.study.ledger import Tally

PATTERN = "{subject}_{visit}.jpg"
SOURCES = Path(__file__).parents[2]


def run(asked: Request, workers: int = 0) -> tuple[Tally, Watched]:
    """Run a batch, in this process or in others."""
    watched = Watched()
    start = partial(processes, count=workers) if workers else here
    return run_batch(asked, partial(start, task=measure_bytes), watched, nothing), watched


def table(output: Path, name: str = "results.csv") -> list[dict[str, str]]:
    with (output / name).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def looked_at(folder: Path) -> list[str]:
    log = folder / LOG
    names = log.read_text().split() if log.exists() else []
    log.unlink(missing_ok=True)
    return sorted(names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two subjects of two visits, and a third with one."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("1_before", "1_week4", "2_before", "2_week4", "3_before"):
        (photos / f"{name}.jpg").write_bytes(name.encode())
    return photos


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_every_photo_and_pair_has_its_row_sorted_by_name(folder: Path, output: Path) -> None:
    tally, watched = run(request(folder, output, PATTERN))
    assert (tally.photos, tally.pairs, tally.pending, tally.failed) == (5, 2, 0, 0)
    assert (watched.rows, watched.failed) == (7, 0)
    rows = table(output)
    assert [row["photo"] for row in rows] == sorted(one.name for one in folder.glob("*.jpg"))
    assert [row["hair_count"] for row in rows] == ["8", "7", "8", "7", "8"]
    assert [(row["subject"], row["visit"]) for row in rows][:2] == [("1", "before"), ("1", "week4")]
    pairs = table(output, "pairs.csv")
    assert [(row["before"], row["after"], row["kept"]) for row in pairs] == [
        ("1_before.jpg", "1_week4.jpg", "7"),
        ("2_before.jpg", "2_week4.jpg", "7"),
    ]
    assert looked_at(folder) == [row["photo"] for row in rows]


def test_a_second_run_does_nothing_and_writes_the_same(folder: Path, output: Path) -> None:
    run(request(folder, output, PATTERN))
    first = (output / "results.csv").read_bytes()
    looked_at(folder)
    _, watched = run(request(folder, output, PATTERN))
    assert (watched.rows, looked_at(folder)) == (0, [])
    assert (output / "results.csv").read_bytes() == first


def test_a_changed_photo_redoes_its_row_and_its_pair_only(folder: Path, output: Path) -> None:
    run(request(folder, output, PATTERN))
    looked_at(folder)
    (folder / "1_week4.jpg").write_bytes(b"another")
    _, watched = run(request(folder, output, PATTERN))
    assert (watched.rows, looked_at(folder)) == (2, ["1_before.jpg", "1_week4.jpg"])
    os.utime(folder / "2_week4.jpg")  # touched, its bytes the same
    _, watched = run(request(folder, output, PATTERN))
    assert watched.rows == 0


def test_a_new_scale_or_setting_redoes_what_rests_on_it(folder: Path, output: Path) -> None:
    run(request(folder, output, PATTERN))
    (folder / "3_before.jpg.toml").write_text("um_per_px = 5\n")
    assert run(request(folder, output, PATTERN))[1].rows == 1
    (folder / "hairdensity.toml").write_text("um_per_px = 6\n")
    assert run(request(folder, output, PATTERN))[1].rows == 7
    asked = request(folder, output, PATTERN)
    matched = cast("CompareSettings", StubSettings(match=2.0))
    own = replace(asked.wishes, asked=replace(asked.wishes.asked, settings=matched))
    assert run(replace(asked, wishes=own))[1].rows == 2
    sized = replace(asked.wishes.source, size=StatedScale(um_per_px=7.0))
    own = replace(asked.wishes, source=sized)
    assert run(replace(asked, wishes=own))[1].rows == 7


def test_another_version_redoes_everything(
    folder: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(request(folder, output, PATTERN))
    monkeypatch.setattr("hairdensity.study.plan.library_versions", lambda: {"opencv": "99"})
    assert run(request(folder, output, PATTERN))[1].rows == 7


def test_photos_that_go_and_come_back(folder: Path, output: Path) -> None:
    run(request(folder, output, PATTERN))
    content = (folder / "1_week4.jpg").read_bytes()
    (folder / "1_week4.jpg").unlink()
    assert run(request(folder, output, PATTERN))[0].photos == 4
    assert [row["photo"] for row in table(output)].count("1_week4.jpg") == 0
    assert len(table(output, "pairs.csv")) == 1
    (folder / "1_week4.jpg").write_bytes(content)
    assert run(request(folder, output, PATTERN))[1].rows == 0  # the same bytes: their row stands
    assert len(table(output)) == 5


def test_a_photo_deleted_after_planning_is_an_error_row_and_tried_again(folder: Path, output: Path) -> None:
    asked = request(folder, output, PATTERN)

    @contextmanager
    def deleting(given: Asked) -> Iterator[HereExecutor]:
        (folder / "2_week4.jpg").rename(folder / "kept.bin")
        yield HereExecutor(given, measure_bytes)

    tally = run_batch(asked, deleting, Watched(), nothing)
    assert (tally.failed_photos, tally.failed_pairs) == (1, 1)
    (folder / "kept.bin").rename(folder / "2_week4.jpg")  # size and time as before
    tally, watched = run(asked)
    assert (tally.failed, watched.rows) == (0, 2)


def test_labels_that_change_redo_no_photo(folder: Path, output: Path) -> None:
    run(request(folder, output, PATTERN))
    _, watched = run(request(folder, output, "{site}_{visit}.jpg"))
    assert watched.rows == 0
    assert [row["site"] for row in table(output)] == ["1", "1", "2", "2", "3"]


def test_a_dry_run_writes_nothing_and_tells_the_plan(folder: Path, output: Path) -> None:
    watched = Watched()
    look_ahead(request(folder, output, PATTERN).wishes, output, watched, nothing)
    assert watched.tally is not None
    assert (watched.tally.photos, watched.tally.pairs, watched.tally.pending) == (5, 2, 7)
    assert list(output.iterdir()) == []
    run(request(folder, output, PATTERN))
    before = {one.name: one.stat().st_mtime_ns for one in output.iterdir()}
    (folder / "3_before.jpg").write_bytes(b"changed")
    look_ahead(request(folder, output, PATTERN).wishes, output, watched, nothing)
    assert watched.tally.pending == 1
    assert {one.name: one.stat().st_mtime_ns for one in output.iterdir()} == before


def test_photos_that_do_not_fit_the_pattern_are_told(folder: Path, output: Path) -> None:
    (folder / "other.jpg").write_bytes(b"other")
    tally, watched = run(request(folder, output, PATTERN))
    assert watched.outlook is not None
    assert (watched.outlook.unnamed, watched.outlook.example) == (1, "other.jpg")
    assert (tally.photos, tally.pairs) == (6, 2)
    assert not watched.outlook.nothing_pairs


def test_photos_that_nothing_pairs_are_told(folder: Path, output: Path) -> None:
    tally, watched = run(request(folder, output))
    assert watched.outlook is not None
    assert (tally.pairs, watched.outlook.nothing_pairs) == (0, True)


def test_results_inside_the_folder_are_no_photos(folder: Path) -> None:
    (folder / "out" / "reports").mkdir(parents=True)
    run(request(folder, folder / "out"))
    (folder / "out" / "reports" / "overlay.png").write_bytes(b"x")
    (folder / ".hidden.jpg").write_bytes(b"x")
    assert run(request(folder, folder / "out"))[0].photos == 5


def test_two_batches_on_one_folder_the_second_is_told(folder: Path, output: Path) -> None:
    asked = request(folder, output)
    with open_ledger(output / "ledger.sqlite"), pytest.raises(UsageError, match="another batch is writing"):
        run(asked)
    assert run(asked)[0].photos == 5


def test_a_file_that_is_no_ledger_is_left_alone(folder: Path, output: Path) -> None:
    content = b"this is a text, and long enough to be told from a database" * 9
    asked = request(folder, output)
    (output / "ledger.sqlite").write_bytes(content)
    with pytest.raises(UsageError, match="is no ledger of hairdensity"):
        run(asked)
    assert (output / "ledger.sqlite").read_bytes() == content


def test_a_full_disk_stops_the_batch_and_keeps_what_is_done(folder: Path, output: Path) -> None:
    (folder / "zz.jpg").write_bytes(b"FULL")
    with pytest.raises(UsageError, match=r"No space left.*run the same command again"):
        run(request(folder, output))
    assert len(looked_at(folder)) == 6
    (folder / "zz.jpg").write_bytes(b"good")
    assert run(request(folder, output))[1].rows == 1


def test_an_empty_folder_is_an_error(tmp_path: Path, output: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no photo lies here"):
        run(request(tmp_path / "empty", output))


def test_who_kills_its_worker_costs_its_own_row_only(folder: Path, output: Path) -> None:
    (folder / "2_week4.jpg").write_bytes(b"KILL")
    (folder / "3_before.jpg").write_bytes(b"ONCE")  # ends its worker once, goes well when tried again
    (folder / "4_before.jpg").write_bytes(b"BUG")
    tally, _ = run(request(folder, output, PATTERN), workers=2)
    assert (tally.photos, tally.failed_photos, tally.pairs, tally.failed_pairs) == (6, 2, 2, 1)
    rows = {row["photo"]: row for row in table(output)}
    assert "ended by the system, twice" in rows["2_week4.jpg"]["error"]
    assert rows["2_week4.jpg"]["exit_code"] == "3"
    assert "a bug of hairdensity: ZeroDivisionError" in rows["4_before.jpg"]["error"]
    assert rows["4_before.jpg"]["exit_code"] == "1"
    assert rows["2_before.jpg"]["error"] == rows["3_before.jpg"]["error"] == ""
    assert table(output, "pairs.csv")[1]["error"] == rows["2_week4.jpg"]["error"]
    looked_at(folder)
    run(request(folder, output, PATTERN), workers=2)  # what failed so is tried again; the rest stands
    assert set(looked_at(folder)) == {"2_before.jpg", "2_week4.jpg", "4_before.jpg"}


def test_rows_are_the_same_with_any_number_of_workers(folder: Path, tmp_path: Path) -> None:
    for workers in (0, 1, 3):
        run(request(folder, tmp_path / str(workers), PATTERN), workers)
    for name in ("results.csv", "pairs.csv"):
        contents = {(tmp_path / str(workers) / name).read_bytes() for workers in (0, 1, 3)}
        assert len(contents) == 1


def test_killed_at_any_moment_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    """The parent is killed in the middle, twice; its workers go too, and a third run ends it."""
    folder, output = tmp_path / "photos", tmp_path / "out"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:03}.jpg").write_bytes(b"SLOW" + str(number).encode())
    recorded: set[str] = set()
    seen: list[str] = []
    for rows_before_kill in (10, 15):
        kill_after(rows_before_kill, folder, output)
        seen += looked_at(folder)
        with open_ledger(output / "ledger.sqlite") as connection:
            query = "SELECT photo FROM photo WHERE done IS NOT NULL"
            now = {name for (name,) in connection.execute(query)}
        assert now > recorded
        recorded = now
    tally, watched = run(request(folder, output), workers=2)
    again = looked_at(folder)
    assert (tally.photos, tally.failed, watched.rows) == (60, 0, 60 - len(recorded))
    assert recorded.isdisjoint(again)
    assert len(again) == 60 - len(recorded)
    assert len(seen) + len(again) <= 60 + 4  # at most two in work at each kill
    assert len(table(output)) == 60


def kill_after(rows: int, folder: Path, output: Path) -> None:
    """Start a batch in a process of its own, and kill it once the ledger has so many more rows."""
    program = (
        "import sys, os; from pathlib import Path; from functools import partial\n"
        "from tests.study.stub_work import measure_bytes\n"
        "from tests.study.stubs import HereExecutor, Watched, here, nothing, request\n"
        "from hairdensity.study.batch import run_batch\n"
        "from hairdensity.study.processes import processes\n"
        "class Told(Watched):\n"
        "    def made(self, rows, failed): print(os.getpid(), flush=True)\n"
        "if __name__ == '__main__':\n"
        f"    asked = request(Path({str(folder)!r}), Path({str(output)!r}))\n"
        "    start = partial(processes, count=2, task=measure_bytes)\n"
        "    run_batch(asked, start, Told(), nothing)\n"
    )
    script = folder.parent / "script.py"
    script.write_text(program)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCES), str(SOURCES / "src")])}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment) as batch:
        assert batch.stdout is not None
        for _ in range(rows):
            assert batch.stdout.readline()
        children = children_of(batch.pid)
        assert len(children) >= 2
        batch.send_signal(signal.SIGKILL)
    deadline_s = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_the_plan_is_counted_without_being_loaded(folder: Path, output: Path) -> None:
    run(request(folder, output, PATTERN))
    with open_ledger(output / "ledger.sqlite") as connection:
        assert Ledger(connection).tally().photos == 5
