"""The rule of pictures that are documents: opened by itself, an SVG runs its scripts in the name of the site."""

from __future__ import annotations

import re

from lxml import etree

from ..faults import Finding, Findings, Located, must, rule

SVG = "http://www.w3.org/2000/svg"
NOTES = (
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/",
    "http://purl.org/dc/",
    "http://ns.adobe.com/",
    "http://www.bohemiancoding.com/sketch/",
)
"""The name spaces in which drawing programs leave notes to themselves."""
DTD = "http://www.w3.org/Graphics/SVG/"
# https://www.w3.org/TR/SVG2/eltindex.html, without what runs, embeds, links or animates
ELEMENTS = frozenset(
    [
        "circle",
        "clipPath",
        "defs",
        "desc",
        "ellipse",
        "feBlend",
        "feColorMatrix",
        "feComponentTransfer",
        "feComposite",
        "feConvolveMatrix",
        "feDiffuseLighting",
        "feDisplacementMap",
        "feDistantLight",
        "feDropShadow",
        "feFlood",
        "feFuncA",
        "feFuncB",
        "feFuncG",
        "feFuncR",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feMorphology",
        "feOffset",
        "fePointLight",
        "feSpecularLighting",
        "feSpotLight",
        "feTile",
        "feTurbulence",
        "filter",
        "g",
        "image",
        "line",
        "linearGradient",
        "marker",
        "mask",
        "metadata",
        "path",
        "pattern",
        "polygon",
        "polyline",
        "radialGradient",
        "rect",
        "stop",
        "style",
        "svg",
        "switch",
        "symbol",
        "text",
        "textPath",
        "title",
        "tspan",
        "use",
        "view",
    ]
)
ADDRESSES = ("base", "href", "src")
INSIDE = re.compile(r"#|data:image/(png|jpeg|webp);base64,")
STYLE_URL = re.compile(r"url\s*\(\s*(?![\"']?#)|@import|\\|expression\s*\(|image-set\s*\(", re.IGNORECASE)


@rule
def svg(content: bytes) -> Findings:
    """An SVG draws and nothing else: no script, event attribute, foreign content, animation or outside reference."""
    if b"\x00" in content or re.search(rb"<!ENTITY|<!ATTLIST|<!ELEMENT", content, re.IGNORECASE):
        yield must("SVG must be UTF-8 and declare no entities", Located("<!DOCTYPE"))
        return
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        yield Finding(Located("", line), f"SVG must be well-formed XML: {error}")
        return
    if root.getroottree().docinfo.encoding not in {"UTF-8", "utf-8", "ASCII", "US-ASCII", None}:
        yield must("SVG must be UTF-8 and declare no entities", Located(root.getroottree().docinfo.encoding))
    if root.tag not in {f"{{{SVG}}}svg"}:
        yield must(f"picture must be an svg element in the name space {SVG}", Located(str(root.tag), root.sourceline))
    if (dtd := root.getroottree().docinfo.system_url) and not dtd.startswith(DTD):
        yield must("SVG must refer to nothing outside of it", Located(dtd))
    instruction = root.getprevious()
    while instruction is not None:
        yield from _node(instruction)
        instruction = instruction.getprevious()
    using = (element for use in root.iter(f"{{{SVG}}}use") for element in (use, *use.iterancestors()))
    nested = {f"#{element.get('id')}" for element in using}
    for node in root.iter():
        yield from _node(node)
        if (
            node.tag == f"{{{SVG}}}use"
            and {value for name, value in node.attrib.items() if name.endswith("href")} & nested
        ):
            yield must("use in an SVG must refer to what uses nothing itself", Located("use", node.sourceline or 1))


def _node(node: etree._Element) -> Findings:
    line = node.sourceline or 1
    if isinstance(node, etree._Comment):
        return
    if not isinstance(node.tag, str):
        yield must("SVG must have no processing instruction or entity", Located(str(node), line))
        return
    name = etree.QName(node)
    drawing = name.namespace in {SVG, None}
    if name.localname not in ELEMENTS if drawing else not str(name.namespace).startswith(NOTES):
        yield must("SVG must have no element but those that draw", Located(name.localname, line))
        return
    if name.localname == "style" and STYLE_URL.search("".join(node.itertext())):
        yield must("style in an SVG must refer to nothing outside of it", Located("style", line))
    for attribute, value in node.attrib.items():
        local = etree.QName(attribute).localname
        if local.lower().startswith("on"):
            yield must("SVG must have no event attribute", Located(local, line))
        elif (local.lower() in ADDRESSES and not INSIDE.match(value)) or (STYLE_URL.search(value) and local != "d"):
            yield must("SVG must refer to nothing outside of it", Located(value, line))
