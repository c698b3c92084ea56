"""One step of an import as Lambda does it, in a process of its own: `python import_step.py EVENT`.

The last line that it prints is JSON: seconds, the most memory in MB, and what the step returned.
"""

import json
import re
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from crm_import import app

app.dependencies()
began = time.perf_counter()
returned = app.handler(json.loads(sys.argv[1]), SimpleNamespace())  # type: ignore[arg-type]
seconds = time.perf_counter() - began
[peak] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
print(json.dumps({"seconds": seconds, "memory": int(peak) / 1024, "returned": returned}))
