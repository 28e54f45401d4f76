"""How a post is cited."""

from _ext.pages.reader_actions import bibtex
from _ext.posts import Author
from testing.posts import post


def test_a_citation_has_every_author_in_order() -> None:
    authors = (Author("ben", "Ben and Co", "", ""), Author("ada", "Ada", "", ""))
    cited = bibtex(post("2024-01-02", authors=authors), "https://example.org/posts/2024/a-post/", "A blog")
    assert cited == (
        "@misc{a-post-2024,\n"
        "  author = {{Ben and Co} and {Ada}},\n"
        "  title = {{A post}},\n"
        "  howpublished = {A blog},\n"
        "  year = {2024},\n"
        "  month = jan,\n"
        "  url = {https://example.org/posts/2024/a-post/},\n"
        "}"
    )


def test_each_month_has_its_macro() -> None:
    cited = [bibtex(post(f"2024-{month:02}-02"), "https://example.org/", "A blog") for month in range(1, 13)]
    months = [entry.partition("month = ")[2][:4] for entry in cited]
    assert "".join(months) == "jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec,"


def test_what_means_something_to_latex_is_text() -> None:
    cited = bibtex(post(title=r"50 % of {C#} & \\x_y ~ ^ $"), "https://example.org/", "A blog")
    assert (
        r"{{50 \% of \{C\#\} \& \textbackslash{}\textbackslash{}x\_y \textasciitilde{} \textasciicircum{} \$}}" in cited
    )
