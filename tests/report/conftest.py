"""Results built by hand, as fixtures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.report import fakes

if TYPE_CHECKING:
    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis


@pytest.fixture
def noon() -> datetime:
    """One moment for all documents."""
    return datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def analysis() -> Analysis:
    """One photo with a scale."""
    return fakes.make_analysis(scale=fakes.make_scale())


@pytest.fixture
def comparison() -> Comparison:
    """Two photos with a scale, one hair of each state."""
    return fakes.make_comparison(fakes.make_scale(), fakes.make_scale())
