"""One nursery and one set of prepared databases for all tests of a file."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.doubles.slack import specs
from tests.reliability.matrix import Works, works


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Works]:
    specs.require()
    async with works() as made:
        yield made
