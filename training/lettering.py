"""Makes `src/hairdensity/scale/glyphs.npz`: two small networks that tell digits and units of length.

They see text rendered here in the open fonts of this machine, as small, soft and noisy as programs and JPEG
leave it, cut into glyphs by the very code that will cut it in photos.
"""

import argparse
import io
import itertools
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from hairdensity.scale.glyphs import DIGITS, UNITS_MM, digit_features, unit_features
from hairdensity.scale.lettering import ENLARGED, Box, GlyphLine, glyph_lines

FONTS = sorted(Path("/usr/share/fonts/truetype").glob("*/*.ttf"))
HERSHEY = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_PLAIN,
)
SPELLINGS = {"mm": ("mm",), "um": ("\N{MICRO SIGN}m", "\N{GREEK SMALL LETTER MU}m", "um"), "cm": ("cm",)}
OTHERS = ("m", "nm", "in", "px", "x", "km", "min", "ml", "dpi", "m/s", "MP", "%", "kV", "ms")
LETTERS = "acdefhkmnprsuvwxyACDEFGHKLMNPRTUVWXY-+=()%#"
OUTPUT = Path("src/hairdensity/scale/glyphs.npz")
HIDDEN = 64
LETTERS_NOT_THEIR_HOLES = 0.6


def main() -> None:
    """Render, train, report the errors on text held back, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    arrays: dict[str, np.ndarray] = {}
    drawn = [sample for seed in range(asked.lines) for sample in samples(asked.seed * 10**6 + seed)]
    for network, classes in (("digit", len(DIGITS)), ("unit", len(UNITS_MM))):
        rows = [(features, answer) for kind, features, answer in drawn if kind == network]
        arrays |= trained(network, rows, classes)
    np.savez_compressed(OUTPUT, **{name: array.astype(np.float16) for name, array in arrays.items()})
    print(f"{OUTPUT}: {OUTPUT.stat().st_size} bytes from {len(drawn)} samples")


def samples(seed: int) -> list[tuple[str, np.ndarray, int]]:
    """Render one line of text and cut it up; the holes of its letters are left out."""
    rng = np.random.default_rng(seed)
    number, unit, spelling = text(rng)
    words = number + (" " if rng.random() < 0.7 else "") + spelling
    mask, extents = outlined(rng, words)
    grey = rendered(rng, mask)
    truth = cv2.resize(mask, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_LINEAR)
    found = []
    for line in glyph_lines(grey):
        if np.corrcoef(truth.ravel(), line.ink.ravel())[0, 1] > LETTERS_NOT_THEIR_HOLES:
            found += labelled(line, words, extents, (len(number), unit))
    return found


def text(rng: np.random.Generator) -> tuple[str, str, str]:
    """Return a number, what its unit is, and how that is written; sometimes other characters."""
    digits = "".join(rng.choice(list("0123456789"), rng.integers(1, 4)))
    number = digits if rng.random() < 0.5 else f"{digits[0]}{rng.choice(['.', ','])}{digits[1:] or '5'}"
    if rng.random() < 0.25:
        number = "".join(rng.choice(list(LETTERS), rng.integers(1, 4)))
    if rng.random() < 0.3:
        return number, "", str(rng.choice(OTHERS))
    unit = str(rng.choice(list(SPELLINGS)))
    return number, unit, str(rng.choice(SPELLINGS[unit]))


def rendered(rng: np.random.Generator, mask: np.ndarray) -> np.ndarray:
    """Draw letters on plain or mottled ground, soft, noisy and compressed."""
    ground = rng.uniform(20, 235)
    ink = ground + rng.choice([-1, 1]) * rng.uniform(60, 200)
    ink = float(np.clip(ink, 0, 255))
    mottle = cv2.GaussianBlur(rng.normal(0, 1, mask.shape), (0, 0), rng.uniform(1, 6))
    mottle *= rng.uniform(0, 0.1) * abs(ink - ground) / (mottle.std() + 1e-6)
    picture = ground + mottle + (ink - ground) * mask * rng.uniform(0.7, 1)
    if rng.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.2, 0.012 * mask.shape[0] + 0.35))
    picture += rng.normal(0, rng.uniform(0, 4), picture.shape)
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        file = io.BytesIO()
        Image.fromarray(grey).save(file, "JPEG", quality=int(rng.integers(40, 96)))
        grey = np.asarray(Image.open(file))
    return grey


def outlined(rng: np.random.Generator, words: str) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Return how much of each px is letter, 0 to 1, and the left and right end of each character."""
    height = int(np.exp(rng.uniform(np.log(9), np.log(36))))
    if rng.random() < 0.15 and words.isascii():
        return hershey(HERSHEY[rng.integers(len(HERSHEY))], height, words)
    path = FONTS[rng.integers(len(FONTS))]
    font = ImageFont.truetype(str(path), height) if rng.random() < 0.97 else ImageFont.load_default(height)
    left, top, right, bottom = font.getbbox(words)
    picture = Image.new("L", (int(right - left) + 24, int(bottom - top) + 14))
    draw = ImageDraw.Draw(picture)
    draw.fontmode = "1" if rng.random() < 0.15 else "L"
    draw.text((12 - left, 7 - top), words, 255, font)
    starts = [12 - left + font.getlength(words[:at]) for at in range(len(words))]
    boxes = [font.getbbox(one) for one in words]
    extents = [(x + box[0], x + box[2]) for x, box in zip(starts, boxes, strict=True)]
    return np.asarray(picture) / 255, extents


def hershey(font: int, height: int, words: str) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Do the same with a font of OpenCV."""
    scale, thickness = height / 24, max(1, round(height / 18))
    (width, tall), base = cv2.getTextSize(words, font, scale, thickness)
    mask = np.zeros((tall + base + 12, width + 24), np.uint8)
    cv2.putText(mask, words, (12, tall + 6), font, scale, 255, thickness, cv2.LINE_AA)
    ends = [
        12 + cv2.getTextSize(words[:at], font, scale, 0)[0][0] if at else 12 for at in range(len(words) + 1)
    ]
    return mask / 255, list(itertools.pairwise(ends))


def labelled(
    line: GlyphLine, words: str, extents: list[tuple[float, float]], parts: tuple[int, str]
) -> list[tuple[str, np.ndarray, int]]:
    """Name the glyphs of a line that are one character each, and its unit."""
    digit_count, unit = parts
    shown = [character_of(box, extents) for box in line.boxes]
    nothing, no_unit = len(DIGITS) - 1, len(UNITS_MM) - 1
    found = []
    for box, at in zip(line.boxes, shown, strict=True):
        if at is None or words[at] in ".,":
            continue
        is_whole = box.height >= 0.7 * line.height
        answer = DIGITS.index(words[at]) if words[at] in DIGITS and is_whole else nothing
        found.append(("digit", digit_features(line, box), answer))
    tail = [at for at, box in enumerate(line.boxes) if centre(box) > extents[digit_count][0] - 1]
    if not tail or tail[-1] != len(shown) - 1 or (tail[0] and shown[tail[0] - 1] != digit_count - 1):
        return found
    rests = [line.boxes[-1]]
    for box in line.boxes[-2::-1]:
        rests.append(rests[-1].joined(box))
    count = len(tail)
    is_whole = centre(line.boxes[-1], 1) > extents[-1][1] - 3
    found += [
        ("unit", unit_features(line, rest), no_unit if length != count else list(UNITS_MM).index(unit))
        for length, rest in enumerate(rests[: count + 1], 1)
        if length != count or is_whole
    ]
    return found


def centre(box: Box, share: float = 0.5) -> float:
    """Return where a box is, from its left (0) to its right side (1), in px of the photo."""
    return (box.left + share * box.width) / ENLARGED


def character_of(box: Box, extents: list[tuple[float, float]]) -> int | None:
    """Return which character a box covers, None unless it is one as a whole."""
    left, right = box.left / ENLARGED, box.right / ENLARGED
    for at, (start, end) in enumerate(extents):
        shared = min(right, end) - max(left, start)
        if shared > 0 and shared > 0.6 * max(right - left, end - start):
            return at
    return None


def trained(network: str, rows: list[tuple[np.ndarray, int]], classes: int) -> dict[str, np.ndarray]:
    """Train one network; report the share of held back samples that it gets wrong."""
    torch.manual_seed(1)
    order = np.random.default_rng(1).permutation(len(rows))
    inputs = torch.tensor(np.stack([rows[at][0] for at in order]))
    answers = torch.tensor([rows[at][1] for at in order])
    held = len(rows) // 10
    model = torch.nn.Sequential(
        torch.nn.Linear(inputs.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, classes)
    )
    steps, batch = 6000, 256
    optimiser = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, steps)
    for _ in range(steps):
        at = torch.randint(held, len(rows), (batch,))
        loss = torch.nn.functional.cross_entropy(model(inputs[at]), answers[at], label_smoothing=0.01)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        chances = model(inputs[:held]).softmax(1)
    best, sure = chances.argmax(1), chances.max(1).values >= 0.9
    wrong = (best != answers[:held]) & (best != classes - 1)
    print(f"{network}: {len(rows)} samples, {held} held back")
    print(f"  wrong {(best != answers[:held]).float().mean():.4f}, sure {sure.float().mean():.3f}")
    print(f"  surely wrong {(wrong & sure).float().mean():.5f}")
    first, last = model[0], model[2]
    arrays = {"in": first.weight.T, "in_bias": first.bias, "out": last.weight.T, "out_bias": last.bias}
    return {f"{network}_{name}": array.detach().numpy() for name, array in arrays.items()}


if __name__ == "__main__":
    main()
