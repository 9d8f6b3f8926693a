"""One event loop for all of these tests of a process, so that they can share what lives on it: the browser."""

import pytest
import pytest_asyncio

fixture = pytest_asyncio.fixture(loop_scope="session")
IN_IT = pytest.mark.asyncio(loop_scope="session")
