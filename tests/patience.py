"""Waiting for what is to happen: a machine with other work may be many times as slow, and in vain still fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

SECONDS = 60.0
PATIENCE = int(SECONDS * 1000)
"""The same in milliseconds, for a browser."""


def until(true: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """What `true` gives once it gives something; the test fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > end:
            pytest.fail("it did not happen in time")
        time.sleep(0.05)
    return found
