"""People who work with the server as programs do: JSON-RPC, XML-RPC, `/json/2`."""

import itertools
import xmlrpc.client

import requests

TIMEOUT = 60


class Refusal(Exception):
    """What the server refused: `code` for machines, the text for people."""

    def __init__(self, error):
        data = error.get("data") or {}
        super().__init__(data.get("message") or error.get("message") or "")
        self.code = (data.get("context") or {}).get("code")
        self.name = data.get("name") or ""
        self.debug = data.get("debug") or ""

    def __repr__(self):
        return f"Refusal({self.code or self.name}: {self})"


class JsonRpc:
    """A session of Odoo's web client, logged in or not."""

    _ids = itertools.count(1)

    def __init__(self, url, http=None):
        self.url = url
        self.http = http or requests.Session()

    @classmethod
    def login(cls, url, database, login, password=None):
        rpc = cls(url)
        values = {"db": database, "login": login, "password": password or login}
        info = rpc.post("/web/session/authenticate", values)
        rpc.uid = info["uid"]
        return rpc

    def twin(self):
        """The same login with a connection of its own, for another thread."""
        twin = JsonRpc(self.url)
        twin.http.cookies.update(self.http.cookies)
        return twin

    def post(self, path, params, headers=None):
        """One JSON-RPC request to any route."""
        body = {"jsonrpc": "2.0", "id": next(self._ids), "method": "call"}
        answer = self.http.post(
            self.url + path,
            json={**body, "params": params},
            headers=headers,
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        result = answer.json()
        if "error" in result:
            raise Refusal(result["error"])
        return result.get("result")

    def call(self, model, method, *args, **kwargs):
        """Call a public method, as the web client does."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def search(self, model, domain, **kwargs):
        return self.call(model, "search", domain, **kwargs)

    def run_job(self, xmlid):
        """Run a scheduled action now, in its own request (administrators only)."""
        model, record_id = self.call("ir.model.data", "check_object_reference", *xmlid)
        return self.call(model, "method_direct_trigger", [record_id])


class XmlRpc:
    """An integrator's program from long ago."""

    def __init__(self, url, database, login, password=None):
        self.database, self.password = database, password or login
        self.object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.uid = common.authenticate(database, login, self.password, {})

    def call(self, model, method, *args, **kwargs):
        return self.object.execute_kw(
            self.database, self.uid, self.password, model, method, args, kwargs
        )


class Json2:
    """An integrator's program of today: `/json/2` with an API key."""

    def __init__(self, url, database, key):
        self.url = url
        self.headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": database}

    def call(self, model, method, ids=(), **kwargs):
        """The HTTP answer, whatever its status."""
        return requests.post(
            f"{self.url}/json/2/{model}/{method}",
            json={"ids": list(ids), **kwargs},
            headers=self.headers,
            timeout=TIMEOUT,
        )
