"""A small API that holds up under load and under faults. `app.py` is where it begins."""
