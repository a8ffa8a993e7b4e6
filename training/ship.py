"""Put trained weights into the package, with their hashes.

python training/ship.py training/runs/latest/hairnet     # the hair network, and what to go on training from
python training/ship.py training/runs/judge.npz          # the judge of root candidates
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

TRAINING = Path(__file__).resolve().parent
HAIRS = TRAINING.parent / "src" / "hairdensity" / "hairs"
SHIPPED = ("hairjudge.npz", "hairnet.onnx")


def ship(weights: Path) -> None:
    """Copy `weights`.onnx and `weights`.pt, or a judge's `weights`, and write the hashes anew."""
    if weights.suffix == ".npz":
        shutil.copyfile(weights, HAIRS / "hairjudge.npz")
    else:
        shutil.copyfile(weights.with_suffix(".onnx"), HAIRS / "hairnet.onnx")
        shutil.copyfile(weights.with_suffix(".pt"), TRAINING / "hairnet.pt")
    hashes = {name: hashlib.sha256((HAIRS / name).read_bytes()).hexdigest() for name in SHIPPED}
    text = "".join(f"{digest} {name}\n" for name, digest in hashes.items())
    (HAIRS / "weights.sha256").write_text(text, encoding="ascii")
    print(text, end="")


if __name__ == "__main__":
    ship(Path(sys.argv[1]))
