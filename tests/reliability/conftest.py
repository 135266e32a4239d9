"""One nursery and one set of prepared databases for all runs of a test."""

from collections.abc import AsyncIterator

import pytest

from tests.doubles.slack import specs
from tests.reliability.matrix import Works, works


@pytest.fixture
async def shared() -> AsyncIterator[Works]:
    specs.require()
    async with works() as made:
        yield made
