"""Little's law, for a pool of connections."""


def connections_in_use(requests_per_second: float, seconds: float) -> float:
    """Return how many connections are in use on average, where each request holds one for so many seconds."""
    return requests_per_second * seconds
