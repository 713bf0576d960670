"""Private PostgreSQL clusters, one or a primary with a standby: Unix sockets only, SCRAM, data checksums. Never touches
another cluster."""

import os
import pathlib
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile

# A socket's path may have 107 bytes; PostgreSQL adds "/.s.PGSQL.5432".
_SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")


class ClusterError(RuntimeError):
    """A PostgreSQL program failed; the text is its own."""


def programs():
    """The folder with initdb and pg_ctl: CALLVAULT_PG_BIN, Debian's newest, or that of the PATH."""
    named = os.environ.get("CALLVAULT_PG_BIN")
    if named:
        return pathlib.Path(named)
    debian = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if debian:
        return debian[-1]
    found = shutil.which("initdb")
    if not found:
        raise ClusterError("PostgreSQL is not installed: run deploy/install")
    return pathlib.Path(found).resolve().parent


def reachable_by_postgres(folder):
    """Whether the user that PostgreSQL runs as can come to `folder`. As a normal user that is ourselves."""
    if os.getuid() != 0:
        return True
    probe = pathlib.Path(folder)
    while not probe.exists():
        probe = probe.parent
    return subprocess.run(["runuser", "-u", "postgres", "--", "test", "-x", str(probe)], check=False).returncode == 0


class Cluster:
    """One cluster in `folder`. Not thread-safe. What it starts it also ends: call stop()."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.password_file = self.folder.parent / "pgpass"
        self.database = "callvault"
        self._sockets = None

    @property
    def sockets(self):
        """The folder of the socket: ours, or a short one under /tmp where ours would be too long."""
        if self._sockets is None:
            note = self.folder / "socket-folder"
            if note.exists():
                self._sockets = pathlib.Path(note.read_text(encoding="utf-8").strip())
            else:
                self._sockets = self.folder / "socket"
        return self._sockets

    def create(self):
        """initdb, roles and database. Leaves the cluster running."""
        self._make_folders()
        superuser, owner = secrets.token_hex(16), secrets.token_hex(16)
        first_password = self.folder / "first-password"
        self._write_secret(first_password, superuser, for_postgres=True)
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=scram-sha-256", "--data-checksums",
                  "--encoding=UTF8", "--locale=C.UTF-8", f"--pwfile={first_password}", "--no-instructions")
        first_password.unlink()
        self._write_secret(self.password_file, "".join(
            f"*:*:*:{user}:{password}\n" for user, password in (("postgres", superuser), ("callvault", owner))))
        self.start()
        self.sql(f"create role callvault login password '{owner}'", user="postgres", database="postgres")
        self.sql(f"create database {self.database} owner callvault", user="postgres", database="postgres")

    def _make_folders(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        sockets = self.folder / "socket"
        if len(os.fsencode(sockets)) > _SOCKET_PATH_LIMIT:
            sockets = pathlib.Path(tempfile.mkdtemp(prefix="callvault-pg-", dir="/tmp"))
            (self.folder / "socket-folder").write_text(f"{sockets}\n", encoding="utf-8")
        sockets.mkdir(exist_ok=True)
        self._sockets = sockets
        if os.getuid() == 0:
            postgres = pwd.getpwnam("postgres")
            for folder in (self.folder, sockets):
                os.chown(folder, postgres.pw_uid, postgres.pw_gid)
                os.chmod(folder, 0o711)

    def exists(self):
        """Whether create() was done."""
        return (self.data / "PG_VERSION").exists() and self.password_file.exists()

    def running(self):
        """Whether its postmaster answers."""
        return self._try("pg_ctl", "-D", str(self.data), "status").returncode == 0

    def start(self):
        """Starts it unless it runs; returns when it takes connections."""
        if self.running():
            return
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.sockets}' -c logging_collector=off"
        done = self._try("pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "60", "-s", "-o", options,
                         "start")
        if done.returncode != 0:
            tail = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
            raise ClusterError(f"PostgreSQL did not start\n{done.stdout}{tail}")

    def stop(self, mode="fast"):
        """Ends it: `fast`, or `immediate` as a crash would. No error when it does not run."""
        if self.data.exists() and self.running():
            self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "60", "-s", "stop")

    # -- a standby of another one -------------------------------------------------------------------------------------

    def follow(self, primary):
        """Becomes a streaming standby of `primary`, and runs; what was in our folder goes."""
        self.stop("immediate")
        shutil.rmtree(self.data, ignore_errors=True)
        self._make_folders()
        password = secrets.token_hex(16)
        passfile = self.folder / "replication-password"
        self._write_secret(passfile, f"*:*:*:standby:{password}\n", for_postgres=True)
        primary.sql("drop role if exists standby", user="postgres", database="postgres")
        primary.sql(f"create role standby login replication password '{password}'", user="postgres", database="postgres")
        self._run("pg_basebackup", "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "-d",
                  f"host={primary.sockets} user=standby passfile={passfile} application_name=standby")
        self.start()

    def commit_on_both(self, wanted):
        """Whether a commit waits until a standby has it on its disk."""
        names = "'*'" if wanted else "''"
        self.sql(f"alter system set synchronous_standby_names = {names}", user="postgres", database="postgres")
        self.sql("select pg_reload_conf()", user="postgres", database="postgres")

    def has_synchronous_standby(self):
        """Whether one is connected and has caught up."""
        return self.sql("select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')", user="postgres",
                        database="postgres")[0][0] != "0"

    def promote(self):
        """Makes a standby the primary, alone: whoever waits for a standby of it would wait for ever."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "60", "-s", "promote")
        self.commit_on_both(False)

    def stall_standbys(self):
        """From now on nothing is sent to them, as when the network is slow; kill() ends that."""
        for (pid,) in self.sql("select pid from pg_stat_replication", user="postgres", database="postgres"):
            os.kill(int(pid), signal.SIGSTOP)

    def kill(self):
        """kill -9 of all of it: what a power cut would do."""
        postmaster = int((self.data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        children = pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii").split()
        for pid in (postmaster, *map(int, children)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def remove(self):
        """Stops it and removes its files."""
        self.stop("immediate")
        sockets = self.sockets
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)
        self.password_file.unlink(missing_ok=True)

    def connection(self, user="callvault", database=None, others=()):
        """A libpq connection string without the password, which stands in `passfile`. `others`: clusters of which one may
        be the primary instead."""
        hosts = ",".join(str(one.sockets) for one in (self, *others))
        primary = " target_session_attrs=read-write" if others else ""
        return f"host={hosts} user={user} dbname={database or self.database} passfile={self.password_file}{primary}"

    def sql(self, statement, user="callvault", database=None):
        """Runs SQL; returns the rows as lists of strings."""
        done = subprocess.run(
            [str(programs() / "psql"), self.connection(user, database), "-X", "-q", "-A", "-t", "-F", "\x1f",
             "-v", "ON_ERROR_STOP=1", "-c", statement], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ClusterError(done.stderr.strip())
        return [line.split("\x1f") for line in done.stdout.splitlines() if line]

    def dump(self):
        """pg_dump of the database, as bytes: what a backup would hold."""
        done = subprocess.run([str(programs() / "pg_dump"), "-d", self.connection(), "--inserts"],
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise ClusterError(done.stderr.decode(errors="replace"))
        return done.stdout

    def _run(self, program, *arguments):
        done = self._try(program, *arguments)
        if done.returncode != 0:
            raise ClusterError(f"{program} failed\n{done.stdout}")

    @staticmethod
    def _try(program, *arguments):
        # The server must not inherit our pipe, or reading it would wait for the server's end: output goes to a file.
        command = [str(programs() / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                  check=False, cwd="/")
            output.seek(0)
            done.stdout = output.read()
        return done

    @staticmethod
    def _write_secret(path, text, for_postgres=False):
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        if for_postgres and os.getuid() == 0:
            postgres = pwd.getpwnam("postgres")
            os.chown(path, postgres.pw_uid, postgres.pw_gid)
