"""nginx in front of a test's server, with the configuration that merchants use."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import requests

from . import settings
from .server import STARTING, free_port
from .waiting import eventually

CONFIG = settings.ROOT / "config" / "nginx" / "epay.conf"
# What the official image brings around the part that is ours.
_MAIN = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {log} warn;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/epay.conf;
}}
"""


class Nginx:
    """A reverse proxy for one `OdooServer` that has workers."""

    def __init__(self, server):
        self.server = server
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = settings.LOG_DIR / f"nginx-{server.database}.log"
        self.folder = Path(tempfile.mkdtemp(prefix="epay-nginx-"))
        self.process = None

    def start(self):
        (self.folder / "epay.conf").write_text(self._filled_in())
        (self.folder / "server.d").mkdir(exist_ok=True)
        main = self.folder / "nginx.conf"
        # As root it would serve as `nobody`, who can't enter the folder.
        user = "" if os.geteuid() else "user root;"
        main.write_text(_MAIN.format(user=user, folder=self.folder, log=self.log))
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [settings.NGINX, "-p", self.folder, "-c", main, "-e", self.log],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        eventually(self._is_up, STARTING, "nginx is up")
        return self

    def _filled_in(self):
        text = CONFIG.read_text()
        values = {
            "EPAY_LISTEN": f"127.0.0.1:{self.port}",
            "EPAY_HTTP": f"127.0.0.1:{self.server.port}",
            "EPAY_BUS": f"127.0.0.1:{self.server.bus_port}",
            "EPAY_NGINX": str(self.folder),
        }
        for name, value in values.items():
            text = text.replace(f"${{{name}}}", value)
        return text

    def _is_up(self):
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            return requests.get(f"{self.url}/web/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def asked(self, path, source):
        """Whether each request of a file so far was answered from what was kept.

        :param str source: the address of this machine that asked: other tests' browsers
            fetch the same files, and nginx writes its lines when it has the time
        """
        lines = self.log.read_text().splitlines()
        mine = [line for line in lines if line.startswith(f"{source} ")]
        return [line.split()[-1] for line in mine if f'"GET {path}"' in line]

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
