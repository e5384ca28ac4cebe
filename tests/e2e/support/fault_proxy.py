"""A proxy in front of Secrets Manager that can break in the ways a network and a service break."""

import http.client
import http.server
import json
import threading
import time

SLOW = 2.5  # seconds; longer than an attempt of the authorizer may take


def service_error(status, code, message):
    return status, json.dumps({"__type": code, "message": message}).encode()


def with_secret(body, text):
    answer = json.loads(body)
    answer["SecretString"] = text
    return json.dumps(answer).encode()


# What is done with a good answer. Each returns a status, a body, and how many bytes of it are sent.
FAULTS = {
    "none": lambda status, body: (status, body),
    "latency": lambda status, body: (time.sleep(SLOW), (status, body))[1],
    "500": lambda _status, _body: service_error(500, "InternalServiceError", "an error"),
    "503, no JSON": lambda _status, _body: (503, b"<html>busy</html>"),
    "throttled": lambda _status, _body: service_error(400, "ThrottlingException", "slow down"),
    "truncated": lambda status, body: (status, body, len(body) // 2),
    "200, no JSON": lambda status, body: (status, body[: len(body) // 2]),
    "access denied": lambda _status, _body: service_error(
        400, "AccessDeniedException", "arn:aws:sts::123456789012:role/r may not"
    ),
    "no such secret": lambda _status, _body: service_error(
        400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."
    ),
    "bad document": lambda status, body: (status, with_secret(body, '{"v": 1, "keys": [{}]}')),
    "weak bare key": lambda status, body: (status, with_secret(body, "hunter2")),
}


class FaultProxy:
    """Listens on a port of its own. `fault` is one of FAULTS, or "refused"."""

    def __init__(self, upstream):
        self.upstream = upstream
        self.fault = "none"
        self.requests = 0
        self.server = None
        self.open(0)
        self.port = self.server.server_port

    def open(self, port):
        self.server = Server(("127.0.0.1", port), self)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def set(self, fault):
        if fault == "refused" and self.fault != "refused":
            self.close()
        if fault != "refused" and self.fault == "refused":
            self.open(self.port)
        self.fault = fault

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path, headers, body):
        self.requests += 1
        fault = self.fault
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=10)
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return FAULTS[fault](response.status, response.read())


class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, proxy):
        self.proxy = proxy
        super().__init__(address, Handler)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        kept = ("authorization", "content-type", "x-amz-date", "x-amz-target")
        headers = {name: self.headers[name] for name in kept if name in self.headers}
        status, body, *sent = self.server.proxy.answer(self.path, headers, body)
        try:
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(body)))
            # One request a connection, so that "refused" is refused at once.
            self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(body[: sent[0]] if sent else body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the authorizer has given up waiting, which is what "latency" is for

    def log_message(self, *_arguments):
        pass
