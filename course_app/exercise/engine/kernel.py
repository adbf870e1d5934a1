"""The model of one file, ready to be played: the shipped tables when they are current, else compiled.

The one door to the tables (`kernel_tables`), to what fills them (`kernel_compiler`) and to where they are kept
(`kernel_file`).
"""

from course_app.exercise.engine.kernel_compiler import ROOTS, compiled
from course_app.exercise.engine.kernel_file import DEFAULT_FILE, load
from course_app.exercise.engine.kernel_tables import CLOSED, Branches, Codes, Kernel, thresholds
from course_app.exercise.engine.parameters import Parameters

__all__ = ["CLOSED", "ROOTS", "Branches", "Codes", "Kernel", "compile_kernel", "thresholds"]


def compile_kernel(parameters: Parameters) -> Kernel:
    """The model of these constants: a tenth of a second for the shipped ones, two seconds for any other."""
    return load(DEFAULT_FILE, parameters) or compiled(parameters)
