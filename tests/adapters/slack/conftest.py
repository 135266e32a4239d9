"""The judge: Slack's reference data, schemas and limits. Without the data beside the project these tests are skipped."""

import pytest

from bot.core.chat import Post
from bot.core.curriculum import Curriculum
from tests.adapters.slack.shipped import posts
from tests.doubles.slack import specs
from tests.doubles.slack.oracle import Oracle


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    return Oracle(specs.require())


@pytest.fixture(scope="session")
def shipped(course: Curriculum) -> list[tuple[str, Post]]:
    """Everything the course shows, each post with a title."""
    return list(posts(course))
