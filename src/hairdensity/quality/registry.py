"""The one list of quality flags: what is looked at, where the limits lie, what is said and advised.

docs/quality.md holds this list as a table, written by `flag_table`; a test keeps the two the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hairdensity.quality.flag_kind import FlagKind

if TYPE_CHECKING:
    from collections.abc import Iterator


_KINDS = (
    FlagKind(
        code="too-small",
        quantity="shorter side of the photo, px",
        warns=None,
        refuses=100,
        when_below=True,
        message="The photo is too small: its shorter side has {value} px, less than {limit}.",
        advice="Give the original photo, not a thumbnail.",
    ),
    FlagKind(
        code="blank",
        quantity="range of lightness, % of black to white",
        warns=None,
        refuses=5,
        when_below=True,
        message="The photo is blank: its lightness spans {value}% of black to white, less than {limit}%.",
        advice="Take the photo again, with light on the skin and nothing before the lens.",
    ),
    FlagKind(
        code="not-skin",
        quantity="distance of the brighter half's colour from that of skin, CIELAB units, green twice",
        warns=None,
        refuses=30,
        message="This is not skin: its colour lies {value} CIELAB units off that of skin, more than {limit}.",
        advice="Give a close-up photo of the scalp.",
    ),
    FlagKind(
        code="colour-cast",
        quantity="the same distance",
        warns=12,
        refuses=None,
        message="The colours are off: they lie {value} CIELAB units off those of skin, more than {limit}.",
        advice="Use white light, and set the white balance on a white card.",
    ),
    FlagKind(
        code="printed-pattern",
        quantity="share of what is dark that is straight thick lines through the whole frame, %",
        warns=None,
        refuses=50,
        message=(
            "This is a drawn or printed pattern: {value}% of what is dark are straight thick lines"
            " through the whole frame, more than {limit}%."
        ),
        advice="Give a close-up photo of the scalp.",
    ),
    FlagKind(
        code="skin-hidden",
        quantity="share of the field under dark masses in which no hair can be told from the next, %",
        warns=15,
        refuses=35,
        message="Hair hides the skin: {value}% of the field is one dark mass, more than {limit}%.",
        advice="Go closer, and part or clip the hair so that skin shows between the hairs.",
    ),
    FlagKind(
        code="no-field",
        quantity="share of the photo that can be counted, %",
        warns=None,
        refuses=5,
        when_below=True,
        message="There is hardly any skin to count on: {value}% of the photo, less than {limit}%.",
        advice="Fill the frame with skin, free of glare, ink and text.",
    ),
    FlagKind(
        code="small-field",
        quantity="counted area, cm²",
        warns=0.15,
        refuses=None,
        when_below=True,
        message="The counted area is small: {value} cm², less than {limit} cm², so each hair weighs much.",
        advice="Photograph a larger area, or average several photos of the site.",
    ),
    FlagKind(
        code="target-incomplete",
        quantity="share of the area asked for that can be counted, %",
        warns=90,
        refuses=None,
        when_below=True,
        message="Only {value}% of the area asked for can be counted, less than {limit}%.",
        advice="Ask for an area that the photo shows, or photograph a larger one.",
    ),
    FlagKind(
        code="low-magnification",
        quantity="size of one px on the skin, µm",
        warns=25,
        refuses=50,
        message="The magnification is low: one px is {value} µm on the skin, more than {limit} µm.",
        advice="Go closer or use a stronger lens; thin hairs are lost and diameters are uncertain.",
    ),
    FlagKind(
        code="out-of-focus",
        quantity="blur of the sharpest edges (standard deviation), µm",
        warns=16,
        refuses=32,
        message="The photo is blurred: its edges are {value} µm wide, more than {limit} µm.",
        advice="Focus on the skin, hold still, and take the photo again.",
    ),
    FlagKind(
        code="out-of-focus-unscaled",
        quantity="the same where no scale is known, % of the width of a typical shaft",
        warns=18,
        refuses=36,
        message="The photo is blurred: its edges are {value}% of a shaft wide, more than {limit}%.",
        advice="Focus on the skin, hold still, and take the photo again.",
    ),
    FlagKind(
        code="motion",
        quantity="blur of edges across one direction beyond that of edges along it (standard deviation), µm",
        warns=17,
        refuses=None,
        message="The photo is smeared in one direction by {value} µm, more than {limit} µm.",
        advice="Hold the camera still: a stand, a contact plate, more light, a shorter exposure.",
    ),
    FlagKind(
        code="motion-unscaled",
        quantity="the same where no scale is known, % of the width of a typical shaft",
        warns=19,
        refuses=None,
        message="The photo is smeared in one direction by {value}% of a shaft's width, more than {limit}%.",
        advice="Hold the camera still: a stand, a contact plate, more light, a shorter exposure.",
    ),
    FlagKind(
        code="noise",
        quantity="noise (standard deviation) at 11 µm a px, % of the contrast of hair and skin",
        warns=6,
        refuses=16,
        message="The photo is noisy: {value}% of the contrast of hair and skin, more than {limit}%.",
        advice="Use more light and a lower ISO setting.",
    ),
    FlagKind(
        code="compression",
        quantity="share of neighbouring px without any difference, where blocks of 8 px show, %",
        warns=75,
        refuses=95,
        message="The photo is compressed too much: {value}% of it is flat, more than {limit}%.",
        advice="Give the original photo in the camera's best quality, not one from a messenger app.",
    ),
    FlagKind(
        code="blocks",
        quantity="steps between blocks of compression at 11 µm a px, % of the contrast of hair and skin",
        warns=1.8,
        refuses=4,
        message="Compression shows as blocks: steps of {value}% of the contrast of hair, more than {limit}%.",
        advice="Give the original photo in the camera's best quality, not one from a messenger app.",
    ),
    FlagKind(
        code="screen-pattern",
        quantity="rise of a fine regular grid above its surroundings in the spectrum, dB",
        warns=18,
        refuses=25,
        message="This looks like a photo of a screen: a fine grid rises by {value} dB, more than {limit} dB.",
        advice="Give the original photo itself.",
    ),
    FlagKind(
        code="tilt",
        quantity="angle between the photo and the skin, as seen on a scale card, ruler or grid, degrees",
        warns=10,
        refuses=20,
        message="The camera was tilted by {value}°, more than {limit}°: the scale differs across the photo.",
        advice="Hold the camera straight above the skin; a contact plate or spacer helps.",
    ),
    FlagKind(
        code="too-dark",
        quantity="lightness of the brightest tenth of the field, CIELAB L*",
        warns=35,
        refuses=16,
        when_below=True,
        message="The photo is too dark: its brightest tenth has lightness {value}, less than {limit} of 100.",
        advice="Use more light or a longer exposure.",
    ),
    FlagKind(
        code="too-bright",
        quantity="share of the skin that is burnt out, %",
        warns=15,
        refuses=40,
        message="The photo is too bright: {value}% of the skin is burnt out, more than {limit}%.",
        advice="Use less light or a shorter exposure.",
    ),
    FlagKind(
        code="glare",
        quantity="share of the skin left out because of glare, %",
        warns=10,
        refuses=45,
        message="Glare hides {value}% of the skin, more than {limit}%; it is left out of the field.",
        advice="Use polarised or softer light, or contact fluid.",
    ),
    FlagKind(
        code="not-hair",
        quantity="share of what looks like hair shafts that belongs to a hair found, %",
        warns=55,
        refuses=35,
        when_below=True,
        message="Only {value}% of what looks like hair shafts belongs to a hair found, less than {limit}%.",
        advice="Give a close-up of the scalp in which hairs can be seen from root to tip; clip long hair.",
    ),
    FlagKind(
        code="narrow-hair",
        quantity="median width of the shafts found, px",
        warns=2.5,
        refuses=1.5,
        when_below=True,
        message="The hairs are narrow in this photo: {value} px wide, less than {limit} px.",
        advice="Go closer or use a stronger lens; thin hairs are lost and diameters are uncertain.",
    ),
    FlagKind(
        code="no-hair",
        quantity="hairs found in the field",
        warns=1,
        refuses=None,
        when_below=True,
        message="No hair is found in the field.",
        advice="Look at the overlay: if there are hairs, check the scale and the focus.",
    ),
    FlagKind(
        code="long-hair",
        quantity="share of the hairs found that leave the frame, %",
        warns=30,
        refuses=None,
        message="The hair is long: {value}% of the hairs leave the frame, more than {limit}%.",
        advice="Clip the site to about 1 mm: hair that lies over roots hides them, and lengths are unknown.",
    ),
    FlagKind(
        code="scale-implausible",
        quantity="median shaft diameter beyond the range of hair, as a multiple of its nearer end",
        warns=1,
        refuses=3,
        message=(
            "The scale does not fit: by it the shafts are {value} times beyond 15-150 µm, which hair is not."
        ),
        advice="Check the scale given; a resized photo needs a new one.",
    ),
    FlagKind(
        code="scale-contradicted",
        quantity="scale used over scale found beside it, or the inverse, whichever is larger",
        warns=1,
        refuses=None,
        message="Another scale was found that differs from the one given by a factor of {value}.",
        advice="Correct the option, or the file beside the photo.",
    ),
    FlagKind(
        code="no-scale",
        quantity="1 when no scale is known",
        warns=0.5,
        refuses=None,
        message="No scale is known, so nothing is given per cm², mm or µm.",
        advice="Give --um-per-px, --field-width-mm or --scale-bar-mm.",
    ),
)

FLAGS = {kind.code: kind for kind in _KINDS}
"""Every flag by its code."""


def flag_table() -> Iterator[str]:
    """Yield the lines of the table of flags in docs/quality.md (Markdown)."""
    yield "| flag | what is looked at | usable only | refused | advice |"
    yield "|---|---|---|---|---|"
    for kind in _KINDS:
        sign = "<" if kind.when_below else ">"
        limits = (f"{sign} {one:g}" if one is not None else "" for one in (kind.warns, kind.refuses))
        yield f"| `{kind.code}` | {kind.quantity} | {' | '.join(limits)} | {kind.advice} |"
