"""What must say what it means."""

import ast
import re

from tests.support.source import FUNCTIONS, modules

PURE = re.compile(r"course_app/(core/|library/|exercise/engine/|calls/understanding/|\w+/rules\.py|\w+/service\.py)")


def test_every_module_says_what_it_owns():
    """Each module of the product opens with a sentence."""
    silent = [module.path for module in modules("course_app/*.py") if not ast.get_docstring(module.tree)]
    assert not silent


def test_public_rules_are_documented():
    """Every public function and class of core, library, rules, engine and services has a docstring."""
    silent = [
        module.place(node)
        for module in modules("course_app/*.py")
        if PURE.match(module.path)
        for owner in [module.tree, *(each for each in module.classes() if not each.name.startswith("_"))]
        for node in owner.body
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_every_test_states_its_promise():
    """Each test has a docstring: the promise it keeps."""
    silent = [
        module.place(function)
        for module in modules("tests/*.py")
        for function in module.functions()
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert not silent


def test_signatures_are_typed():
    """Every function of the product says the type of each argument and of its result."""
    untyped = [
        module.place(function)
        for module in modules("course_app/*.py")
        for function in module.functions()
        if function.returns is None
        or any(
            argument.annotation is None
            for argument in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            if argument.arg not in {"self", "cls"}
        )
    ]
    assert not untyped
