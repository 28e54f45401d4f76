"""axe-core with every rule that WCAG 2.2 AA asks for, and its best practices: https://github.com/dequelabs/axe-core."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {"rules": {"target-size": {"enabled": True}}}
"""axe leaves target-size out unless it is asked for; Lighthouse asks for it, and so does WCAG 2.2 (2.5.8)."""


def violations(page: Page) -> list[str]:
    """Return what axe finds on the *page* as it is now, one a line: the rule and the element."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
