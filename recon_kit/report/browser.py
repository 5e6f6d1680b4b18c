"""A headless Chromium of our own: found, started with a profile to throw away, spoken to over a pipe, and surely ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recon_kit.errors import Fault, FaultyError, ParameterError

_NAMED = ("CHROMIUM", "CHROME")
"""Variables of the environment that may name the program."""
_PROGRAMS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
_FLAGS = (
    "--headless", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--no-default-browser-check", "--disable-extensions", "--disable-sync", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-breakpad", "--no-pings", "--mute-audio",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_SAID = 600
"""Characters of a browser's own complaint that are shown."""


class PdfError(FaultyError):
    """A page was not printed: the browser did not start, broke off, took too long, or did not draw every figure."""


def find_browser() -> str:
    """The Chromium, Chrome or Edge of this machine; CHROMIUM or CHROME in the environment name another.

    Raises:
        ParameterError: there is none, or the variable names none; tells what to install.
    """
    for name in _NAMED:
        if given := os.environ.get(name):
            if found := shutil.which(given):
                return found
            told = "the path of Chromium, Chrome or Edge, which prints PDF"
            raise ParameterError("pdf", [Fault(told, field=f"the variable {name}", found=given)])
    for program in (*_PROGRAMS, *_PLACES):
        if found := shutil.which(program):
            return found
    told = (
        "Chromium, Chrome or Edge, which prints PDF, but there is none on this machine: "
        "`apt install chromium` (Debian), Edge or Chrome (Windows, macOS), or its path in the variable CHROMIUM"
    )
    raise ParameterError("pdf", [Fault(told)])


@contextlib.contextmanager
def browsing(timeout: float) -> Iterator[Talk]:
    """A talk with a fresh browser, for at most so many seconds; profile and processes are gone afterwards.

    Raises:
        ParameterError: as `find_browser`. PdfError: it does not start, breaks off, or takes longer.
    """
    program = find_browser()
    with tempfile.TemporaryDirectory(prefix="recon-pdf-", ignore_cleanup_errors=True) as home:
        to_read, from_browser = os.pipe()
        to_browser, to_write = os.pipe()
        try:
            started = _started(program, Path(home), to_browser, from_browser)
        except BaseException:
            os.close(to_read)
            os.close(to_write)
            raise
        finally:
            os.close(to_browser)
            os.close(from_browser)
        talk = Talk(program, Path(home) / "said", to_read, to_write, time.monotonic() + timeout)
        try:
            yield talk
        except BaseException:
            started.kill()
            raise
        finally:
            talk.end()
            started.end()


@dataclass
class Talk:
    """Questions and answers of the DevTools protocol, each a line of JSON that ends with a zero byte.

    Source: Chrome DevTools Protocol; `--remote-debugging-pipe` (content/browser/devtools/devtools_pipe_handler.cc).
    """

    program: str
    said: Path
    reading: int
    writing: int
    until: float
    session: str | None = None
    asked: int = 0
    events: list[str] = field(default_factory=list)
    heard: queue.Queue[dict[str, Any] | None] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.until - time.monotonic()

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to one question.

        Raises:
            PdfError: the browser refuses it, broke off, or did not answer in time.
        """
        self.asked += 1
        question: dict[str, Any] = {"id": self.asked, "method": method, "params": parameters}
        if self.session:
            question["sessionId"] = self.session
        try:
            _write_all(self.writing, json.dumps(question).encode() + b"\0")
        except OSError as error:
            raise self._gone() from error
        while (message := self._next(method)).get("id") != self.asked:
            self.events.append(str(message.get("method")))
        if "error" in message:
            raise PdfError("pdf", [Fault(f"a browser that can {method}", None, "its answer", str(message["error"]["message"]))])
        answer: dict[str, Any] = message["result"]
        return answer

    def wait_for(self, event: str) -> None:
        """Return when that has happened since the talk began."""
        while event not in self.events:
            self.events.append(str(self._next(event).get("method")))

    def end(self) -> None:
        """Hang up: a browser whose pipe is closed ends itself."""
        os.close(self.writing)
        self._listener.join(2)

    def _next(self, what: str) -> dict[str, Any]:
        try:
            message = self.heard.get(timeout=max(self.left, 0.01))
        except queue.Empty:
            told = f"a page that is printed sooner; the browser was still busy with {what}"
            raise PdfError("pdf", [Fault(told, None, "the time", "over")]) from None
        if message is None or message.get("method") == "Inspector.targetCrashed":
            raise self._gone()
        return message

    def _gone(self) -> PdfError:
        said = self.said.read_text("utf-8", "replace")[-_SAID:] if self.said.is_file() else ""
        return PdfError("pdf", [Fault("a browser that runs here; it broke off", None, self.program, " ".join(said.split()))])

    def _listen(self) -> None:
        """Messages as they come, to the end of the pipe; then None."""
        left = b""
        with contextlib.suppress(OSError, ValueError):
            while chunk := os.read(self.reading, 1 << 20):
                *whole, left = (left + chunk).split(b"\0")
                for message in whole:
                    self.heard.put(json.loads(message))
        self.heard.put(None)
        os.close(self.reading)


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


@dataclass
class _Started:
    """A running browser with the processes that it started."""

    pid: int
    process: subprocess.Popen[bytes] | None = None
    """On Windows."""

    def end(self) -> None:
        """Wait a moment for it to end by itself, as it does without its pipe; then end it and all that it started."""
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(2)
        elif not self._is_over(2):
            self.kill()
            os.waitpid(self.pid, 0)
        self.kill()

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.process:
            self.process.kill()
        elif sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def _is_over(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True


def _started(program: str, home: Path, reads: int, writes: int) -> _Started:
    """The program in a group of its own; it reads from handle 3 and writes to 4, which only `posix_spawn` can set here."""
    sandbox = ("--no-sandbox",) if os.name == "posix" and os.geteuid() == 0 else ()
    arguments = [program, *_FLAGS, *sandbox, f"--user-data-dir={home / 'profile'}"]
    env = {**os.environ, "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache")}
    if sys.platform == "win32":
        return _started_on_windows(arguments, env, home, (reads, writes))
    import fcntl

    high_reads, high_writes = (fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, 10) for handle in (reads, writes))
    silent = os.open(os.devnull, os.O_RDWR)
    said = os.open(home / "said", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        placed = ((silent, 0), (silent, 1), (said, 2), (high_reads, 3), (high_writes, 4))
        actions = [(os.POSIX_SPAWN_DUP2, one, other) for one, other in placed]
        return _Started(os.posix_spawn(program, arguments, env, file_actions=actions, setpgroup=0))
    except OSError as error:
        raise PdfError("pdf", [Fault("a program that can be started", None, program, str(error))]) from error
    finally:
        for handle in (high_reads, high_writes, silent, said):
            os.close(handle)


def _started_on_windows(arguments: list[str], env: dict[str, str], home: Path, pipes: tuple[int, int]) -> _Started:
    """Windows has no numbered handles to inherit; there the browser is told theirs."""
    import msvcrt

    handles = [msvcrt.get_osfhandle(pipe) for pipe in pipes]  # type: ignore[attr-defined]
    for handle in handles:
        os.set_handle_inheritable(handle, True)  # type: ignore[attr-defined]
    told = [*arguments, f"--remote-debugging-io-pipes={handles[0]},{handles[1]}"]
    silent = subprocess.DEVNULL
    with (home / "said").open("wb") as said:
        process = subprocess.Popen(told, env=env, close_fds=False, stdin=silent, stdout=silent, stderr=said)  # noqa: S603 (ours)
    return _Started(process.pid, process)
