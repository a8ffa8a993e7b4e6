"""What a user can cause and mend: each error owns its exit code.

Every message is one line: the file, what is wrong with the number seen, and the option or action that helps.
"""

from __future__ import annotations

from typing import ClassVar


class HairDensityError(Exception):
    """Base of every error a user can cause; the command line prints its text and leaves with `exit_code`."""

    exit_code: ClassVar[int] = 1


class UsageError(HairDensityError):
    """A bad option or value, or a result that cannot be written."""

    exit_code = 2


class PhotoError(HairDensityError):
    """A photo that is missing, is a folder, or cannot be read."""

    exit_code = 3


class ScaleError(HairDensityError):
    """A scale that is missing where one is required, or that contradicts another."""

    exit_code = 4


class AlignmentError(HairDensityError):
    """Two photos that cannot be aligned: different skin, or too little in common."""

    exit_code = 5


class BatchError(HairDensityError):
    """Some photos or pairs of a batch failed; the rest is complete."""

    exit_code = 6


class DriftError(HairDensityError):
    """Results differ from those of the baseline by more than is tolerated."""

    exit_code = 7
