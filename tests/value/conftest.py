"""One thread for sums of arrays, as the product has it: two on a busy machine take many times as long."""

from collections.abc import Iterator

import numpy  # noqa: F401 - first: the limit holds for libraries that are loaded already
import pytest
import scipy.linalg  # noqa: F401
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True, scope="package")
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield
