"""Put trained weights into the package: the network for OpenCV, its hash, and the weights to go on from.

python training/ship.py training/runs/latest/hairnet
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

TRAINING = Path(__file__).resolve().parent
HAIRS = TRAINING.parent / "src" / "hairdensity" / "hairs"


def ship(weights: Path) -> str:
    """Copy `weights`.onnx and `weights`.pt; return the hash written beside the network."""
    network = weights.with_suffix(".onnx").read_bytes()
    digest = hashlib.sha256(network).hexdigest()
    (HAIRS / "hairnet.onnx").write_bytes(network)
    (HAIRS / "hairnet.sha256").write_text(f"{digest}\n")
    shutil.copyfile(weights.with_suffix(".pt"), TRAINING / "hairnet.pt")
    return digest


if __name__ == "__main__":
    print(ship(Path(sys.argv[1])))
