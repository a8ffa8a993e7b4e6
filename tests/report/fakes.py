"""Small analyses and comparisons built by hand, with answers known in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hairdensity.align import Alignment
from hairdensity.compare import Change, CompareSettings, Comparison
from hairdensity.compare.fates import Fates, UnitFates
from hairdensity.estimate import Estimate
from hairdensity.hairs.field import Exclusion, Field
from hairdensity.hairs.units import Hair, Unit
from hairdensity.match import HairPair
from hairdensity.measure import Measurement, no_measurement
from hairdensity.photo import Photo
from hairdensity.pipeline import Analysis, Settings
from hairdensity.quality import Flag, Quality
from hairdensity.scale.model import Scale, StatedScale

WIDTH_PX, HEIGHT_PX = 400, 300
UM_PER_PX = 10.0
GOOD = Quality("good", ())
REFUSED = Quality(
    "refused", (Flag("blur", "The photo is blurred (0.10, at least 0.30).", "Focus on the skin.", 0.1, 0.3),)
)
SETTINGS = Settings()
NO_MEASUREMENT_YET = no_measurement("no scale", SETTINGS.measure)


def make_scale(um_per_px: float = UM_PER_PX) -> Scale:
    """Return a scale known to within 1 %."""
    return Scale(Estimate(um_per_px, 0.99 * um_per_px, 1.01 * um_per_px), "option")


def make_photo(name: str = "before.jpg") -> Photo:
    """Return skin of one colour."""
    pixels = np.full((HEIGHT_PX, WIDTH_PX, 3), (214, 170, 150), dtype=np.uint8)
    return Photo(pixels, name, "0" * 63 + ("1" if name.startswith("before") else "2"))


def make_field() -> Field:
    """Return the left three quarters of the photo, with one square taken out."""
    mask = np.zeros((HEIGHT_PX, WIDTH_PX), dtype=bool)
    mask[:, :300] = True
    mask[0:40, 0:40] = False
    outline = np.array([[0, 0], [299, 0], [299, 299], [0, 299]], dtype=np.float32)
    corner = np.array([[0, 0], [39, 0], [39, 39], [0, 39]], dtype=np.float32)
    return Field(mask, outline, (Exclusion("text", corner),))


def make_hair(number: int, root_px: tuple[float, float], diameter_px: float = 6.0) -> Hair:
    """Return a straight hair, 30 px to the right and 40 px down: 50 px long."""
    path_px = np.array([root_px, (root_px[0] + 30, root_px[1] + 40)], dtype=np.float32)
    diameter = Estimate(diameter_px, 0.9 * diameter_px, 1.1 * diameter_px)
    return Hair(
        number, number // 2, path_px, diameter, leaves_frame=False, counted=root_px[0] < 300, confidence=0.9
    )


def make_hairs() -> tuple[Hair, ...]:
    """Return two terminal hairs of one unit, a vellus hair of another, and one outside the field."""
    return (
        make_hair(0, (100, 100)),
        make_hair(1, (115, 100)),
        make_hair(2, (200, 150), diameter_px=2.0),
        make_hair(3, (350, 150)),
    )


def make_measurement(count: int = 3) -> Measurement:
    """Return a full measurement of `count` hairs."""
    one = Estimate(0.5, 0.4, 0.6)
    return Measurement(
        hair_count=count,
        unit_count=2,
        hair_density_per_cm2=Estimate(40.0 * count, 36.0 * count, 44.0 * count),
        unit_density_per_cm2=Estimate(80.0, 70.0, 90.0),
        hairs_per_unit=Estimate(1.5, 1.2, 1.8),
        mean_diameter_um=Estimate(46.7, 40.1, 53.3),
        diameter_sd_um=Estimate(23.1, 12.0, 60.0),
        terminal_fraction=one,
        vellus_fraction=one,
        terminal_threshold_um=40.0,
        cumulative_thickness_mm_per_cm2=Estimate(5.6, 4.5, 6.7),
        hair_coverage_fraction=one,
        diameter_diversity_fraction=one,
        mean_visible_length_mm=Estimate(0.5, 0.45, 0.55),
        single_hair_unit_fraction=one,
        null_reasons={},
    )


def make_analysis(name: str = "before.jpg", scale: Scale | None = None) -> Analysis:
    """Return an analysis of three counted hairs; with a scale, everything physical is known."""
    if scale is None:
        measurement = replace(NO_MEASUREMENT_YET, hair_count=3, unit_count=2)
        kept = {name: why for name, why in measurement.null_reasons.items() if not name.endswith("_count")}
        measurement = replace(measurement, null_reasons=kept)
    else:
        measurement = make_measurement()
    return Analysis(
        photo=make_photo(name),
        scale=scale,
        working_um_per_px=UM_PER_PX,
        field=make_field(),
        quality=GOOD,
        hairs=make_hairs(),
        units=(Unit(0, (107.5, 100.0), (0, 1)), Unit(1, (275.0, 150.0), (2, 3))),
        measurement=measurement,
        settings=SETTINGS,
        stated_scale=StatedScale(um_per_px=UM_PER_PX) if scale else None,
    )


def make_refused(name: str = "before.jpg") -> Analysis:
    """Return the analysis of a photo that the quality gate refused."""
    return replace(
        make_analysis(name),
        quality=REFUSED,
        hairs=(),
        units=(),
        measurement=no_measurement("the photo is refused", SETTINGS.measure),
    )


def make_change(quantity: str, *, scaled: bool = True) -> Change:
    """Return a growth from 100 to 120, resolved."""
    return Change(
        quantity,
        before=Estimate(100.0, 95.0, 105.0) if scaled else None,
        after=Estimate(120.0, 114.0, 126.0) if scaled else None,
        difference=Estimate(20.0, 12.0, 28.0) if scaled else None,
        relative=Estimate(0.2, 0.12, 0.28),
        minimal_detectable_change=8.0 if scaled else 0.08,
        verdict="increase",
    )


def make_comparison(before_scale: Scale | None = None, after_scale: Scale | None = None) -> Comparison:
    """Return two visits, the second moved 20 px to the right: one hair of each state."""
    scaled = before_scale is not None and after_scale is not None
    unknown = {
        f"changes.hair_density_per_cm2.{part}": "no scale" for part in ("before", "after", "difference")
    }
    before, after = make_analysis("before.jpg", before_scale), make_analysis("after.jpg", after_scale)
    return Comparison(
        before=before,
        after=after,
        alignment=Alignment(
            status="aligned",
            reason="",
            before_to_after=np.array([[1, 0, 20], [0, 1, 0], [0, 0, 1]], dtype=np.float64),
            residual_px=0.5,
            match_count=3,
            shared_fraction=0.9,
            before_shared_field=make_field(),
            after_shared_field=make_field(),
        ),
        before_shared=before.measurement,
        after_shared=after.measurement,
        changes=(make_change("hair_count"), make_change("hair_density_per_cm2", scaled=scaled)),
        pairs=(
            HairPair(0, 0, "kept"),
            HairPair(None, 1, "gained"),
            HairPair(1, None, "lost"),
            HairPair(2, 2, "unsure"),
        ),
        null_reasons={} if scaled else unknown,
        settings=CompareSettings(),
        fates=Fates(
            UnitFates(same=9, larger=3, smaller=2, new=1, gone=4),
            Estimate(2.0, 0.0, 4.4) if scaled else None,
            Estimate(1.0, 0.0, 3.1) if scaled else None,
        ),
    )


def make_not_aligned() -> Comparison:
    """Return two photos of different skin."""
    comparison = make_comparison(make_scale(), make_scale())
    alignment = Alignment(
        status="not-aligned",
        reason="the skin texture agrees by 0.08, at least 0.30 is needed",
        before_to_after=None,
        residual_px=None,
        match_count=0,
        shared_fraction=0.0,
        before_shared_field=None,
        after_shared_field=None,
    )
    return replace(
        comparison,
        alignment=alignment,
        before_shared=None,
        after_shared=None,
        changes=(),
        pairs=(),
        fates=None,
    )
