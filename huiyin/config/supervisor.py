"""`huiyin serve`: one process that starts database, web and task processes, and starts again what dies."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from huiyin.config.account import account_of_site, hand_over, started_as
from huiyin.config.environment import EnvironmentProblem, var_folder
from huiyin.integrations import postgres
from huiyin.integrations.postgres_install import PostgresProblem, ServerUser

FIRST_PAUSE, LONGEST_PAUSE = 0.3, 10.0  # seconds before a dead process is started again
STEADY_AFTER = 20.0  # a process that lived so long begins again with the first pause
STOP_SECONDS = 20.0
TICK = 0.2
# Only steps that migrate have the owner's rights; what answers requests never learns of them.
OWNERS = ("DATABASE_OWNER_URL",)


@dataclass
class Child:
    """A process that must always run."""

    name: str
    command: list[str]
    when_orphaned: signal.Signals = signal.SIGTERM
    user: ServerUser | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = FIRST_PAUSE

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            **started_as(self.user, without=OWNERS),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop things in order
            preexec_fn=postgres.dies_with_parent(self.when_orphaned),
        )

    def look_after(self) -> None:
        """Start it again if it is dead and its pause is over."""
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            # gunicorn's workers outlive a killed master for a while and would keep the port.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            self.process = None
            now = time.monotonic()
            if now - self.started_at > STEADY_AFTER:
                self.pause = FIRST_PAUSE
            self.start_again_at = now + self.pause
            say(f"{self.name} 已退出({code}),{self.pause:.1f} 秒后重新启动 · ended, starting again")
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        if time.monotonic() >= self.start_again_at:
            self.start()


@dataclass
class Site:
    """Everything that runs, in the order it is started; stopped the other way round."""

    cluster: postgres.Cluster | None
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def watch(self) -> None:
        """Until told to stop."""
        for child in self.children:
            child.start()
        while not self.stopping:
            if self.cluster is not None and not self._database_lives(self.cluster):
                continue
            for child in self.children:
                child.look_after()
            time.sleep(TICK)

    def _database_lives(self, cluster: postgres.Cluster) -> bool:
        try:
            if cluster.restart_if_dead():
                say("数据库已重新启动 · the database ended and was started again")
        except PostgresProblem as problem:
            say(str(problem))
            time.sleep(2)
            return False
        return True

    def stop(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # Its own session: also the processes it started.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def serve(options: argparse.Namespace) -> int:
    """Run the site until SIGTERM or Ctrl-C; 0 after a clean stop."""
    if options.demo:
        os.environ["HUIYIN_DEMO"] = "1"
    site = Site(None)

    def told_to_stop(signal_number: int, frame: object) -> None:
        site.stopping = True
        if not site.children:  # still preparing: leave at once, the database is stopped on the way out
            raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, told_to_stop)
    signal.signal(signal.SIGINT, told_to_stop)
    with _database() as cluster:
        site.cluster = cluster
        port = free_port(options.host, options.port)
        address = f"http://{_for_people(options.host)}:{port}"
        os.environ.setdefault("HUIYIN_URL", address)
        user = account_of_site(root_is_fine=options.allow_root or options.demo)
        if user is not None:
            hand_over(user)
        if not options.prepared:
            say("正在更新数据库 · bringing the database up to date")
            run_step(["prepare"], user)
        if options.demo:
            say("正在生成演示数据，要几分钟，做完才能打开网站 · making the fictional district, a few minutes")
            run_step(["demo"], user)
        site.children = [web(options, port), *workers(options)]
        for child in site.children:
            child.user = user
        say(f"网站 · site      {address}")
        if cluster is not None:
            say(f"数据 · data      {cluster.folder}")
        say("按 Ctrl-C 停止 · Ctrl-C stops it")
        try:
            site.watch()
        finally:
            say("正在停止 · stopping")
            site.stop()
    return 0


@contextlib.contextmanager
def _database() -> Iterator[postgres.Cluster | None]:
    """The embedded cluster, or None where DATABASE_URL names another server."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    cluster = postgres.Cluster(var_folder() / "postgres")
    cluster.start()
    os.environ |= {
        "DATABASE_URL": cluster.url(postgres.WEB_ROLE),
        "DATABASE_OWNER_URL": cluster.url(postgres.OWNER_ROLE),
        postgres.EMBEDDED_MARK: "1",
    }
    try:
        yield cluster
    finally:
        cluster.stop()


def web(options: argparse.Namespace, port: int) -> Child:
    command = [sys.executable, "-m", "gunicorn", "huiyin.config.wsgi:application"]
    command += ["--bind", f"{options.host}:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(options.web_workers), "--threads", str(options.threads)]
    command += ["--timeout", "60", "--graceful-timeout", "15", "--keep-alive", "5", "--backlog", "1024"]
    # Loaded once and forked: a killed process is back in a tenth of a second, and the code lies in memory once.
    command += ["--preload", "--no-control-socket", "--log-level", "warning"]
    if os.access("/dev/shm", os.W_OK):
        command += ["--worker-tmp-dir", "/dev/shm"]  # heartbeats of workers must not wait for a busy disk
    return Child("网站进程 web", command)


def workers(options: argparse.Namespace) -> list[Child]:
    command = [sys.executable, "-m", "huiyin.config.cli", "manage", "procrastinate", "worker"]
    # The embedded database dies with us, and a worker told to end gently would wait for it;
    # a killed one's tasks run again (huiyin.integrations.queue).
    return [
        Child(f"任务进程 worker {number}", command, when_orphaned=signal.SIGKILL)
        for number in range(1, options.workers + 1)
    ]


def run_step(arguments: list[str], user: ServerUser | None) -> None:
    """One command of ours to its end, in a process of its own: it loads settings with other rights."""
    done = subprocess.run(
        [sys.executable, "-m", "huiyin.config.cli", *arguments],
        **started_as(user),
        stdin=subprocess.DEVNULL,
        check=False,
        preexec_fn=postgres.dies_with_parent(signal.SIGTERM),
    )
    if done.returncode != 0:
        raise EnvironmentProblem(
            f"「huiyin {' '.join(arguments)}」没有完成，原因见上。\n"
            f"`huiyin {' '.join(arguments)}` did not finish; the reason is above."
        )


def free_port(host: str, wanted: int) -> int:
    """`wanted`, or the next port nobody listens on; 0 asks the system for any."""
    for port in [0] if wanted == 0 else range(wanted, min(wanted + 100, 65536)):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((host, port))
            except OSError:
                continue
            found = int(attempt.getsockname()[1])
        if found != wanted and wanted:
            say(f"端口 {wanted} 已被占用，改用 {found} · port {wanted} is taken, using {found}")
        return found
    raise EnvironmentProblem(
        f"{host} 上从 {wanted} 起没有可用端口，请用 --port 另选。\n"
        f"No free port from {wanted} on {host}; choose another with --port."
    )


def say(text: str) -> None:
    print(f"huiyin · {text}", flush=True)


def _for_people(host: str) -> str:
    """The address to type: 0.0.0.0 is every address of the machine, so this machine's own will do."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
