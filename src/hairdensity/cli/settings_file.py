"""A TOML file becomes settings; whatever it holds that is no setting is an error."""

from __future__ import annotations

import math
import tomllib
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from hairdensity.compare import CompareSettings
from hairdensity.errors import UsageError
from hairdensity.report.noise_floor import read_noise_floor

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.cli.options import RunOptions

Stage = TypeVar("Stage")
NO_STAGES = {"analysis", "noise_floor"}
"""Settings of a comparison that are no table of the file: one is spread over it, one is a file of its own."""


def read_settings(path: Path | None, field: str | None = None) -> CompareSettings:
    """Read settings; the stages of one photo and those of a comparison stand side by side in the file.

    Parameters
    ----------
    path
        A TOML file with one table a stage, such as `[measure]` or `[align]`; None for the defaults.
    field
        Words for the target area as given with `--field`; they win over those in the file.

    Raises
    ------
    UsageError
        When the file cannot be read, or a name or a value in it is not that of a setting.
    """
    settings = CompareSettings() if path is None else _read(path)
    if field is None:
        return settings
    target = replace(settings.analysis.field, target=field)
    return replace(settings, analysis=replace(settings.analysis, field=target))


def run_settings(run: RunOptions) -> CompareSettings:
    """Return the settings of a comparison as its options ask for them, the user's noise floor among them.

    Raises
    ------
    UsageError
        As `read_settings`, or when the noise floor cannot be read.
    """
    settings = read_settings(run.settings, run.field)
    return (
        settings
        if run.noise_floor is None
        else replace(settings, noise_floor=read_noise_floor(run.noise_floor))
    )


def _read(path: Path) -> CompareSettings:
    defaults = CompareSettings()
    table = _parse(path)
    photo_stages = {one.name for one in fields(defaults.analysis)}
    try:
        _refuse_unknown(table, photo_stages | {one.name for one in fields(defaults)} - NO_STAGES)
        photo_table = {name: table.pop(name) for name in photo_stages & set(table)}
        analysis = _changed(defaults.analysis, photo_table, "")
        return replace(_changed(defaults, table, ""), analysis=analysis)
    except ValueError as error:
        message = f"{path.name}: {error}"
        raise UsageError(message) from error


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        message = f"{path}: settings cannot be read ({error.strerror}); give a TOML file with --settings"
        raise UsageError(message) from error
    except ValueError as error:  # not TOML, or not UTF-8
        message = f"{path.name}: settings are not TOML: {error}"
        raise UsageError(message) from error


def _refuse_unknown(table: dict[str, Any], known: set[str], where: str = "") -> None:
    for name in table:
        if name not in known:
            message = f"{where}{name} is not a setting; known are {', '.join(sorted(known)) or 'none'}"
            raise ValueError(message)


def _changed(default: Stage, table: dict[str, Any], where: str) -> Stage:
    """Return a dataclass with the values of a table put in, checked against its defaults."""
    values = {one.name: getattr(default, one.name) for one in fields(default)}  # type: ignore[arg-type]  # a dataclass
    _refuse_unknown(table, set(values), where)
    changes = {name: _checked(values[name], new, f"{where}{name}") for name, new in table.items()}
    return replace(default, **changes)  # type: ignore[type-var]  # a dataclass


def _checked(default: object, new: object, name: str) -> object:
    """Return a new value when it is of the kind of the default."""
    if is_dataclass(default):
        return _changed(default, _expected(new, dict, name, "a table"), f"{name}.")
    if isinstance(default, tuple):
        items = _expected(new, list, name, f"a list of {len(default)}")
        if len(items) != len(default):
            message = f"{name} has {len(items)} values; give {len(default)}"
            raise ValueError(message)
        return tuple(_checked(one, other, name) for one, other in zip(default, items, strict=True))
    if isinstance(default, float | int) and not isinstance(default, bool):
        return _number(default, new, name)
    return _expected(new, type(default), name, f"a {type(default).__name__}")


def _number(default: float, new: object, name: str) -> float:
    kind = int if isinstance(default, int) else int | float
    number: float = _expected(new, kind, name, "a whole number" if kind is int else "a number")
    if not math.isfinite(number) or (number < 0 <= default):
        message = f"{name} is {number}; give a finite number of 0 or more"
        raise ValueError(message)
    return number if kind is int else float(number)


def _expected(new: object, kind: Any, name: str, words: str) -> Any:  # noqa: ANN401 -- the kind is known only from the default
    if not isinstance(new, kind) or (isinstance(new, bool) and kind is not bool):
        message = f"{name} is {new!r}; give {words}"
        raise ValueError(message)
    return new
