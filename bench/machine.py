"""Names the machine that was measured on, by what matters for the figures and by nothing else."""

import os
import platform
import subprocess
from pathlib import Path


def described() -> str:
    """Return processor, cores, system and Python; no names of hosts, people or folders."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {cores()} cores, {platform.system()} on {platform.machine()}, {python}"


def cores() -> int:
    """Return how many cores this process may use."""
    return os.process_cpu_count() or 1


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    if platform.system() == "Darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return platform.processor() or "an unnamed processor"
