"""Where a link may lead: rules of an address that are the same for a post and for the vocabulary."""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

LOCAL_DOMAINS = frozenset([
    "app.github.dev", "corp", "githubpreview.dev", "gitpod.io", "home", "home.arpa", "internal", "intranet", "invalid",
    "lan", "loca.lt", "local", "localdomain", "localhost", "localtest.me", "lvh.me", "ngrok-free.app",
    "ngrok-free.dev", "ngrok.app", "ngrok.dev", "ngrok.io", "nip.io", "readthedocs.build", "serveo.net", "sslip.io",
    "test", "trycloudflare.com",
])  # fmt: skip
"""The domains of machines and networks that are not the reader's, and of previews and tunnels that are gone tomorrow."""
PREVIEW_HOST = re.compile(
    r"(deploy-preview-\d+--|[^.]*--).*\.netlify\.app|.*-git-.*\.vercel\.app|[0-9a-f]{8}\..*\.pages\.dev"
)
ENCODED_CONTROL = re.compile(r"%([01][0-9a-f]|7f|c2%a0|e2%80%8[0-f]|e2%80%a[89a-e]|ef%bb%bf)", re.IGNORECASE)


def broken(address: str) -> str | None:
    """Return what must be where *address*, which has a scheme or a host, is not one to which a post may lead."""
    if address.startswith("mailto:"):
        return None if re.fullmatch(r"mailto:[^@\s:/]+@[^@\s:/]+", address) else "mail address must be mailto:name@host"
    if not re.match(r"https?:", address):
        return "link must begin with https://, http:// or mailto:, or be a path in the site"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "link must be a URL"
    if "@" in parts.netloc:
        return "link must have no name or password before its host"
    if "\\" in address or not all(map(_is_domain_label, host.strip("[]").rstrip(".").split("."))):
        return "link must be a URL of a host"
    if ENCODED_CONTROL.search(address):
        return "link must be a URL without control characters and spaces"
    return None


def _is_domain_label(label: str) -> bool:
    """Tell whether *label* is a part of a host's name or address, which the parser has written in ASCII (RFC 5891)."""
    if not label.startswith("xn--"):
        return bool(re.fullmatch(r"[A-Za-z0-9_:-]+", label))
    written = _in_unicode(label)
    return written != label and all(sign in "-·" or unicodedata.category(sign)[0] in "LMN" for sign in written)


def _in_unicode(label: str) -> str:
    """Return a part of a host's name as it was written, or itself where it is no Punycode (RFC 3492)."""
    try:
        return label.removeprefix("xn--").encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def is_local(address: str) -> bool:
    """Tell whether the http or https *address*, a sound one, leads to the author's machine, network or preview."""
    labels = (urlsplit(address).hostname or "").split(".")
    host = unicodedata.normalize("NFKC", ".".join(map(_in_unicode, labels))).rstrip(".")
    last = host.rpartition(".")[2]
    # What a browser takes for an IP address (WHATWG URL, §3.5).
    if ":" in host or re.fullmatch(r"\d+|0x[0-9a-f]*", last):
        try:
            return not ipaddress.ip_address(host).is_global
        except ValueError:
            return True  # such as 127.1 or 0x7f.1: nobody writes a public address so
    domains = (host, *(host[at + 1 :] for at, sign in enumerate(host) if sign == "."))
    return "." not in host or any(domain in LOCAL_DOMAINS for domain in domains) or bool(PREVIEW_HOST.fullmatch(host))
