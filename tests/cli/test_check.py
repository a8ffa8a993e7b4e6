"""`hairdensity check` through the whole command line, and what docs/ci.md tells about it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from hairdensity.cli.check import command
from hairdensity.study.jobs import Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pytest

    from hairdensity.study.jobs import Asked, Job, Outcome
    from tests.cli import conftest

    Run = Callable[..., conftest.Outcome]


class HereExecutor:
    """Does jobs in this process, which is quicker to start."""

    def __init__(self, asked: Asked, task: Callable[[Asked, Job], Outcome]) -> None:
        self._asked, self._task = asked, task

    def run(self, jobs: Iterable[Job]) -> Iterator[Finished]:
        """Do one job after the other."""
        return (Finished(job, self._task(self._asked, job)) for job in jobs)


@contextmanager
def here(asked: Asked, count: int, task: Callable[[Asked, Job], Outcome]) -> Iterator[HereExecutor]:
    assert count == 1
    yield HereExecutor(asked, task)


ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_images"


def test_the_command_writes_a_baseline_and_finds_a_drift_by_its_stage(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hairdensity.cli.check_work.processes", here)
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("before.jpg", "before.jpg.toml", "refused.jpg", "refused.jpg.toml"):
        (photos / name).write_bytes((SAMPLES / name).read_bytes())
    arguments = ("check", "photos", "--baseline", "base.json", "--workers", "1")
    assert run(*arguments).err.startswith("Error: base.json: there is no such baseline")
    assert run(*arguments, "--update").out == "base.json: 2 photos, 2 new, gone or drifted\n"
    assert run(*arguments).out == "2 photos: all as in base.json\n"
    (photos / "before.jpg.toml").write_text("um_per_px = 5.7\n")
    baseline = (tmp_path / "base.json").read_text()
    (tmp_path / "base.json").write_text(re.sub('"hairdensity": "[^"]*"', '"hairdensity": "0"', baseline))
    done = run(*arguments, "--junit", "out/check.xml", "--json")
    assert done.exit_code == 7
    assert "baseline was written with other versions: hairdensity 0 then" in done.err
    assert "Error: 1 of 2 photos drifted from base.json" in done.err
    drifts = json.loads(done.out)["drifts"]
    assert {one["photo"] for one in drifts} == {"before.jpg"}
    assert (drifts[0]["stage"], drifts[0]["quantity"]) == ("scale", "um_per_px")
    assert ET.parse(tmp_path / "out/check.xml").getroot()[0].get("failures") == "1"  # noqa: S314 -- our own


def test_the_workflow_and_the_hook_call_what_exists() -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    workflow, users = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (hook,) = hooks
    (used,) = users["repos"][0]["hooks"]
    assert hook["id"] == used["id"]
    steps = [step.get("run", "") for step in workflow["jobs"]["check"]["steps"]]
    calls = [step.split()[2:] for step in steps if step.startswith("hairdensity check")]
    for words in (*calls, used["args"]):
        context = command.make_context("check", list(words))
        assert isinstance(context, click.Context)
        assert str(context.params["baseline"]) == "baseline.json"
    assert hook["entry"] == "hairdensity check"
