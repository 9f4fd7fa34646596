"""What a letter's sentences do, told by the day that they name: one still to come when the letter was written, or one gone by.

"The plumber comes on 5 May" is still to be done or was done, and only the letter's own date says which.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from checkers import carried
from checkers.facts import Facts
from checkers.logistic import Features, log_odds
from checkers.reading import Reading

_MANY = 4  # sentences that name a day still to come: more say no more


def likeliest_by_day(reading: Reading, facts: Facts, labels: Sequence[str]) -> Features:
    """Return the log odds of each label's likeliest sentence that names a day after the letter's, a day before it, and neither.

    The last number is how many sentences name a day after the letter's, as a share of four.
    """
    ahead, gone = np.zeros((2, len(reading.body)), dtype=bool)
    if facts.date is not None:
        for place, sentence in enumerate(reading.body):
            days = [one.date for one in facts.dates_in(sentence)]
            ahead[place], gone[place] = any(day > facts.date for day in days), any(day < facts.date for day in days)
    likely = carried.scores(reading)[:, [carried.LABELS.index(label) for label in labels]]
    tops = [likely[named].max(axis=0, initial=0.0) for named in (ahead, gone, ~(ahead | gone))]
    return np.array([*log_odds(tops).ravel(), min(ahead.sum(), _MANY) / _MANY])
