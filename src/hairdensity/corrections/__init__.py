"""Corrections by hand: what a person changed in an automatic result, and the hairs that then stand."""

from hairdensity.corrections.lines import JOURNAL_NAME, Journal, line_of, read_journal
from hairdensity.corrections.model import Action, Correction, HairRef, PhotoRef, ResultRef, Side
from hairdensity.corrections.remeasure import StandingStrand, remeasure
from hairdensity.corrections.replay import (
    SAME_ROOT_UM,
    Replay,
    StandingHair,
    corrections_of,
    fingerprint,
    in_force,
    redoable,
    replay,
    undoable,
)

__all__ = [
    "JOURNAL_NAME",
    "SAME_ROOT_UM",
    "Action",
    "Correction",
    "HairRef",
    "Journal",
    "PhotoRef",
    "Replay",
    "ResultRef",
    "Side",
    "StandingHair",
    "StandingStrand",
    "corrections_of",
    "fingerprint",
    "in_force",
    "line_of",
    "read_journal",
    "redoable",
    "remeasure",
    "replay",
    "undoable",
]
