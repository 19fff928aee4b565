"""Rules on a custom base image, judged from its Dockerfile before anything is built.

`inspect_dockerfile` reads the file once and returns a `Report`: what the image will hold (`Fact`, which may be
unknown) and where it falls short (`Finding`).
"""

from .context_reader import reader_of
from .finding import Fact, Finding, Rule, Severity, State
from .images import ImageFacts, ImageLookup, well_known
from .minima import check_facts
from .report import Report, StageReport, Surroundings, inspect_dockerfile
from .versions import numbers

__all__ = [
    "Fact",
    "Finding",
    "ImageFacts",
    "ImageLookup",
    "Report",
    "Rule",
    "Severity",
    "StageReport",
    "State",
    "Surroundings",
    "check_facts",
    "inspect_dockerfile",
    "numbers",
    "reader_of",
    "well_known",
]
