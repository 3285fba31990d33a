"""A stand-in for the Hugging Face Hub: as much of its HTTP as pushing and fetching need."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

TOKEN = "hf_stand_in"


class HubStandIn(ThreadingHTTPServer):
    """Serves on a free port; `repositories` holds the files of each, by name."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories = {}
        self.made_private = set()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._answer(401, {"error": "Invalid username or password."})
        if path == "/api/repos/create":
            return self._create(json.loads(content))
        if path == "/api/validate-yaml":
            return self._answer(200, {"errors": [], "warnings": []})
        repository, action = path.removeprefix("/api/models/").rsplit("/", 2)[:2]
        if action == "preupload":
            files = json.loads(content)["files"]
            modes = [
                {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                for file in files
            ]
            return self._answer(200, {"files": modes})
        return self._commit(repository, [json.loads(line) for line in content.splitlines()])

    def do_GET(self):
        parts = unquote(urlsplit(self.path).path).strip("/").split("/")
        if parts[0] == "api":
            return self._describe("/".join(parts[2:4]), parts[4:])
        return self._serve("/".join(parts[:2]), "/".join(parts[4:]))

    do_HEAD = do_GET  # noqa: N815

    def _create(self, wanted):
        repository = f"{wanted['organization']}/{wanted['name']}"
        status = 409 if repository in self.server.repositories else 200
        self.server.repositories.setdefault(repository, {})
        if wanted.get("private") or wanted.get("visibility") == "private":
            self.server.made_private.add(repository)
        return self._answer(status, {"url": f"{self.server.address}/{repository}"})

    def _commit(self, repository, lines):
        for line in lines:
            if line["key"] == "file":
                content = base64.b64decode(line["value"]["content"])
                self.server.repositories[repository][line["value"]["path"]] = content
        oid = self._commit_of(repository)
        address = f"{self.server.address}/{repository}/commit/{oid}"
        return self._answer(200, {"success": True, "commitUrl": address, "commitOid": oid})

    def _describe(self, repository, what):
        files = self.server.repositories.get(repository)
        if files is None:
            return self._answer(404, {"error": "Repository not found"}, code="RepoNotFound")
        if what[:1] == ["tree"]:
            entries = [
                {"type": "file", "path": name, "size": len(content), "oid": _digest(content)}
                for name, content in files.items()
            ]
            return self._answer(200, entries)
        siblings = [{"rfilename": name} for name in files]
        oid = self._commit_of(repository)
        return self._answer(200, {"id": repository, "sha": oid, "siblings": siblings})

    def _serve(self, repository, name):
        files = self.server.repositories.get(repository)
        if files is None:
            return self._answer(404, {"error": "Repository not found"}, code="RepoNotFound")
        if name not in files:
            return self._answer(404, {"error": "Entry not found"}, code="EntryNotFound")
        headers = {
            "ETag": f'"{_digest(files[name])}"',
            "X-Repo-Commit": self._commit_of(repository),
        }
        return self._send(200, files[name], headers)

    def _commit_of(self, repository):
        files = sorted(self.server.repositories[repository].items())
        return _digest(repr(files).encode())

    def _answer(self, status, content, code=None):
        headers = {"X-Error-Code": code} if code else {}
        return self._send(status, json.dumps(content).encode(), headers)

    def _send(self, status, body, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def _digest(content):
    return hashlib.sha1(content).hexdigest()
