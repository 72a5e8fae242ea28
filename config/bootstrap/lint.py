"""`make lint` and `make fmt`: the linters of the OCA's template for Odoo 19."""

import os
import subprocess
import time
from pathlib import Path

from . import addons, hygiene, node, paths, venv
from .console import say

_LINTED = ("addons", "config", "tests")
_PRETTIER = set(
    [
        ".css",
        ".html",
        ".js",
        ".cjs",
        ".json",
        ".md",
        ".scss",
        ".toml",
        ".ts",
        ".xml",
        ".yaml",
        ".yml",
    ]
)
_NO_NODE = (
    "SKIPPED eslint and prettier: they need Node.js 20 or newer with npm "
    "(on Debian and Ubuntu: sudo apt-get install -y nodejs npm)"
)
_OCA_CHECKS = ",".join(
    (
        "csv-duplicate-record-id",
        "csv-syntax-error",
        "file-not-used",
        "manifest-syntax-error",
        "xml-create-user-wo-reset-password",
        "xml-dangerous-qweb-replace-low-priority",
        "xml-deprecated-data-node",
        "xml-deprecated-oe-chatter",
        "xml-deprecated-openerp-node",
        "xml-deprecated-qweb-directive",
        "xml-deprecated-tree-attribute",
        "xml-duplicate-fields",
        "xml-duplicate-record-id",
        "xml-duplicate-template-id",
        "xml-not-valid-char-link",
        "xml-oe-structure-missing-id",
        "xml-record-missing-id",
        "xml-redundant-module-name",
        "xml-syntax-error",
        "xml-view-dangerous-replace-low-priority",
        "xml-xpath-translatable-item",
    )
)


def check(arguments):
    """Run every linter, even after one has complained; 1 if any did."""
    files = _prepare()
    results = [
        _run("ruff check", _ruff("check", "--no-fix", "--output-format=concise")),
        _run("ruff format", _ruff("format", "--check", "--output-format=concise")),
    ]
    results += _check_addons(files)
    if node.available():
        results.append(_run("eslint", *_eslint(files)))
        results.append(_run("prettier", *_prettier(files, "--check")))
    else:
        say(_NO_NODE)
    results.append(_check_hygiene(files))
    failed = results.count(False)
    say(f"\nComplaints from {failed or 'none'} of {len(results)} linters.")
    return 1 if failed else 0


def fix(arguments):
    """Let the tools put right what they can, and say nothing about the rest."""
    files = _prepare()
    _run("ruff check --fix", _ruff("check", "--fix-only"))
    _run("ruff format", _ruff("format"))
    if node.available():
        _run("eslint --fix", *_eslint(files, "--fix", "--quiet"))
        _run("prettier --write", *_prettier(files, "--write"))
    else:
        say(_NO_NODE)


def _prepare():
    """Install the linters and list what they look at."""
    venv.ensure_lint()
    if node.available():
        node.ensure()
    return _files()


def _files():
    """What is or could be in git: not what lies about ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    names = sorted({Path(name) for name in listed if name})
    return [name for name in names if (paths.ROOT / name).is_file()]


# --- the tools ----------------------------------------------------------------


def _tool(name):
    return paths.LINT_VENV / "bin" / name


def _ruff(command, *options):
    folders = [name for name in _LINTED if (paths.ROOT / name).is_dir()]
    return [_tool("ruff"), command, "--quiet", *options, *folders]


def _check_addons(files):
    """Odoo's own conventions, add-on by add-on."""
    found = [path.relative_to(paths.ROOT) for path in addons.with_test_only().values()]
    if not found:
        return []
    results = [
        _run("pylint-odoo", [_tool("pylint"), "--rcfile=.pylintrc-mandatory", *found]),
        _run(
            "oca-checks-odoo-module",
            [
                _tool("oca-checks-odoo-module"),
                f"--enable={','.join(_OCA_CHECKS)}",
                *found,
            ],
        ),
    ]
    catalogues = [name for name in files if name.suffix in (".po", ".pot")]
    if catalogues:
        options = ["--disable=po-pretty-format", *catalogues]
        results.append(_run("oca-checks-po", [_tool("oca-checks-po"), *options]))
    return results


def _eslint(files, *options):
    scripts = [name for name in files if name.suffix in (".js", ".cjs")]
    scripts = [name for name in scripts if not _is_foreign(name)]
    return _node_tool("eslint", [*options, "--no-warn-ignored"], scripts)


def _prettier(files, *options):
    wanted = [
        name
        for name in files
        if name.parts[0] in _LINTED
        and name.suffix in _PRETTIER
        and not _is_foreign(name)
    ]
    return _node_tool("prettier", ["--log-level=warn", *options], wanted)


def _is_foreign(name):
    """What the OCA's template leaves alone: libraries, generated or written texts."""
    text = name.as_posix()
    return (
        "/static/lib/" in text
        or "/static/src/lib/" in text
        or text.endswith("/static/description/index.html")
        or ("/readme/" in text and name.suffix == ".md")
        or name.name == "package-lock.json"
    )


def _node_tool(name, options, files):
    command = [node.program(name), *options, *files] if files else None
    return command, node.environ()


def _check_hygiene(files):
    """The checks of our own, shown like a tool's."""
    found = list(hygiene.problems(files))
    _report("no machine's paths, tidy files", not found, 0, "\n".join(found))
    return not found


def _run(title, command, environ=None):
    """Run one linter; what it says is shown only if it complains or warns."""
    if command is None:
        return True
    started = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=paths.ROOT,
        env=environ or os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    _report(title, not done.returncode, time.monotonic() - started, done.stdout)
    return not done.returncode


def _report(title, good, seconds, output):
    say(f"{'ok     ' if good else 'FAILED '} {title} ({seconds:.1f} s)")
    if output.strip():
        say("\n".join(f"        {line}" for line in output.strip().splitlines()))
