"""Hairs of two photos and their alignment become hair-to-hair pairs: kept, gained, lost, unsure."""

from hairdensity.match.model import HairPair, MatchSettings, PairState
from hairdensity.match.pairing import match_hairs

__all__ = ["HairPair", "MatchSettings", "PairState", "match_hairs"]
