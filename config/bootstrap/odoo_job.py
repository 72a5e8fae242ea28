"""Runs of Odoo that end by themselves: installing, updating, seeding."""

import re
import subprocess
import time

from . import paths
from .console import BootstrapError, Step

_MODULE = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
_TAIL = 40


class OdooJob:
    """One Odoo process whose output goes to a log file, with its progress."""

    def __init__(self, name, arguments, environ, script=None):
        self.name = name
        self.arguments = arguments
        self.environ = environ
        self.script = script
        self.log = paths.LOG / f"{name}.log"
        self.progress = "working"
        self.process = None
        self._read = 0

    def start(self):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [paths.VENV_PYTHON, "-m", "odoo", *self.arguments]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                env=self.environ,
                stdin=subprocess.PIPE if self.script else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if self.script:
            self.process.stdin.write(self.script.encode())
            self.process.stdin.close()

    def poll(self):
        """Take in what the log says since last time; true once the job has ended."""
        with self.log.open(errors="replace") as log:
            log.seek(self._read)
            for name, number, total in _MODULE.findall(log.read()):
                self.progress = f"module {number} of {total} ({name})"
            self._read = log.tell()
        return self.process.poll() is not None

    def check(self):
        """Raise if the job failed, with the part of the log that says why."""
        if self.process.returncode:
            lines = self.log.read_text(errors="replace").splitlines()[-_TAIL:]
            shown = "\n".join(f"    {line}" for line in lines)
            raise BootstrapError(
                f"Odoo could not do this ({self.name}); the log ends with:\n{shown}\n"
                f"The whole log: {self.log.relative_to(paths.ROOT)}"
            )

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def run_all(title, jobs):
    """Run the jobs side by side, showing how far they are."""
    try:
        with Step(title) as step:
            for job in jobs:
                job.start()
            while not all([job.poll() for job in jobs]):
                step.progress(" · ".join(job.progress for job in jobs))
                time.sleep(0.3)
        for job in jobs:
            job.check()
    finally:
        for job in jobs:
            job.stop()
