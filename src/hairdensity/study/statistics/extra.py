"""statsmodels, loaded when a model is fitted and not before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from hairdensity.errors import UsageError

MISSING = (
    "statsmodels is not installed, which ANCOVA and the mixed model need;"
    " run pip install 'hairdensity[stats]', or leave them out with --without-models"
)


def load_statsmodels() -> Any:  # noqa: ANN401 -- statsmodels has no types
    """Return the module that holds OLS and MixedLM.

    Raises
    ------
    UsageError
        When statsmodels is not installed.
    """
    try:
        return import_module("statsmodels.api")
    except ModuleNotFoundError as error:
        raise UsageError(MISSING) from error
