"""Which posts are related."""

from _ext.blog.related import MOST, WINDOW, related
from _ext.posts import Post, Tag
from testing.posts import post

RARE, COMMON = Tag("rare", "Rare", ""), Tag("common", "Common", "")
ASKED = post(path="asked", tags=(COMMON, RARE))


def named(path: str, day: str, *tags: Tag) -> Post:
    return post(day, path=path, tags=tags)


def found(*others: Post, count: int = 100) -> list[str]:
    posts = sorted([ASKED, *others], key=lambda post: post.date, reverse=True)  # type: ignore[arg-type,return-value]
    by_tag = {tag.slug: [post for post in posts if tag in post.tags] for tag in (RARE, COMMON)}
    return [post.path for post in related(ASKED, by_tag, count)]


def test_a_rare_tag_counts_more_than_a_common_one() -> None:
    crowd = [named(f"new-{day}", f"2024-05-0{day}", COMMON) for day in range(1, 9)]
    assert found(*crowd, named("old", "2020-01-01", RARE))[0] == "old"


def test_two_tags_count_more_than_one() -> None:
    assert found(named("one", "2024-05-01", RARE), named("two", "2020-01-01", RARE, COMMON)) == ["two", "one"]


def test_among_equals_the_newer_comes_first() -> None:
    assert found(named("a", "2024-01-01", RARE), named("b", "2024-02-01", RARE)) == ["b", "a"]


def test_there_are_three_at_most_and_itself_is_none() -> None:
    assert len(found(*[named(str(day), f"2024-05-0{day}", RARE) for day in range(1, 9)])) == MOST


def test_what_shares_no_tag_is_not_related() -> None:
    assert found(named("other", "2024-05-01")) == []


def test_only_the_newest_of_a_tag_are_looked_at() -> None:
    class Counting(list[Post]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            raise AssertionError("every post of the tag was looked at")

    posts = Counting(named(f"p{number}", "2024-05-01", COMMON) for number in range(WINDOW * 10))
    assert len(related(ASKED, {"common": posts}, len(posts))) == MOST
