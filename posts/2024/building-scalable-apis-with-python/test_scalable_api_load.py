"""The service under a load that it must stand."""

from measure import under_load


def test_a_bounded_load_is_answered_without_an_error() -> None:
    rows = {row["request"]: row for row in under_load(users=10, seconds=6)}
    assert rows.keys() == {
        "GET /users/{id}",
        "GET /users?city=…",
        "PUT /users/{id}",
        "POST /reports",
        "Aggregated",
    }
    everything = rows["Aggregated"]
    assert everything["failures"] == 0
    assert everything["requests"] > 100
    assert everything["p50"] <= everything["p99"] < 1000
