"""Runs a command and says on its own output what that took: ``python metered.py PROGRAM…``, with the program's exit status.

This is a process of its own because Linux gives a process the memory of the one that started it as its least peak, and the
bench, which has read all posts and parsed feeds, is larger than some engines.

What it says is JSON: seconds of the clock; CPU seconds of the program and all that it has started and waited for; the peak of
the memory of the largest of these processes, in KiB. What the program says goes to the error output.
"""

import json
import os
import subprocess
import sys
import time

started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, usage = os.wait4(process.pid, 0)
wall = time.perf_counter() - started
print(json.dumps({"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss}))
sys.exit(os.waitstatus_to_exitcode(status))
