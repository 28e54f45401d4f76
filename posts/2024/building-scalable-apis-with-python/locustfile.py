"""What users do, for Locust: API_SECRET=… locust --host http://127.0.0.1:8080, with the secret that the API has."""

import random
from itertools import count

from locust import FastHttpUser, constant_throughput, task
from scalable_api.identity import token_for

PER_SECOND = 5  # requests of each user, half of what the rate limit lets in
OTHERS = range(1, 1001)
"""The users whose records are read."""
ids = count(1)


class ApiUser(FastHttpUser):
    """A user with one request open at a time; mostly reads."""

    wait_time = constant_throughput(PER_SECOND)

    def on_start(self) -> None:
        self.id = next(ids)
        self.token = {"Authorization": f"Bearer {token_for(self.id)}"}

    @task(6)
    def read(self) -> None:
        self.client.get(f"/users/{random.choice(OTHERS)}", headers=self.token, name="/users/{id}")

    @task(2)
    def list_city(self) -> None:
        self.client.get(f"/users?city=City+{random.randint(1, 1000)}", headers=self.token, name="/users?city=…")

    @task(1)
    def write(self) -> None:
        change = {"name": f"User {self.id}", "city": f"City {random.randint(1, 1000)}"}
        self.client.put(f"/users/{self.id}", json=change, headers=self.token, name="/users/{id}")

    @task(1)
    def order(self) -> None:
        self.client.post("/reports", json={"city": None}, headers=self.token)
