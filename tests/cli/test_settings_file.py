"""Settings files: every setting can be set, everything else is refused by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from hairdensity.cli.settings_file import read_settings
from hairdensity.compare import CompareSettings
from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, text: str) -> CompareSettings:
    path = folder / "s.toml"
    path.write_text(text)
    return read_settings(path)


def test_no_file_means_the_defaults() -> None:
    assert read_settings(None) == CompareSettings()


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "") == CompareSettings()


def test_a_setting_of_a_photo_and_one_of_a_comparison(tmp_path: Path) -> None:
    settings = read(tmp_path, "[measure]\nterminal_threshold_um = 30\n[align]\nshared_margin_um = 50.5\n")
    assert settings.analysis.measure.terminal_threshold_um == 30.0
    assert isinstance(settings.analysis.measure.terminal_threshold_um, float)
    assert settings.align.shared_margin_um == 50.5
    assert settings.analysis.units == CompareSettings().analysis.units


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[measur]\nterminal_threshold_um = 30", "measur is not a setting"),
        ("[measure]\nthreshold_um = 30", "measure.threshold_um is not a setting"),
        ("[analysis.measure]\nterminal_threshold_um = 30", "analysis is not a setting"),
        ("measure = 30", "measure is 30; give a table"),
        ("[measure]\nterminal_threshold_um = '30'", "terminal_threshold_um is '30'; give a number"),
        ("[measure]\nterminal_threshold_um = true", "terminal_threshold_um is True; give a number"),
        ("[measure]\nterminal_threshold_um = nan", "terminal_threshold_um is nan; give a finite"),
        ("[measure]\nterminal_threshold_um = inf", "terminal_threshold_um is inf; give a finite"),
        ("[measure]\nterminal_threshold_um = -1", "terminal_threshold_um is -1; give a finite"),
        ("[align]\nfeature_count = 1.5", "align.feature_count is 1.5; give a whole number"),
        ("[measure", "settings are not TOML"),
    ],
)
def test_what_is_no_setting_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(UsageError, match=re.escape(named)) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith("s.toml: ")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml: settings cannot be read"):
        read_settings(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not TOML"):
        read_settings(tmp_path / "s.toml")
