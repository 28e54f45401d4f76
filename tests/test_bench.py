"""What the bench of builds makes of what it has measured."""

import pytest

from bench.builds import Cost, as_table, exponents, growth_table


def cost(wall: float, cpu: float) -> Cost:
    return Cost(wall, cpu, memory=100, site=1.5)


def test_twice_the_seconds_for_twice_the_posts_are_exponent_one() -> None:
    assert exponents(cost(1, 1), cost(2, 4), ratio=2) == ["1.00", "2.00"]


@pytest.mark.parametrize(("before", "after"), [(None, cost(1, 1)), (cost(1, 1), None)])
def test_what_was_not_measured_has_no_exponent(before: Cost | None, after: Cost | None) -> None:
    assert exponents(before, after, ratio=10) == ["", ""]


def test_growth_is_told_of_engines_that_were_let_at_the_larger_size() -> None:
    small = {(step, name): cost(1, 1) for step in ("clean", "body") for name in ("ours", "slow")}
    large = {("clean", "ours"): cost(10, 10), ("body", "ours"): cost(1, 10)}
    assert growth_table({100: small, 1000: large}).splitlines()[2:] == [
        "| 100 to 1,000 | ours | 1.00 | 1.00 | 0.00 | 1.00 |"
    ]


def test_an_engine_is_compared_with_the_first_of_its_step() -> None:
    table = as_table({("clean", "ours"): cost(4, 2), ("clean", "other"): cost(2, 3)})
    assert table.splitlines()[2:] == [
        "| clean | ours | 4.00 | 2.00 | 100 | 1.5 | 1.00 | 1.00 |",
        "| clean | other | 2.00 | 3.00 | 100 | 1.5 | 0.50 | 1.50 |",
    ]
