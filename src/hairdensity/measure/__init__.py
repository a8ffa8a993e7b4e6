"""Hairs, field and scale become a Measurement: densities, diameters, classes, each with its 95 % interval."""

from hairdensity.measure.model import NO_SCALE, Measurement, MeasureSettings, hair_class
from hairdensity.measure.quantities import measure, no_measurement

__all__ = ["NO_SCALE", "MeasureSettings", "Measurement", "hair_class", "measure", "no_measurement"]
