"""A mail server for tests: it takes mail from a socket, or refuses, stumbles and goes away as it is told."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """What arrived, and how to answer: command -> answer instead of the usual one."""

    port: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)  # address -> answer to its RCPT
    connections: int = 0
    taken: Callable[[], None] = lambda: None  # called when a mail has arrived, before that is said


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        post: Post = self.server.post  # type: ignore[attr-defined]
        post.connections += 1
        self.say(post.answers.get("CONNECT", "220 test"))
        while line := self.rfile.readline():
            command = line[:4].decode().upper().strip()
            if command == "QUIT":
                self.say("221 bye")
                return
            if command == "RCPT":
                address = line.decode().partition("<")[2].partition(">")[0]
                answer = post.refused.get(address, post.answers.get("RCPT", "250 ok"))
                if answer.startswith("250"):
                    post.recipients.append(address)
                self.say(answer)
            elif command == "DATA":
                self.say("354 go on")
                self.say(self.data(post))
            else:
                self.say(post.answers.get(command, "250 ok"))

    def data(self, post: Post) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        answer = post.answers.get("DATA", "250 taken")
        if answer.startswith("250"):
            post.arrived.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
            post.taken()
        return answer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def serving() -> Iterator[Post]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.post = Post(port=server.server_address[1])  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.post  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
