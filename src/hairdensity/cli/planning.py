"""What `hairdensity plan` does once its options are read."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

from hairdensity.cli.streams import write_text
from hairdensity.errors import UsageError
from hairdensity.report.noise_floor import read_noise_floor
from hairdensity.study.statistics import Floor, PlanSettings, plan_trial, read_batch
from hairdensity.study.statistics.pilot import read_pilot
from hairdensity.study.statistics.planner import DESIGNS, detectable_effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.cli.plan import PlanOptions
    from hairdensity.compare.floor import NoiseFloor
    from hairdensity.study.statistics.pilot import Pilot
    from hairdensity.study.statistics.planner import Design, FieldOption, Plan

USUAL_DENSITY_PER_CM2 = 150.0
FAMILIAR = {
    "before-after": "one group, before/after",
    "split-head": "both sides of a head",
    "parallel": "two parallel arms",
}
CAUTION = (
    "One group without a control shows a change, not its cause:"
    " in trials, scalps given saline alone have gained hair as well."
)


def plan(options: PlanOptions, *, as_json: bool) -> None:
    """Plan a trial and print the plan.

    Raises
    ------
    UsageError
        When the effect or the spread is not given, or the pilot tells none.
    """
    pilot = read_pilot(read_batch(options.pilot)) if options.pilot else None
    settings, floor = _settings(options, pilot), _floor(options, pilot)
    designs = DESIGNS if options.design == "all" else tuple(one for one in DESIGNS if one == options.design)
    if options.subjects is not None:
        _show_detectable(options.subjects, settings, floor, designs, as_json=as_json)
        return
    made = plan_trial(settings, floor, designs)
    if as_json:
        write_text(sys.stdout, json.dumps(asdict(made), indent=1) + "\n")
        return
    _show(made, designs)


def _settings(options: PlanOptions, pilot: Pilot | None) -> PlanSettings:
    if (options.effect is None) == (options.subjects is None):
        message = "give --effect, or --subjects to be told the effect that they show"
        raise UsageError(message)
    sd, sd_area, density = options.sd, options.sd_area, options.density
    if pilot is not None:
        sd, density = sd or pilot.sd, density or pilot.density_per_cm2
        sd_area = sd_area or (pilot.area_cm2 if options.sd is None else None)
    if sd is None:
        message = (
            "the spread of the change over subjects is missing; give --sd, or a --pilot batch that shows it"
        )
        raise UsageError(message)
    density = density or USUAL_DENSITY_PER_CM2
    value, relative = options.effect or (1.0, False)
    return PlanSettings(
        effect=value * density if relative else value,
        sd=sd,
        sd_area_cm2=sd_area,
        power=options.power,
        alpha=options.alpha,
        comparisons=options.comparisons,
        dropout=options.dropout,
        density_per_cm2=density,
        side_correlation=options.side_correlation,
        area_cm2=options.area,
    )


def _floor(options: PlanOptions, pilot: Pilot | None) -> Floor:
    if options.noise_cv is not None:
        source = f"repeated counts, CV {options.noise_cv:.1%} in {options.noise_area:g} cm²"
        return Floor(cv=options.noise_cv, cv_area_cm2=options.noise_area, source=source)
    if options.noise_floor is not None:
        return _own_floor(read_noise_floor(options.noise_floor))
    return Floor() if pilot is None or pilot.floor is None else pilot.floor


def _own_floor(own: NoiseFloor) -> Floor:
    """Return the noise of counts of re-shoots, in the field that they showed."""
    count, density = (own.mean.get(name, 0.0) for name in ("hair_count", "hair_density_per_cm2"))
    if not count or not density:
        message = f"{own.name}: tells no hair density; run repeatability on photos with a scale"
        raise UsageError(message)
    cv, area_cm2 = own.within_sd["hair_density_per_cm2"] / density, count / density
    source = f"{own.name}, re-shoots, CV {cv:.1%} in {area_cm2:.2g} cm²"
    return Floor(cv=cv, cv_area_cm2=area_cm2, source=source)


def _show(made: Plan, designs: Sequence[Design]) -> None:
    settings = made.settings
    head = (
        f"To show a change of {settings.effect:+.3g} hairs/cm² with a power of {settings.power:.0%}"
        f" at alpha {settings.alpha:g}{_shared(settings)}, two-sided,\n"
        f"when changes differ between subjects by {settings.sd:.3g} hairs/cm² (SD),"
        f" around {settings.density_per_cm2:.4g} hairs/cm², in a field of {made.area_cm2:.3g} cm²:\n\n"
    )
    write_text(sys.stdout, head)
    _print(_designs_table(made), _fields_table(made.fields, designs))
    ends = [
        "Least change seen: in one subject alone (95%). Enrol: per arm, for this design and field.",
        f"Measuring noise: {made.floor.source}.",
        _field_text("At most a tenth more subjects than without measuring noise", made.trial_area_cm2),
        _field_text("A change of this size stands out in a single subject", made.single_area_cm2),
    ]
    if "before-after" in designs:
        ends.append(CAUTION)
    write_text(sys.stdout, "\n" + "\n".join(ends) + "\n")


def _designs_table(made: Plan) -> Table:
    table = Table(
        "Design", "SD tested", "Analysed", "Enrolled", "In all", "Power", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for one in made.arms:
        per_arm = " per arm" if one.design == "parallel" else ""
        table.add_row(
            FAMILIAR[one.design], f"{one.sd:.3g}", f"{one.analysed}{per_arm}", f"{one.enrolled}{per_arm}",
            str(one.total), f"{one.power:.1%}",
        )  # fmt: skip
    return table


def _fields_table(fields: Sequence[FieldOption], designs: Sequence[Design]) -> Table:
    head = ("Field, cm²", "Hairs", "Least change seen, hairs/cm²", *(f"Enrol, {one}" for one in designs))
    table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False)
    for one in fields:
        table.add_row(
            f"{one.area_cm2:g}", str(one.hair_count), f"{one.detectable_per_cm2:.3g}",
            *map(str, one.subjects),
        )  # fmt: skip
    return table


def _field_text(what: str, area_cm2: float | None) -> str:
    return f"{what}: in no field up to 10 cm²." if area_cm2 is None else f"{what}: from {area_cm2:g} cm² on."


def _shared(settings: PlanSettings) -> str:
    return f" shared by {settings.comparisons} comparisons" if settings.comparisons > 1 else ""


def _show_detectable(
    subjects: int, settings: PlanSettings, floor: Floor, designs: Sequence[Design], *, as_json: bool
) -> None:
    left = max(int(subjects * (1 - settings.dropout)), 2)
    found = {one: detectable_effect(left, settings, floor, one) for one in designs}
    if as_json:
        document = {"subjects": subjects, "analysed": left, "detectable_effect_per_cm2": found}
        write_text(sys.stdout, json.dumps(document, indent=1) + "\n")
        return
    table = Table("Design", f"Change shown by {left} subjects (per arm)", box=box.SIMPLE_HEAD, pad_edge=False)
    for design, effect in found.items():
        table.add_row(FAMILIAR[design], f"{effect:.3g} hairs/cm², {effect / settings.density_per_cm2:.1%}")
    _print(table)


def _print(*tables: Table) -> None:
    console = Console(file=sys.stdout, highlight=False)
    with console.capture() as captured:
        console.print(*tables, sep="\n")
    write_text(sys.stdout, captured.get())
