"""The list of flags: every one well-formed, and the limits mean what they say."""

from __future__ import annotations

import pytest

from hairdensity.quality import FLAGS, FlagKind, flag_table


@pytest.mark.parametrize("kind", FLAGS.values(), ids=FLAGS)
def test_a_flag_says_what_is_wrong_and_what_to_do(kind: FlagKind) -> None:
    assert kind.warns is not None or kind.refuses is not None
    limit = kind.refuses if kind.refuses is not None else kind.warns
    assert limit is not None
    raised = kind.raised(limit + (-0.5 if kind.when_below else 0.5))
    assert raised is not None
    flag, refuses = raised
    assert flag.code == kind.code
    assert (flag.limit, refuses) == (limit, kind.refuses is not None)
    for sentence in (flag.message, flag.advice):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "{" not in sentence


@pytest.mark.parametrize("kind", FLAGS.values(), ids=FLAGS)
def test_a_value_at_the_limit_raises_nothing(kind: FlagKind) -> None:
    first = kind.warns if kind.warns is not None else kind.refuses
    assert first is not None
    assert kind.raised(first) is None


@pytest.mark.parametrize("kind", [one for one in FLAGS.values() if None not in (one.warns, one.refuses)])
def test_a_photo_is_usable_before_it_is_refused(kind: FlagKind) -> None:
    assert kind.warns is not None
    assert kind.refuses is not None
    assert (kind.warns > kind.refuses) == kind.when_below
    between = kind.raised((kind.warns + kind.refuses) / 2)
    assert between is not None
    assert between[1] is False


def test_the_table_has_a_row_for_every_flag() -> None:
    rows = list(flag_table())
    assert len(rows) == 2 + len(FLAGS)
    assert all(f"`{code}`" in row for code, row in zip(FLAGS, rows[2:], strict=True))
