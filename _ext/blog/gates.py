"""The gates that a build passes, whichever command has started Sphinx: what is wrong is told, and ends the build.

`python -m _ext.build` has read the posts before it starts Sphinx, and tells faults in its own words. Who starts Sphinx itself,
as Read the Docs does, gets them as Sphinx's warnings, of which ``-W`` makes errors.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from sphinx.application import Sphinx
from sphinx.util import logging

from _ext.posts import Fault, Posts

logger = logging.getLogger(__name__)


def warn(faults: Iterable[Fault]) -> None:
    """Tell *faults* as Sphinx tells what is wrong."""
    for fault in faults:
        logger.warning("%s [%s]", fault.message, fault.code, location=fault.location)


@dataclass(frozen=True)
class Run:
    """What a program that starts Sphinx hands to it besides the configuration."""

    posts: Posts | None = None
    """What was read of ``posts/``, and its faults told."""
    day: date | None = None
    """For which the site is made, in UTC; today's where nobody says."""
    tell: Callable[[Iterable[Fault]], None] = warn

    @classmethod
    def of(cls, app: Sphinx) -> Self:
        """Return what *app* was started with; of one that was started by Sphinx's own command, nothing."""
        run: Self = vars(app).get("run") or cls()
        return run
