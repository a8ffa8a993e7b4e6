"""Weights shipped with the package, checked against their hashes."""

from __future__ import annotations

import hashlib
from importlib import resources

from hairdensity.errors import HairDensityError


def shipped_weights(name: str) -> bytes:
    """Read a file of weights of this folder.

    Raises
    ------
    HairDensityError
        When the file is not the one that was shipped.
    """
    folder = resources.files(__package__)
    weights = (folder / name).read_bytes()
    hashes = (folder / "weights.sha256").read_text(encoding="ascii").splitlines()
    expected = {line.split()[1]: line.split()[0] for line in hashes}[name]
    found = hashlib.sha256(weights).hexdigest()
    if found != expected:
        message = f"{name}: sha256 is {found[:12]}, not {expected[:12]} as shipped; install hairdensity again"
        raise HairDensityError(message)
    return weights
