"""Calls an endpoint as clients do."""

import http.client
import json
import time
import urllib.parse

LONGEST_WAIT = 30  # seconds


class Answer:
    """What a caller of the endpoint sees."""

    def __init__(self, status, headers, text, seconds):
        self.status, self.headers, self.text, self.seconds = status, headers, text, seconds

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def result(self):
        return self.json["result"]

    @property
    def tool_error(self):
        """The text of a result with `isError`, or what came instead."""
        result = self.json.get("result", {})
        return result["content"][0]["text"] if result.get("isError") else self.text


class Caller:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        # Every key that was accepted, to be looked for where no key should be.
        self.accepted_keys = set()

    def send(self, body, key=None, method="POST", url=None, **headers):
        """A request; `headers` have underscores instead of hyphens."""
        url = urllib.parse.urlsplit(url or self.endpoint)
        connection = http.client.HTTPConnection(url.netloc, timeout=LONGEST_WAIT)
        sent = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
        if key is not None:
            sent["x-api-key"] = key
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        began = time.monotonic()
        try:
            connection.request(method, url.path, body if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if key and response.status == 200:
            self.accepted_keys.add(key)
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, text, time.monotonic() - began)

    def answers(self):
        """Whether something speaks HTTP there. Docker's own proxy accepts connections before the program does."""
        try:
            return self.send({}).status > 0
        except OSError:
            return False

    def list_tools(self, key=None, **headers):
        return self.send({"jsonrpc": "2.0", "id": 7, "method": "tools/list"}, key, **headers)

    def call(self, tool, key=None, arguments=None, **headers):
        params = {"name": tool, "arguments": arguments or {}}
        return self.send({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}, key, **headers)
