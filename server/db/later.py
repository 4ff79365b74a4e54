"""Work that nobody waits for: done in its order on one thread beside the caller, until he asks for something."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait


class Later:
    """The queue of one transaction. After a failure nothing that stands behind it is done any more."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "rows")
        self._last: Future[None] | None = None

    def do(self, work: Callable[[], object]) -> None:
        """Queue work; what goes wrong is raised by the next `settle`."""
        before = self._last

        def after() -> None:
            if before is not None:
                before.result()
            work()

        self._last = self._thread.submit(after)

    def settle(self) -> None:
        """Wait until all is done. Raises what the first failure raised, once."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def drop(self) -> None:
        """Wait until nothing is done any more, however it ended."""
        last, self._last = self._last, None
        if last is not None:
            wait([last])

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()
