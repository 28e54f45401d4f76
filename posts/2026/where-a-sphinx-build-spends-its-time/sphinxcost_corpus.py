"""Write a Sphinx project of synthetic prose: the same arguments give the same bytes.

python sphinxcost_corpus.py 200 corpus             posts outside every toctree, as on a blog
python sphinxcost_corpus.py 200 corpus --toctree   the same posts in one toctree
python sphinxcost_corpus.py 200 corpus --ablog     the same posts with ABlog
"""

import argparse
import itertools
import random
import re
from pathlib import Path

WORDS_PER_POST = 600

# The words that hold English sentences together; they take the first ranks, as they do in real text.
FUNCTION_WORDS = """
the of and to a in is that it for as with be on are not this by or an from at which have can when if will
one was all has there more so no but they than its then only may each we other into some also any these two
between such up how does out where must do them time used what because use both most before should their
first same after many would over about new now very without here still while even under however since every
through being
"""
ONSETS = "b c d f g h l m n p r s t v w br cl cr dr fl gr pl pr sh sp st tr"
VOWELS = "a a e e e i i o o u ea ou"
CODAS = ("", "", "n", "r", "s", "t", "l", "m", "nd", "rt", "st", "ct")
# What a stemmer is there to remove; the nine empty ones leave a word as it is.
ENDINGS = (
    *("",) * 9,
    *("s",) * 4,
    "ed",
    "ed",
    "ing",
    "ing",
    "er",
    "ly",
    "ion",
    "ation",
    "ment",
    "able",
    "ness",
)


def vocabulary(size: int = 8_000, seed: int = 1) -> list[str]:
    """Return `size` distinct lower-case words, the most frequent first.

    After the function words come made-up ones of one to three syllables with an English ending.
    """
    rng = random.Random(seed)
    onsets, vowels = ONSETS.split(), VOWELS.split()
    words = dict.fromkeys(FUNCTION_WORDS.split())
    while len(words) < size:
        # Rare words are longer: at first mostly one syllable, at last mostly two.
        rank = len(words)
        syllables = rng.choice((1, 1, 2) if rank < 500 else (1, 2, 2) if rank < 4_000 else (2, 2, 3))
        stem = "".join(rng.choice(onsets) + rng.choice(vowels) for _ in range(syllables)) + rng.choice(CODAS)
        words.setdefault(stem + rng.choice(ENDINGS))
    return list(words)


class Prose:
    """An endless source of words: made-up ones by Zipf's law or, given a text, that text's, in its order."""

    def __init__(self, seed: int, text: str = "") -> None:
        self.rng = random.Random(seed)
        self.words = vocabulary()
        self.weights = list(itertools.accumulate(rank**-1.1 for rank in range(1, len(self.words) + 1)))
        self.real = itertools.cycle(re.findall("[a-z]+", text.lower()))
        self.is_real = bool(text)

    def take(self, count: int) -> list[str]:
        """Return the next `count` words."""
        if self.is_real:
            return list(itertools.islice(self.real, count))
        return self.rng.choices(self.words, cum_weights=self.weights, k=count)

    def title(self) -> str:
        """Return five words as a heading."""
        return " ".join(self.take(5)).capitalize()

    def paragraph(self, count: int) -> str:
        """Return about `count` words in sentences of twelve, with one word in each marked up."""
        sentences = []
        for _ in range(count // 12):
            words = self.take(12)
            words[0] = words[0].capitalize()
            mark = self.rng.choice(("*", "**", "`", "", "", ""))
            words[6] = f"{mark}{words[6]}{mark}"
            sentences.append(" ".join(words) + ".")
        return " ".join(sentences)

    def code(self) -> str:
        """Return a short Python block in a fence."""
        name, argument, value = (word + "_" for word in self.take(3))
        return (
            f"```python\ndef {name}({argument}: int) -> list[int]:\n"
            f'    """{self.title()}."""\n'
            f"    {value} = [n * 2 for n in range({argument}) if n % 3]\n"
            f"    return sorted({value}, reverse=True)\n```"
        )

    def post(self, directive: str = "") -> str:
        """Return one Markdown post: a title, four sections of two paragraphs, two code blocks, one list."""
        blocks = ["# " + self.title()] + [directive] * bool(directive)
        for section in range(4):
            blocks.append("## " + self.title())
            blocks += [self.paragraph(WORDS_PER_POST // 8) for _ in range(2)]
            if section % 2:
                blocks.append(self.code())
        blocks.append("\n".join("- " + self.title() for _ in range(3)))
        return "\n\n".join(blocks) + "\n"


def write(
    posts: int, target: Path, *, toctree: bool = False, ablog: bool = False, text: str = "", seed: int = 1
) -> Path:
    """Write a project of `posts` posts into the new directory `target` and return it."""
    target.mkdir(parents=True)
    prose = Prose(seed, text)
    names = [f"post-{number:05d}" for number in range(posts)]
    for number, name in enumerate(names):
        date = f"{2000 + number // 336}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"
        directive = f"```{{post}} {date}\n:tags: Tag {number % 8}\n:author: writer\n```" if ablog else ""
        (target / f"{name}.md").write_text(prose.post(directive), encoding="utf-8")
    listing = "\n".join(["```{toctree}", *names, "```"]) if toctree else "The posts stand outside every toctree."
    (target / "index.md").write_text(f"# A corpus\n\n{listing}\n", encoding="utf-8")
    conf = ['extensions = ["myst_parser"]', 'html_theme = "furo"', 'suppress_warnings = ["toc.not_included"]']
    if ablog:
        conf += [
            'extensions += ["ablog"]',
            'blog_authors = {"writer": ("Writer", None)}',
            'blog_baseurl = "https://example.org"',  # without it ABlog writes no feed
            # ABlog's own page template would replace Furo's, and every page with it.
            "skip_injecting_base_ablog_templates = True",
            'templates_path = ["_templates"]',
        ]
        write_ablog_templates(target / "_templates" / "ablog")
    (target / "conf.py").write_text("\n".join(conf) + "\n", encoding="utf-8")
    return target


def write_ablog_templates(target: Path) -> None:
    """Copy ABlog's archive templates into `target`, so that they fill the block that Furo's page has."""
    import ablog

    target.mkdir(parents=True)
    for template in Path(ablog.__file__).parent.glob("templates/ablog/*.html"):
        text = template.read_text(encoding="utf-8")
        for tag in ("block", "endblock"):
            text = text.replace(f"{{% {tag} body %}}", f"{{% {tag} content %}}")
        (target / template.name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("posts", type=int)
    parser.add_argument("target", type=Path)
    parser.add_argument("--toctree", action="store_true", help="list the posts in one toctree")
    parser.add_argument("--ablog", action="store_true", help="give each post a {post} block, and load ABlog")
    parser.add_argument("--text", type=Path, help="take the words from this file instead of making them up")
    options = vars(parser.parse_args())
    text = options.pop("text")
    write(**options, text=text.read_text(encoding="utf-8") if text else "")
