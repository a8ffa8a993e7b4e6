"""Fails when the scores that `hairdensity evaluate --json` wrote miss a floor."""

import argparse
import json
import sys
from pathlib import Path


def main() -> None:
    """Compare each score that has a floor with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scores", type=Path)
    parser.add_argument("--f1", type=float, required=True, help="least")
    parser.add_argument("--count-error", type=float, default=1.0, help="most")
    parser.add_argument("--bias", type=float, default=1.0, help="most, to either side")
    floors = parser.parse_args()
    scores = json.loads(floors.scores.read_text(encoding="utf-8"))
    held = {
        f"f1 {scores['f1']:.3f} >= {floors.f1}": scores["f1"] >= floors.f1,
        f"count error {scores['count_error']:.3f} <= {floors.count_error}": scores["count_error"]
        <= floors.count_error,
        f"bias {scores['bias']:+.3f} within {floors.bias}": abs(scores["bias"]) <= floors.bias,
    }
    for text, holds in held.items():
        sys.stdout.write(f"{'ok  ' if holds else 'MISS'} {text} ({scores['photos']} photos)\n")
    sys.exit(not all(held.values()))


if __name__ == "__main__":
    main()
