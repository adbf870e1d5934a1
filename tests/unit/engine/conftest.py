"""The compiled model, shared by the tests of the engine."""

import pytest

from course_app.exercise.engine.kernel import Kernel, compile_kernel
from course_app.exercise.engine.parameters import Parameters, default_parameters
from course_app.exercise.engine.value_file import Stored, shipped
from course_app.exercise.engine.values import Values


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    return default_parameters()


@pytest.fixture(scope="session")
def kernel(parameters) -> Kernel:
    return compile_kernel(parameters)


@pytest.fixture(scope="session")
def stored(kernel) -> Stored:
    return shipped(kernel)


@pytest.fixture(scope="session")
def values(stored) -> Values:
    return stored.values
