"""Text becomes bytes on a terminal or pipe, whatever its encoding, and quietly when nobody reads any more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

PLAIN = {
    "\N{MICRO SIGN}": "u",
    "\N{SUPERSCRIPT TWO}": "2",
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
}
"""What stands for a character that the terminal's encoding does not have."""


def write_line(stream: TextIO, text: str) -> None:
    """Write one line; line breaks and control characters in `text` (a file's name may hold them) become ?."""
    write_text(stream, "".join(one if one.isprintable() else "?" for one in text) + "\n")


def write_text(stream: TextIO, text: str) -> None:
    """Write text as the stream's encoding allows; a reader that has gone away is no error."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(_encodable(text, encoding))
        stream.flush()
    except BrokenPipeError:
        _close_quietly(stream)


def write_bytes(stream: TextIO, content: bytes) -> None:
    """Write bytes as they are; a reader that has gone away is no error."""
    try:
        stream.flush()
        stream.buffer.write(content)
        stream.flush()
    except BrokenPipeError:
        _close_quietly(stream)


def _encodable(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        plain = "".join(one if _fits(one, encoding) else PLAIN.get(one, "?") for one in text)
        return plain.encode(encoding, "replace").decode(encoding)
    return text


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _close_quietly(stream: TextIO) -> None:
    """Let the interpreter's own last flush go nowhere instead of failing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
