"""A sample is reproducible and has every kind and stage in it."""

from __future__ import annotations

import pandas as pd
import pytest

from flows.sampling import draw


def archive(**counts: int) -> pd.DataFrame:
    """Return letters: so many of each kind and stage, written `response_1=40`; `other` and `unreadable` stand alone."""
    rows = []
    for name, count in counts.items():
        kind, _, stage = name.partition("_")
        for number in range(count):
            verdict = "unreadable" if kind == "unreadable" else "gaps"
            row = {"source": "/archive", "path": f"{name}/{number:04}.docx", "verdict": verdict}
            rows.append({**row, "kind": None if kind == "unreadable" else kind, "stage": int(stage) if stage else None})
    return pd.DataFrame(rows).assign(id=range(len(rows))).astype({"stage": "Int64"})


def kinds(sample: pd.DataFrame) -> dict[str, int]:
    """Count the letters of each kind and stage."""
    folders = sample["path"].str.partition("/")[0]
    return {str(name): int(count) for name, count in folders.value_counts().sort_index().items()}


def test_the_same_seed_draws_the_same_letters_in_any_order() -> None:
    """A colleague who runs the command again reviews the same letters, whatever order the store returns them in."""
    letters = archive(response_1=50, response_2=30, acknowledgement_1=40)
    sample = draw(letters, 20, 7)
    pd.testing.assert_frame_equal(sample, draw(letters.sample(frac=1, random_state=3), 20, 7))
    assert set(sample["path"]) != set(draw(letters, 20, 8)["path"])


def test_the_draw_itself_does_not_change_between_versions() -> None:
    """The letters drawn for a seed are fixed for good: a sample of last year can be drawn again."""
    assert draw(archive(response_1=50), 3, 1)["path"].tolist() == ["response_1/0009.docx", "response_1/0017.docx", "response_1/0023.docx"]


def test_a_sample_keeps_rows_and_columns_as_they_are() -> None:
    """The sample is a choice of rows, with no column added."""
    letters = archive(response_1=9)
    sample = draw(letters, 4, 1)
    assert list(sample.columns) == list(letters.columns)
    assert len(sample.merge(letters)) == 4


def test_kinds_and_stages_have_their_share() -> None:
    """Shares are in proportion, by largest remainder."""
    assert kinds(draw(archive(response_1=60, response_2=30, acknowledgement_1=10), 10, 1)) == {
        "acknowledgement_1": 1,
        "response_1": 6,
        "response_2": 3,
    }
    assert kinds(draw(archive(response_1=55, response_2=25, extension_1=20), 10, 1)) in (
        {"extension_1": 2, "response_1": 6, "response_2": 2},
        {"extension_1": 2, "response_1": 5, "response_2": 3},
    )


def test_a_rare_kind_is_drawn_where_the_size_allows() -> None:
    """One refusal among a thousand letters is looked at."""
    assert kinds(draw(archive(response_1=1000, refusal=1, extension_1=3), 10, 5)) == {"extension_1": 1, "refusal": 1, "response_1": 8}


def test_a_sample_smaller_than_the_number_of_kinds_takes_the_largest() -> None:
    """With too few places for every kind, the commonest come first."""
    assert kinds(draw(archive(response_1=90, response_2=8, extension_1=2), 2, 1)) == {"response_1": 2}


def test_letters_that_are_none_are_a_small_part() -> None:
    """Most of an archive may be other letters; a tenth of the sample shows whether they were rightly left aside."""
    assert kinds(draw(archive(response_1=40, other=400), 20, 1)) == {"other": 2, "response_1": 18}
    assert kinds(draw(archive(response_1=400, other=3), 20, 1)) == {"other": 1, "response_1": 19}


def test_other_letters_fill_a_sample_that_nothing_else_can() -> None:
    """A sample has the size that was asked for as long as there are letters."""
    assert kinds(draw(archive(response_1=5, other=100), 20, 1)) == {"other": 15, "response_1": 5}
    assert kinds(draw(archive(other=100), 20, 1)) == {"other": 20}


def test_unreadable_files_are_never_drawn() -> None:
    """There is nothing to review in them."""
    assert kinds(draw(archive(response_1=3, unreadable=30), 20, 1)) == {"response_1": 3}


def test_a_size_larger_than_the_archive_gives_all() -> None:
    """Asking for more than there is is no error."""
    assert len(draw(archive(response_1=3, other=2), 100, 1)) == 5
    assert draw(archive(unreadable=2), 100, 1).empty


@pytest.mark.parametrize("size", [0, -3])
def test_a_size_below_one_is_refused(size: int) -> None:
    """The message says what to ask for."""
    with pytest.raises(ValueError, match="Ask for 1 or more"):
        draw(archive(response_1=3), size, 1)
