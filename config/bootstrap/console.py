"""What the person at the terminal sees."""

import sys
import time


class BootstrapError(Exception):
    """Something the reader can put right: shown as a sentence, not a traceback."""


_out = {"stream": sys.stdout}


def keep_stdout_clean():
    """Talk on stderr: what `.local/bin/psql` prints may be another program's input."""
    _out["stream"] = sys.stderr


def say(text, end="\n"):
    """Print at once: the output is often piped, and then Python would hold it back."""
    print(text, end=end, file=_out["stream"], flush=True)


_SECONDS_BETWEEN_LOG_LINES = 10


class Step:
    """A long part of the work, with the seconds it has taken so far.

    On a terminal the line is rewritten in place; in a log (CI) a line is added every
    few seconds.
    """

    def __init__(self, title):
        self.title = title
        self.started = time.monotonic()
        self.shown_at = 0
        self.width = 0
        self.live = _out["stream"].isatty()

    def __enter__(self):
        say(f"==> {self.title} ...")
        return self

    def __exit__(self, exc_type, exc, traceback):
        self._clear()
        outcome = "stopped after" if exc_type else "done in"
        say(f"    {self.title}: {outcome} {self.seconds:.0f} s")

    @property
    def seconds(self):
        return time.monotonic() - self.started

    def progress(self, text):
        """Show where the step is; call it as often as you like."""
        if self.live:
            line = f"    {self.seconds:4.0f} s  {text}"[:100]
            say("\r" + line.ljust(self.width), end="")
            self.width = len(line)
        elif self.seconds - self.shown_at >= _SECONDS_BETWEEN_LOG_LINES:
            say(f"    {self.seconds:4.0f} s  {text}")
            self.shown_at = self.seconds

    def _clear(self):
        if self.live and self.width:
            say("\r" + " " * self.width + "\r", end="")
