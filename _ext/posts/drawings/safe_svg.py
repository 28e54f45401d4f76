"""What is unsafe in a picture that is a document: opened by itself, an SVG runs its scripts in the name of the site."""

import re

from lxml import etree

from _ext.posts.source import limits
from _ext.posts.source.faults import Finding, Findings, Located, must

SVG = "http://www.w3.org/2000/svg"
NOTES = (
    "http://www.inkscape.org/", "http://sodipodi.sourceforge.net/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#", "http://web.resource.org/cc/", "http://purl.org/dc/", "http://ns.adobe.com/",
    "http://www.bohemiancoding.com/sketch/",
)  # fmt: skip
"""The name spaces in which drawing programs leave notes to themselves."""
DTD = "http://www.w3.org/Graphics/SVG/"
# https://www.w3.org/TR/SVG2/eltindex.html, without what runs, embeds, links or animates, and without filters, which a few
# numbers make a browser compute for minutes
ELEMENTS = frozenset([
    "circle", "clipPath", "defs", "desc", "ellipse", "g", "image", "line", "linearGradient", "marker", "mask",
    "metadata", "path", "pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch",
    "symbol", "text", "textPath", "title", "tspan", "use", "view",
])  # fmt: skip
AGAIN = (f"{{{SVG}}}use",)
SERVERS = tuple(f"{{{SVG}}}{name}" for name in ("clipPath", "marker", "mask", "pattern"))
ADDRESSES = ("base", "href", "src")
INSIDE = re.compile(r"#[A-Za-z_][\w.:-]*$|data:image/(png|jpeg|webp);base64,")
STYLE_URL = re.compile(
    r"url\s*\(\s*(?![\"']?#[A-Za-z_][\w.:-]*[\"']?\s*\))|@import|@keyframes|animation|transition|\\|expression\s*\(|image-set\s*\(",
    re.IGNORECASE,
)


def parsed(content: bytes) -> etree._Element:
    """Return the root of an SVG file, without what its entities stand for; raises etree.XMLSyntaxError or ValueError."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))


def _at(text: str, node: etree._Element) -> Located:
    return Located(text, node.sourceline or 1)


def unsafe_parts(content: bytes) -> Findings:
    """Yield what in the *content* of an SVG file does more than draw, each on its line."""
    if b"\x00" in content or re.search(rb"<!ENTITY|<!ATTLIST|<!ELEMENT", content, re.IGNORECASE):
        yield must("SVG must be UTF-8 and declare no entities", Located("<!DOCTYPE"))
        return
    try:
        root = parsed(content)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        yield Finding(Located("", line), f"SVG must be well-formed XML: {error}")
        return
    document = root.getroottree()
    if document.docinfo.encoding not in {"UTF-8", "utf-8", "ASCII", "US-ASCII", None}:
        yield must("SVG must be UTF-8 and declare no entities", Located(document.docinfo.encoding))
    if root.tag != f"{{{SVG}}}svg":
        yield must(f"picture must be an svg element in the name space {SVG}", _at(str(root.tag), root))
    if (dtd := document.docinfo.system_url) and not dtd.startswith(DTD):
        yield must("SVG must refer to nothing outside of it", Located(dtd))
    around = document.xpath("/processing-instruction()")  # before the picture and after it
    for node in (*around, *root.iter()):
        yield from _node(node)
    yield from _repetition(root)


def _repetition(root: etree._Element) -> Findings:
    """What is used again uses nothing itself, so that ten lines do not draw a billion things."""
    by_id = {f"#{element.get('id')}": element for element in root.iter() if element.get("id")}
    using = {element for again in root.iter(*AGAIN) for element in (again, *again.iterancestors())}
    drawn = 0
    for again in root.iter(*AGAIN):
        for target in (by_id.get(value) for name, value in again.attrib.items() if name.endswith("href")):
            if target is not None and target in using:
                yield must("use in an SVG must refer to what uses nothing itself", _at("use", again))
            drawn += sum(1 for _ in target.iter()) if target is not None else 0
            if drawn > limits.DRAWN:
                yield must(f"SVG must draw at most {limits.DRAWN:,} elements", _at("use", again))
                return
    for server in root.iter(*SERVERS):
        for element in server.iter():
            if any("url(" in value for value in element.attrib.values()) and element is not server:
                yield must("pattern, mask and the like must hold none of their kind", _at("url", element))


def _node(node: etree._Element) -> Findings:
    if isinstance(node, etree._Comment):
        return
    if not isinstance(node.tag, str):
        yield must("SVG must have no processing instruction or entity", _at(str(node), node))
        return
    name = etree.QName(node)
    drawing = name.namespace in {SVG, None}
    if name.localname not in ELEMENTS if drawing else not str(name.namespace).startswith(NOTES):
        yield must("SVG must have no element but those that draw", _at(name.localname, node))
        return
    if name.localname == "style" and STYLE_URL.search("".join(node.itertext())):
        yield must("style in an SVG must refer to nothing outside of it", _at("style", node))
    for attribute, value in node.attrib.items():
        local = etree.QName(attribute).localname
        if local.lower().startswith("on"):
            yield must("SVG must have no event attribute", _at(local, node))
        elif (local.lower() in ADDRESSES and not INSIDE.match(value)) or (STYLE_URL.search(value) and local != "d"):
            yield must("SVG must refer to nothing outside of it", _at(value, node))
