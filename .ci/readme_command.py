"""Prints a command of the README: the ```sh block that follows `<!-- command: NAME -->`."""

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def readme_command(name: str) -> str:
    """Return the text of the block, word for word."""
    pattern = rf"<!-- command: {re.escape(name)} -->\s*```sh\n(.*?)```"
    blocks = re.findall(pattern, README.read_text(encoding="utf-8"), re.DOTALL)
    if len(blocks) != 1:
        sys.exit(f"README.md: {len(blocks)} commands named {name}, there must be one")
    return str(blocks[0]).strip()


if __name__ == "__main__":
    sys.stdout.write(readme_command(sys.argv[1]) + "\n")
