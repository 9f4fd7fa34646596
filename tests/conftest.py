"""What holds for all tests."""

from __future__ import annotations

import hypothesis

hypothesis.settings.register_profile("untimed", deadline=None)  # how long one example takes says more of the machine than of the code
hypothesis.settings.load_profile("untimed")
