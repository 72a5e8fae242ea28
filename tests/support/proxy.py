"""A bad line between a browser and the server: cut off, or answers lost on the way."""

import contextlib
import re
import select
import socket
import threading

_CHUNK = 65536
_REQUEST = re.compile(rb"^[A-Z]+ ([^ ]+) HTTP")


class Line:
    """Passes connections on to a server, as long as the test lets it.

    - ``block``: paths (regular expression) whose connections are refused
    - ``down``: nothing gets through
    - ``lose(pattern)``: the next matching request reaches the server, its answer
      doesn't come back
    """

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.block = None
        self.down = False
        self.losing = None
        self.lost = threading.Event()
        self.open = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()
        self.cut()

    def cut(self, down=True):
        """Cut every connection, and let no new one through."""
        self.down = down
        for connection in list(self.open):
            _hang_up(connection)

    def lose(self, pattern):
        self.lost.clear()
        self.losing = re.compile(pattern.encode())

    def has_lost(self, within=15):
        """Whether an answer got lost, in the end.

        The screen may know of the act before its answer comes by: from the bus.
        """
        return self.lost.wait(within)

    def _accept(self):
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        self.open.add(client)
        with contextlib.suppress(OSError), client:
            head = client.recv(_CHUNK)
            if head and not self._refuses(head):
                with socket.create_connection(self.target) as server:
                    self.open.add(server)
                    self._pass_on(client, server, head)
        self.open.discard(client)

    def _refuses(self, head):
        found = _REQUEST.match(head)
        path = found[1].decode() if found else ""
        return self.down or (self.block and re.search(self.block, path))

    def _pass_on(self, client, server, head):
        """Both ways until one side hangs up."""
        losing = self._loses(head)
        server.sendall(head)
        while True:
            readable, _w, _x = select.select([client, server], [], [], 60)
            for source in readable:
                data = source.recv(_CHUNK)
                if not data:
                    return
                if source is client:
                    losing = losing or self._loses(data)
                    server.sendall(data)
                elif losing:
                    self.lost.set()
                    return
                else:
                    client.sendall(data)

    def _loses(self, data):
        if self.losing and self.losing.search(data.split(b"\r\n", 1)[0]):
            self.losing = None
            return True
        return False


def _hang_up(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
