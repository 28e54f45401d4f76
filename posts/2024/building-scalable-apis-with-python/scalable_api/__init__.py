"""Four parts of an API that is to hold up under load: database, cache, queue, rate limit."""
