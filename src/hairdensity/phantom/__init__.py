"""Draws scalp photos with known hairs, also as pairs with a known change."""

from hairdensity.phantom.camera import Camera, View
from hairdensity.phantom.draw import Phantom
from hairdensity.phantom.pair import PairTruth, PhantomPair, Shot, SiteChange, draw_pair, pair_truth
from hairdensity.phantom.shoot import random_pair, random_phantom
from hairdensity.phantom.style import STYLES, Style
from hairdensity.phantom.truth import encode, truth_of

__all__ = [
    "STYLES",
    "Camera",
    "PairTruth",
    "Phantom",
    "PhantomPair",
    "Shot",
    "SiteChange",
    "Style",
    "View",
    "draw_pair",
    "encode",
    "pair_truth",
    "random_pair",
    "random_phantom",
    "truth_of",
]
