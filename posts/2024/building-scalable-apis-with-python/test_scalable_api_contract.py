"""What the API does is what /openapi.json says of it, whatever it is asked."""

import subprocess
import sys
from pathlib import Path

import httpx
from local_services import Program
from scalable_api.settings import Settings


def test_requests_made_up_from_the_description_are_answered_as_it_says(
    api_process: tuple[Program, str], ada: httpx.Client, settings: Settings, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{api_process[1]}/openapi.json"]
    token = f"Authorization: {ada.headers['Authorization']}"
    # Not that whatever fits the description is accepted: it cannot say that a cursor must be one of ours, for example. Nor
    # that what does not fit is refused: a header that nobody knows is no mistake.
    leave_out = ["--exclude-checks", "positive_data_acceptance,negative_data_rejection"]
    options = ["--header", token, "--checks", "all", "--seed", "1", "--max-examples", "15", "--no-color"]
    phases = ["--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all"]
    done = subprocess.run(
        [*command, *options, *leave_out, *phases], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
