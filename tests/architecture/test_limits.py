"""Sizes: raising one is a decision written in the README."""

import statistics

import pytest

from tests.support.source import length, modules, tracked

FUNCTION_MEDIAN, FUNCTION_P95, FUNCTION_LONGEST = 7, 35, 60
MODULE_LINES, TEMPLATE_LINES, CONFTEST_LINES = 400, 150, 150
CODE = ["*.py"]


def _too_long(limit, *patterns):
    sizes = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in tracked(*patterns)}
    return {name: lines for name, lines in sizes.items() if lines > limit}


def test_functions_are_short_as_a_whole():
    """Half the product's functions hold in seven lines, nineteen in twenty in thirty-five."""
    sizes = sorted(length(function) for module in modules("course_app/*.py") for function in module.functions())
    assert statistics.median(sizes) <= FUNCTION_MEDIAN
    assert statistics.quantiles(sizes, n=20)[-1] <= FUNCTION_P95


def test_no_function_is_long():
    """No function, test or tool is longer than sixty lines, docstring left out."""
    long = [
        f"{module.place(function)}: {length(function)}"
        for module in modules(*CODE)
        for function in module.functions()
        if length(function) > FUNCTION_LONGEST
    ]
    assert not long


@pytest.mark.parametrize(
    ("limit", "patterns"),
    [
        (MODULE_LINES, ["*.py", ":!*/migrations/*"]),
        (TEMPLATE_LINES, ["course_app/templates/*"]),
        (CONFTEST_LINES, ["*conftest.py"]),
    ],
    ids=["modules", "templates", "conftest"],
)
def test_no_file_is_long(limit, patterns):
    """Modules hold in 400 lines, templates and fixtures in 150."""
    assert not _too_long(limit, *patterns)
