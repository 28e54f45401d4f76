"""Made-up posts, the same each time, for builds to be measured on; each engine writes them in its own form.

A post has WORDS words of a natural distribution, links, a table, two or three code blocks, TAGS_A_POST of TAGS tags, one of
AUTHORS authors, and a day of the YEARS before END.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import codespell_lib

SEED = 20261127
WORDS = 600
VOCABULARY = 20_000  # words
TAGS = tuple(f"Subject {number}" for number in range(60))
TAGS_A_POST = 4
AUTHORS = tuple(f"Author {number}" for number in range(5))
END = dt.date(2025, 1, 1)
YEARS = 8
CODE = (
    """```python
@dataclass
class {name}:
    limit: int = {number}

    def {verb}(self, value: str) -> bool:
        # {word} at most so many
        return len(value) < self.limit and value != "{word}"
```""",
    """```sql
SELECT {name}.id, count(*) FROM {name} JOIN {verb} USING (id)
WHERE {word} > {number} GROUP BY 1 LIMIT {number};
```""",
    """```json
{{"{name}": {number}, "{verb}": [true, null, "{word}"]}}
```""",
)


@dataclass(frozen=True)
class Article:
    """A post as every engine has it; *body* is Markdown without a title, of the parts that all of them read alike."""

    number: int
    title: str
    day: dt.date
    tags: tuple[str, ...]
    author: str
    description: str
    body: str

    @property
    def slug(self) -> str:
        return f"post-{self.number}"


def key(name: str) -> str:
    """Return the key or slug of a tag or an author."""
    return name.lower().replace(" ", "-")


def spellings() -> list[str]:
    """Return the right spellings in codespell's dictionary, sorted."""
    lines = Path(codespell_lib.__file__).parent.joinpath("data/dictionary.txt").read_text(encoding="utf-8").splitlines()
    return sorted({line.split("->")[1].split(",")[0].strip().lower() for line in lines})


def zipf(count: int) -> list[float]:
    """Return the cumulative weights of *count* words by Zipf's law, that of the most frequent first."""
    return list(accumulate(1 / (rank + 2.7) for rank in range(count)))


def vocabulary() -> tuple[list[str], list[float]]:
    """Return words and their cumulative weights; the order of their frequency is made up."""
    words = [word for word in spellings() if word.isalpha()]
    random.Random(SEED).shuffle(words)
    words = words[:VOCABULARY]
    return words, zipf(len(words))


def articles(count: int) -> Iterator[Article]:
    """Yield *count* articles, of which the first are the same whatever the count."""
    words, weights = vocabulary()
    for number in range(count):
        rng = random.Random(SEED + number)
        said = rng.choices(words, cum_weights=weights, k=WORDS + 30)
        title, description, text = said[:6], said[6:24], said[30:]
        yield Article(
            number,
            f"{' '.join(title).capitalize()} {number}",
            END - dt.timedelta(days=1 + rng.randrange(YEARS * 365)),
            tuple(rng.sample(TAGS, TAGS_A_POST)),
            rng.choice(AUTHORS),
            f"{' '.join(description).capitalize()}."[:150].ljust(60, "."),
            body(text, rng),
        )


def body(words: list[str], rng: random.Random) -> str:
    """Return so many *words* as sections of paragraphs, with links, a table and code."""
    paragraphs = [words[start : start + 60] for start in range(0, len(words), 60)]
    blocks = []
    for at, paragraph in enumerate(paragraphs):
        if at % 3 == 0:
            blocks.append(f"## {' '.join(paragraph[:4]).capitalize()} {at}")
        link = f"[{' '.join(paragraph[4:8])}](https://example.org/{paragraph[8]})"
        blocks.append(
            f"{' '.join(paragraph[:20]).capitalize()} {link}, *{paragraph[9]}* and `{paragraph[10]}`. "
            f"{' '.join(paragraph[20:]).capitalize()}."
        )
    for kind in rng.sample(CODE, rng.choice([2, 3])):
        name, verb, word = rng.sample(words, 3)
        code = kind.format(name=name, verb=verb, word=word, number=rng.randrange(1000))
        blocks.insert(rng.randrange(2, len(blocks)), code)
    rows = "".join(f"| {rng.choice(words)} | {rng.randrange(1000)} |\n" for _ in range(4))
    blocks.append(f"| Measure | Value |\n| --- | ---: |\n{rows}")
    return "\n\n".join(blocks)
