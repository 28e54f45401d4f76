from littles_law import connections_in_use


def test_twice_the_requests_need_twice_the_connections() -> None:
    assert connections_in_use(400, seconds=0.01) == 2 * connections_in_use(200, seconds=0.01)
