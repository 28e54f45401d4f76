"""Who is asking: a token is a signed user id. `python -m scalable_api.identity 7` prints one."""

import sys

from itsdangerous import BadData, URLSafeTimedSerializer

from scalable_api.settings import Settings


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret.get_secret_value(), salt="token")


def token_for(user_id: int, settings: Settings | None = None) -> str:
    """Return a token with which a client is the user `user_id`, for `token_seconds` from now on."""
    return str(_signer(settings or Settings()).dumps(user_id))


def user_of(token: str, settings: Settings) -> int | None:
    """Return whose token it is; None if it is not ours or too old."""
    try:
        user_id = _signer(settings).loads(token, max_age=settings.token_seconds)
    except BadData:
        return None
    return user_id if isinstance(user_id, int) else None


if __name__ == "__main__":
    print(token_for(int(sys.argv[1])))
