"""statsmodels, loaded when a model is fitted and not before."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

from hairdensity.errors import UsageError

HOMES = {
    "OLS": "statsmodels.regression.linear_model",
    "MixedLM": "statsmodels.regression.mixed_linear_model",
}
MISSING = (
    "statsmodels is not installed, which ANCOVA and the mixed model need;"
    " run pip install 'hairdensity[stats]', or leave them out with --without-models"
)


def load_model(name: Literal["OLS", "MixedLM"]) -> Any:  # noqa: ANN401 -- statsmodels has no types
    """Return a class of statsmodels, loading no more of it than that class needs.

    Raises
    ------
    UsageError
        When statsmodels is not installed.
    """
    try:
        return getattr(import_module(HOMES[name]), name)
    except ModuleNotFoundError as error:
        raise UsageError(MISSING) from error
