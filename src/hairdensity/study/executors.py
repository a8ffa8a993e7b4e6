"""What every executor does: take jobs, hand them back as they come, hold only a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hairdensity.study.jobs import Finished, Job


class Executor(Protocol):
    """Runs jobs side by side, on this machine or on others."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Finished]:
        """Run jobs and hand back each as it comes; no more are taken than can soon be worked on."""

    def run_alone(self, job: Job) -> Finished:
        """Run one job while no other runs."""
