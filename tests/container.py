"""The steps of the Dockerfile, taken in order without a container engine: in folders that hold what the steps put there alone,
beside the system's programs, by users without rights, in a network that has nobody else.

Run as a program, by whoever may make such a network (see `command`). Packages come from this environment, as if a registry had
them: a step that installs one finds it there. What the base image holds besides Python is not looked at.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import socket
import struct
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILDER = "10000:10000"
"""Who takes the steps until the file names a user."""

SITE = "/installed/site-packages"
SYSTEM = ("/usr", "/etc", "/dev", "/proc")
CHROOT = shutil.which("chroot", path="/usr/sbin:/sbin:/usr/bin:/bin")
READY_SECONDS, END_SECONDS = 90.0, 30.0


def command(folder: Path) -> list[str]:
    """The program in a network of its own."""
    alone = ["unshare", "--mount", "--net", "--fork"] + (["--map-root-user"] if os.geteuid() else [])
    return [*alone, sys.executable, str(Path(__file__)), str(folder)]


def permitted() -> bool:
    """Whether this machine lets us make a network and folders of our own."""
    if shutil.which("unshare") is None or CHROOT is None:
        return False
    probe = [
        "unshare",
        "--mount",
        "--net",
        *(["--map-root-user"] if os.geteuid() else []),
        "mount",
        "--bind",
        "/usr",
        "/usr",
    ]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile, each with what it says, lines that go on joined."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word.upper(), rest.strip()


@dataclass
class Stage:
    """What one FROM begins: its root, its variables, and who takes its steps where."""

    root: Path
    variables: dict[str, str] = field(default_factory=dict)
    user: str = BUILDER
    folder: str = "/"

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True)
        python = Path(sys.base_prefix).resolve()
        for place in (*SYSTEM, str(python)):
            if not place.startswith("/usr/"):
                self._bind(Path(place), self.root / place[1:])
        self._bind(Path(sysconfig.get_paths()["purelib"]), self.root / SITE[1:])
        for name in ("bin", "sbin", "lib", "lib64"):
            if Path("/", name).is_symlink():
                (self.root / name).symlink_to(os.readlink(f"/{name}"))
            elif Path("/", name).exists():
                self._bind(Path("/", name), self.root / name)
        (self.root / "tmp").mkdir()
        (self.root / "tmp").chmod(0o1777)
        (self.root / "shims").mkdir()
        for name in ("python", "python3"):
            (self.root / "shims" / name).symlink_to(Path(sys.executable).resolve())
        self.variables = {"PATH": "/shims:/usr/bin:/bin", "HOME": "/tmp", "PYTHONPATH": SITE}  # noqa: S108
        self.variables |= {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "OMP_NUM_THREADS": "1"}
        self.own(self.root, BUILDER)

    @staticmethod
    def _bind(there: Path, here: Path) -> None:
        here.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--rbind", str(there), str(here)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(here)], check=False, capture_output=True)

    def own(self, path: Path, user: str) -> None:
        """Give a path to a user, where there is more than one."""
        if _many_users():
            os.chown(path, *map(int, user.split(":")), follow_symlinks=False)

    def start(self, words: Sequence[str], **more: object) -> subprocess.Popen[bytes]:
        """Start a program in the stage."""
        who = [f"--userspec={self.user}", "--groups="] if _many_users() else []
        within = ["/bin/sh", "-c", f'cd {shlex.quote(self.folder)} && exec "$@"', "sh", *words]
        return subprocess.Popen([str(CHROOT), *who, str(self.root), *within], env=self.variables, **more)  # type: ignore[call-overload, no-any-return]

    def run(self, words: Sequence[str]) -> int:
        """Run a program in the stage; its exit code."""
        return self.start(words).wait()

    def path(self, name: str) -> Path:
        """Where a path of the stage lies on this machine."""
        return self.root / os.path.normpath(os.path.join(self.folder, name)).lstrip("/")


def _many_users() -> bool:
    return (
        len(Path("/proc/self/uid_map").read_text().split()) == 3
        and int(Path("/proc/self/uid_map").read_text().split()[2]) > 1
    )


class Build:
    """The stages of a Dockerfile, as far as its steps are taken."""

    def __init__(self, context: Path, folder: Path) -> None:
        self.context, self.folder = context, folder
        self.stages: dict[str, Stage] = {}
        self.now = ""
        self.health: list[str] = []
        self.entry: list[str] = []

    @property
    def stage(self) -> Stage:
        return self.stages[self.now]

    def take(self, word: str, rest: str) -> None:
        """Take one step."""
        print("STEP", word, rest[:150], flush=True)
        getattr(self, f"_{word.lower()}")(rest)

    def _from(self, rest: str) -> None:
        if not re.match(r"python:3\.\d+-slim-[a-z]+@sha256:[0-9a-f]{64}( AS \w+)?$", rest):
            raise SystemExit(f"A base should be Python's, pinned by a digest. Found {rest}")
        self.now = rest.partition(" AS ")[2] or f"stage{len(self.stages)}"
        self.stages[self.now] = Stage(self.folder / self.now)

    def _arg(self, rest: str) -> None:
        name, _, value = rest.partition("=")
        self.stage.variables.setdefault(name, value)

    def _env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            self.stage.variables[name] = re.sub(
                r"\$(\w+)", lambda one: self.stage.variables.get(one[1], ""), value
            )

    def _workdir(self, rest: str) -> None:
        made = self.stage.path(rest)
        if not made.exists():
            made.mkdir(parents=True)
            self.stage.own(made, self.stage.user)
        self.stage.folder = rest

    def _run(self, rest: str) -> None:
        if (code := self.stage.run(["/bin/sh", "-c", rest])) != 0:
            raise SystemExit(f"A step ended with exit code {code}: RUN {rest}")

    def _copy(self, rest: str) -> None:
        words = shlex.split(rest)
        options = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
        *sources, target = [word for word in words if not word.startswith("--")]
        before = self.stages.get(options.get("from", ""))
        there = self.stage.path(target)
        for source in sources:
            path = self.context / source if before is None else before.path(source)
            if path.is_dir():
                shutil.copytree(path, there, symlinks=True, dirs_exist_ok=True)
            else:
                there.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, there)
        user = options.get("chown", "0:0" if before is not None else BUILDER)
        for copied in (there, *there.rglob("*")):
            self.stage.own(copied, user)

    def _user(self, rest: str) -> None:
        if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", rest):
            raise SystemExit(f"The user should be a number, and no root. Found {rest}")
        self.stage.user = rest

    def _healthcheck(self, rest: str) -> None:
        self.health = json.loads(rest.partition("CMD")[2])

    def _entrypoint(self, rest: str) -> None:
        self.entry = json.loads(rest)

    def _volume(self, rest: str) -> None:
        if not self.stage.path(rest).is_dir():
            raise SystemExit(
                f"A volume should be a folder that belongs to the app's user. Found none at {rest}"
            )

    def _expose(self, rest: str) -> None:
        pass


def copy_context(folder: Path) -> Path:
    """A copy of what the build would be sent: the repository without what .dockerignore names."""
    patterns = [
        line.strip().removeprefix("**/").rstrip("/")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
    ]

    def ignored(_: str, names: list[str]) -> set[str]:
        return {name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)}

    return Path(shutil.copytree(ROOT, folder / "context", symlinks=True, ignore=ignored))


def serve_and_look(build: Build) -> None:
    """Start the image, ask its health, and see what its user may write."""
    stage = build.stage
    process = stage.start(build.entry)
    try:
        until = time.monotonic() + READY_SECONDS
        while stage.start(build.health, stderr=subprocess.DEVNULL).wait() != 0:
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit("The image did not come to health.")
            time.sleep(0.5)
        print("HEALTHY", flush=True)
    finally:
        process.terminate()
        process.wait(END_SECONDS)
    if _many_users():
        found = stage.start(["find", "/opt/lab", "-writable", "-not", "-type", "l"], stdout=subprocess.PIPE)
        if writable := found.communicate()[0]:
            raise SystemExit(f"The app's user can write code: {writable.decode()[:300]}")
    if stage.run(["/bin/sh", "-c", "touch /data/runs/kept /data/datasets/kept && test ! -e /source"]) != 0:
        raise SystemExit("The app's user cannot write data, or the image holds the sources.")
    print("HELD: code is read, data is written", "" if _many_users() else "(one user only)", flush=True)


def _loopback() -> None:
    """Have this machine alone in the network."""
    import fcntl

    with socket.socket() as any_socket:
        up = struct.pack("16sh", b"lo", 1)  # IFF_UP
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS


def main(folder: Path) -> None:
    """Take all steps, then serve."""
    _loopback()
    folder.mkdir(parents=True, exist_ok=True)
    build = Build(copy_context(folder), folder)
    for word, rest in instructions((ROOT / "Dockerfile").read_text()):
        build.take(word, rest)
    serve_and_look(build)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
