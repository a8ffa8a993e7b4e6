"""Corrections applied to automatic hairs: each action, undo and redo, another result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.corrections import fingerprint, in_force, redoable, replay, undoable
from tests.corrections.made import Writer, path

if TYPE_CHECKING:
    from hairdensity.corrections import Replay

ONE, TWO, THREE = path((10, 10), (20, 10)), path((50, 50), (60, 70)), path((90, 10), (90, 40))


@pytest.fixture
def writer() -> Writer:
    return Writer([ONE, TWO, THREE])


def left(writer: Writer, reach_px: float = 0.0) -> Replay:
    return replay(writer.automatic, in_force(writer.made), reach_px)


def keys(writer: Writer) -> list[str]:
    return [one.key for one in left(writer).hairs]


def test_without_corrections_the_automatic_hairs_stand(writer: Writer) -> None:
    hairs = left(writer).hairs
    assert [(one.key, one.automatic_id, one.origin, one.unsure) for one in hairs] == [
        ("a0", 0, "automatic", False), ("a1", 1, "automatic", False), ("a2", 2, "automatic", False),
    ]  # fmt: skip
    assert all(one.path_px is other for one, other in zip(hairs, writer.automatic, strict=True))


def test_each_action(writer: Writer) -> None:
    new = path((0, 0), (5, 5))
    writer.add("draw", paths=[new])
    assert keys(writer) == ["a0", "a1", "a2", "c1.0"]
    assert left(writer).hairs[-1].origin == "drawn"
    writer.add("delete", [writer.automatic_hair(0)])
    assert keys(writer) == ["a1", "a2", "c1.0"]
    writer.add("move-root", [writer.automatic_hair(1)], [new])
    assert keys(writer) == ["a2", "c1.0", "c3.0"]
    writer.add("split", [writer.automatic_hair(2)], [new, new])
    assert keys(writer) == ["c1.0", "c3.0", "c4.0", "c4.1"]
    writer.add("join", [("c4.0", new), ("c4.1", new)], [new])
    assert keys(writer) == ["c1.0", "c3.0", "c5.0"]
    assert left(writer).hairs[-1].origin == "changed"
    writer.add("unsure", [("c1.0", new)])
    assert [one.unsure for one in left(writer).hairs] == [True, False, False]
    writer.add("sure", [("c1.0", new)])
    assert not any(one.unsure for one in left(writer).hairs)
    assert left(writer).unplaced_count == 0


def test_undo_and_redo_walk_back_and_forth(writer: Writer) -> None:
    writer.add("delete", [writer.automatic_hair(0)])
    writer.add("delete", [writer.automatic_hair(1)])
    assert redoable(writer.made) is None
    for number in (2, 1):
        target = undoable(writer.made)
        assert target is not None
        assert target.number == number
        writer.add("undo", undoes=number)
    assert keys(writer) == ["a0", "a1", "a2"]
    assert undoable(writer.made) is None
    for number in (1, 2):
        target = redoable(writer.made)
        assert target is not None
        assert target.number == number
        writer.add("redo", undoes=number)
    assert keys(writer) == ["a2"]
    assert redoable(writer.made) is None


def test_something_new_ends_redoing(writer: Writer) -> None:
    writer.add("delete", [writer.automatic_hair(0)])
    writer.add("undo", undoes=1)
    writer.add("delete", [writer.automatic_hair(1)])
    assert redoable(writer.made) is None
    assert keys(writer) == ["a0", "a2"]


def test_in_another_result_hairs_are_found_by_place_and_direction(writer: Writer) -> None:
    writer.add("delete", [writer.automatic_hair(1)])
    moved = [THREE, ONE, TWO + np.float32(3)]
    assert fingerprint(moved) != fingerprint(writer.automatic)
    found = replay(moved, writer.made, reach_px=6.0)
    assert [one.automatic_id for one in found.hairs] == [0, 1]
    assert found.unplaced_count == 0
    turned = [ONE, (TWO + np.float32(3))[::-1], THREE]
    assert replay(turned, writer.made, reach_px=6.0).unplaced_count == 1
    assert replay([ONE, TWO + np.float32(30), THREE], writer.made, reach_px=6.0).unplaced_count == 1


def test_a_hair_that_another_result_found_itself_is_not_there_twice(writer: Writer) -> None:
    drawn = path((30, 30), (40, 30))
    writer.add("draw", paths=[drawn])
    found = replay([ONE, TWO, THREE, drawn + np.float32(2)], writer.made, reach_px=6.0)
    assert [one.key for one in found.hairs] == ["a0", "a1", "a2", "c1.0"]


def test_the_fingerprint_is_that_of_the_written_places() -> None:
    exact = [path((1.23456, 2.0), (3.0, 4.0))]
    written = [path((1.23, 2.0), (3.0, 4.0))]
    assert fingerprint(exact) == fingerprint(written)
    assert fingerprint(exact) != fingerprint([path((1.25, 2.0), (3.0, 4.0))])
