"""Options of the whole suite."""

from __future__ import annotations

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate", action="store_true", help="rewrite the golden files from what the code does now; read the diff"
    )


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--regenerate"))


settings.register_profile("quick", deadline=None, max_examples=50)  # the machine is shared: laws are checked, not timed
settings.load_profile("quick")
