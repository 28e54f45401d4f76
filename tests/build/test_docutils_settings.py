"""Docutils' settings are worked out once for the same question, and each document has its own."""

from __future__ import annotations

from docutils.frontend import Values, get_default_settings
from docutils.parsers.rst import Parser
from docutils.readers.standalone import Reader

from _ext.build.docutils_settings import once


def test_the_same_question_is_worked_out_once() -> None:
    asked = []

    def work_out(*components: object, **options: object) -> Values:
        asked.append(options)
        return get_default_settings()

    settings = once(work_out)
    for language in ("en", "de", "en"):
        settings(Parser, defaults={"language_code": language})
    assert asked == [{"defaults": {"language_code": "en"}}, {"defaults": {"language_code": "de"}}]


def test_other_components_have_other_settings() -> None:
    settings = once(get_default_settings)
    assert not hasattr(settings(Reader), "tab_width")
    assert settings(Parser).tab_width == 8


def test_a_document_shares_neither_settings_nor_dependencies_with_another() -> None:
    settings = once(get_default_settings)
    one, other = settings(Parser()), settings(Parser())
    one.tab_width = 4
    one.record_dependencies.add("a file")
    assert (other.tab_width, other.record_dependencies.list) == (8, [])
