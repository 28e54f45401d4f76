"""Diagrams: Mermaid's language in, an SVG out, without a browser: merman is Mermaid written anew in Rust."""

import json
import re

from lxml import etree

from _ext.posts.drawings.safe_svg import SVG, unsafe_parts
from _ext.posts.source import limits

CONFIGURED = re.compile(r"^\s*---\s*$|%%\{", re.MULTILINE)
NAME = "diagram"
"""The id of the root element, under which Mermaid's style stands. Each diagram is a document of its own."""
OPTIONS = {
    "version": 2,
    "resources": {"profile": "constrained"},  # merman's bounds for what strangers send
    "svg": {"pipeline": "readable", "diagram_id": NAME},
}
PLAIN = {"htmlLabels": False, "flowchart": {"htmlLabels": False}}
"""Labels are SVG's own text: a browser shows no HTML in a picture that it did not load as a page."""
# Shadows, which make a browser compute, and moving lines, which nobody asked for.
MOVING = re.compile(r"@keyframes [\w-]+\{(?:[^{}]*\{[^{}]*\})*\}|#diagram \.edge-animation-\w+\{[^{}]*\}")
DECLARATIONS = re.compile(r"(?<=[;{])\s*(?:filter|animation|transition)(?:-[a-z]+)*\s*:[^;}]*;?")


def diagram(source: str, *, dark: bool = False) -> bytes:
    """Return the diagram that *source* describes as an SVG of a fixed size, for a *dark* page or a light one.

    It draws and nothing else, as the rule of SVGs asks. Raises ValueError, with the rule that the diagram breaks, where
    it cannot be shown. Language: https://mermaid.js.org/intro/syntax-reference.html
    """
    if not source.strip():
        raise ValueError("diagram must not be empty")
    if len(source) > limits.DIAGRAM:
        raise ValueError(f"diagram must have at most {limits.DIAGRAM:,} characters, not {len(source):,}")
    if CONFIGURED.search(source):
        raise ValueError("diagram must have no configuration of its own, neither %%{…} nor lines between ---")
    drawn = etree.fromstring(_rendered(source, "dark" if dark else "default").encode())
    _still(drawn)
    _sized(drawn)
    content: bytes = etree.tostring(drawn)
    for finding in unsafe_parts(content):
        kind = "diagram must be of boxes, lines and text, in a kind that can be drawn so"
        raise ValueError(f"{kind} ({finding.message})")
    return content


def _rendered(source: str, theme: str) -> str:
    try:
        import merman  # when it is asked for: no wheel for each machine, and of no use to a post without a diagram
    except ImportError as error:
        raise ValueError("diagram must be checked on a machine for which there is a wheel of merman") from error
    options = OPTIONS | {"site_config": PLAIN | {"theme": theme}}
    try:
        rendered: str = merman.Merman().render_svg(source, json.dumps(options))
    except merman.MermanError as error:
        told = " ".join(str(getattr(error, "message", None) or error).split())
        raise ValueError(f"diagram must be in Mermaid's language ({told})") from error
    return rendered


def _still(drawn: etree._Element) -> None:
    """Take from a diagram what the rule of SVGs refuses and its sense does not need."""
    for element in list(drawn.iter(f"{{{SVG}}}filter")):
        element.getparent().remove(element)
    for element in drawn.iter(f"{{{SVG}}}style"):
        text = DECLARATIONS.sub("", MOVING.sub("", element.text or ""))
        element.text = text.replace(".transition{", ".change{")  # a class of state diagrams, which moves nothing
    for element in drawn.iter(etree.Element):
        element.attrib.pop("filter", None)
        if names := element.get("class"):
            element.set("class", " ".join("change" if name == "transition" else name for name in names.split()))
        if style := element.get("style"):
            element.set("style", DECLARATIONS.sub("", f";{style}").removeprefix(";"))


def _sized(drawn: etree._Element) -> None:
    """Give a diagram the size that its text is drawn for, where Mermaid lets it fill the width of a page."""
    _, _, width, height = (float(number) for number in drawn.get("viewBox", "0 0 300 150").split())
    drawn.attrib.pop("style", None)
    drawn.set("width", str(round(width)))
    drawn.set("height", str(round(height)))
