"""What a server of ASGI runs: uvicorn scalable_api.app:app"""

from scalable_api.api import make_app
from scalable_api.edge import log_as_json
from scalable_api.settings import Settings

log_as_json()
app = make_app(Settings())
