"""Draws scalp photos with known hairs, also as pairs with a known change."""

from hairdensity.phantom.camera import Camera, View
from hairdensity.phantom.draw import Phantom
from hairdensity.phantom.motion import Motion, any_motion
from hairdensity.phantom.pair import PairTruth, PhantomPair, Shot, SiteChange, draw_pair, pair_truth
from hairdensity.phantom.shoot import moved_pair, random_pair, random_phantom
from hairdensity.phantom.style import STYLES, Style
from hairdensity.phantom.truth import encode, truth_of

__all__ = [
    "STYLES",
    "Camera",
    "Motion",
    "PairTruth",
    "Phantom",
    "PhantomPair",
    "Shot",
    "SiteChange",
    "Style",
    "View",
    "any_motion",
    "draw_pair",
    "encode",
    "moved_pair",
    "pair_truth",
    "random_pair",
    "random_phantom",
    "truth_of",
]
