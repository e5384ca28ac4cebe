"""Calls an endpoint, and keeps what came as it came: every header line, in its case."""

import http.client
import json
import re
import time
import urllib.parse

LONGEST_WAIT = 40  # seconds, more than the gateway's 30
JSON = "application/json"


class Answer:
    def __init__(self, status, lines, text, seconds):
        self.status, self.lines, self.text, self.seconds = status, lines, text, seconds

    def all(self, name):
        """The values of every line with this name."""
        return [value for key, value in self.lines if key.lower() == name]

    def header(self, name):
        return ", ".join(self.all(name)) or None

    @property
    def json(self):
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def own(self):
        """Whether the gateway said it, and not a function of ours."""
        return set(self.json) == {"message"}

    @property
    def tools(self):
        return [tool["name"] for tool in self.json.get("result", {}).get("tools", [])]

    def is_own(self, status, message):
        return (self.status, self.json) == (status, {"message": message})

    @property
    def brief(self):
        """The status, and what an answer that is no result says."""
        return str(self.status) if self.status == 200 else f"{self.status} {printable(self.text, 100)}".strip()


def printable(text, longest=200):
    """A text of somebody else, for a report: no control characters, no markup, not endless."""
    plain = re.sub(r"[^\x20-\x7e…]+", " ", str(text)).strip().replace("`", "'").replace("|", "/")
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


class Caller:
    def __init__(self, endpoint):
        self.endpoint = endpoint

    def send(self, body=None, key=None, method="POST", path=None, headers=()):
        """A request. `headers` are lines beside the usual ones, and may repeat a name."""
        url = urllib.parse.urlsplit(self.endpoint)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.netloc, timeout=LONGEST_WAIT)
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {name.lower() for name, _ in headers}
        began = time.monotonic()
        try:
            connection.putrequest(method, path or url.path, skip_host="host" in given, skip_accept_encoding=True)
            usual = {"content-type": JSON, "accept": f"{JSON}, text/event-stream", "content-length": str(len(data))}
            for name, value in [(n, v) for n, v in usual.items() if n not in given] + list(headers):
                connection.putheader(name, value)
            if key is not None:
                connection.putheader("x-api-key", key)
            connection.endheaders()
            try:
                connection.send(data)
            except OSError:
                pass  # What refuses a body early answers before it has read it.
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            return Answer(response.status, response.getheaders(), text, time.monotonic() - began)
        finally:
            connection.close()

    def list_tools(self, key=None, headers=()):
        return self.send({"jsonrpc": "2.0", "id": 7, "method": "tools/list"}, key, headers=headers)

    def ping(self, key, headers=()):
        call = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "ping", "arguments": {}}}
        return self.send(call, key, headers=headers)

    def status(self, key):
        """The status of a call, or what happened instead of an answer."""
        try:
            return self.ping(key).status
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
