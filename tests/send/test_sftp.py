"""Files over SFTP against a real server: whole or not there under their names, and only to the server that is meant."""

import asyncio
import hashlib
import time
from dataclasses import replace

import asyncssh
import pytest

from recon_kit.policy import SftpTarget
from recon_kit.send import Secret, SendError, deliver_files
from tests.send.sftp_servers import Depot, sftp_server

SECRET = Secret("env:SFTP_PASSWORD", "s3cret-word")
FILES = {"Abstimmung_Zürich_2026-10.html": b"<p>98,7 %</p>" * 100, "reconciliation.xlsx": bytes(range(256)) * 12_000}


@pytest.fixture
def depot(tmp_path):
    (tmp_path / "root" / "in").mkdir(parents=True)
    return Depot(tmp_path / "root")


def target(depot, port, **told):
    base = SftpTarget(
        "sftp", "localhost", "recon", "in", "full", port=port, secret="env:X", host_key=(depot.fingerprint,), timeout=5.0
    )
    return replace(base, **told)


def lying(depot):
    """What lies in the folder."""
    return {path.name: path.read_bytes() for path in (depot.root / "in").iterdir()}


def state(receipt):
    return [file.state for file in receipt.files]


def test_files_arrive_whole_and_are_receipted(depot):
    with sftp_server(depot) as port:
        receipt = deliver_files(target(depot, port), SECRET, FILES)
    assert lying(depot) == FILES
    assert [(file.name, file.sha256, file.n_bytes, file.state) for file in receipt.files] == [
        (name, hashlib.sha256(content).hexdigest(), len(content), "sent") for name, content in FILES.items()
    ]
    assert receipt.target == f"sftp://recon@localhost:{port}/in"
    assert receipt.answer.startswith("SSH-2.0-AsyncSSH")
    assert depot.synced == 2


def test_a_file_that_is_there_already_is_left_alone(depot):
    with sftp_server(depot) as port:
        deliver_files(target(depot, port), SECRET, FILES)
        written = depot.written
        assert state(deliver_files(target(depot, port), SECRET, FILES)) == ["there already", "there already"]
    assert depot.written == written


@pytest.mark.parametrize("older", [b"older", b"<p>98,8 %</p>" * 100], ids=["other size", "same size"])
@pytest.mark.parametrize("at_rename", ["", "unsupported"])
def test_an_older_file_is_replaced(depot, older, at_rename):
    name = next(iter(FILES))
    (depot.root / "in" / name).write_bytes(older)
    depot.at_rename = at_rename
    with sftp_server(depot) as port:
        assert state(deliver_files(target(depot, port), SECRET, FILES)) == ["replaced", "sent"]
    assert lying(depot) == FILES


def test_a_file_that_may_not_be_read_back_is_sent_again(depot):
    depot.write_only = True
    with sftp_server(depot) as port:
        deliver_files(target(depot, port), SECRET, FILES)
        assert state(deliver_files(target(depot, port), SECRET, FILES)) == ["replaced", "replaced"]
    assert lying(depot) == FILES


def test_a_connection_that_breaks_in_the_middle_of_a_file_leaves_no_such_name(depot):
    depot.cut_after = 1_500_000
    with sftp_server(depot) as port, pytest.raises(SendError, match="what had not, has no name yet") as failed:
        deliver_files(target(depot, port), SECRET, FILES)
    first = next(iter(FILES))
    assert (failed.value.certain, failed.value.stage) == (True, "upload")
    assert [file.name for file in failed.value.files] == [first]
    assert set(lying(depot)) == {first, ".reconciliation.xlsx.part"}


def test_what_a_broken_try_left_is_written_over_by_the_next(depot):
    (depot.root / "in" / ".reconciliation.xlsx.part").write_bytes(b"x" * 5_000_000)
    with sftp_server(depot) as port:
        deliver_files(target(depot, port), SECRET, FILES)
    assert lying(depot) == FILES


@pytest.mark.parametrize("at_rename", ["cut before", "cut after"])
def test_a_connection_that_breaks_at_the_rename_leaves_it_open_and_a_second_try_settles_it(depot, at_rename):
    depot.at_rename = at_rename
    with sftp_server(depot) as port:
        with pytest.raises(SendError, match="expected a file that gets its name in one step") as failed:
            deliver_files(target(depot, port), SECRET, FILES)
        assert (failed.value.certain, failed.value.stage) == (False, "rename")
        depot.at_rename = ""
        deliver_files(target(depot, port), SECRET, FILES)
    assert lying(depot) == FILES


def test_a_server_that_goes_silent_in_the_middle_is_given_up(depot):
    depot.stall = True
    began = time.monotonic()
    with sftp_server(depot) as port, pytest.raises(SendError, match="TimeoutError") as failed:
        deliver_files(target(depot, port, timeout=0.5), SECRET, FILES)
    assert (failed.value.certain, failed.value.stage) == (True, "upload")
    assert time.monotonic() - began < 4


def test_a_file_that_lost_bytes_on_the_way_gets_no_name(depot):
    depot.shrink = True
    with sftp_server(depot) as port, pytest.raises(SendError, match=r"\.part has \d+ of 1300 bytes") as failed:
        deliver_files(target(depot, port), SECRET, FILES)
    assert (failed.value.certain, failed.value.stage) == (True, "upload")
    assert not set(lying(depot)) & set(FILES)


def test_a_rename_that_the_server_refuses_is_surely_not_done(depot):
    (depot.root / "in" / "a.txt").mkdir()
    with sftp_server(depot) as port, pytest.raises(SendError, match="gets its name in one step") as failed:
        deliver_files(target(depot, port), SECRET, {"a.txt": b"text"})
    assert (failed.value.certain, failed.value.stage) == (True, "rename")


def test_another_server_key_is_refused_with_both_fingerprints_and_hears_no_password(depot):
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()
    with sftp_server(depot) as port, pytest.raises(SendError) as failed:
        deliver_files(target(depot, port, host_key=(other,)), SECRET, FILES)
    assert depot.fingerprint in str(failed.value)
    assert other in str(failed.value)
    assert (failed.value.certain, failed.value.stage, depot.logins, lying(depot)) == (True, "connect", [], {})


def test_one_of_several_pinned_keys_is_enough(depot):
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()
    with sftp_server(depot) as port:
        deliver_files(target(depot, port, host_key=(other, depot.fingerprint)), SECRET, FILES)
    assert lying(depot) == FILES


def known_hosts(tmp_path, port, key):
    file = tmp_path / "known_hosts"
    file.write_text(f"[localhost]:{port} {key.export_public_key().decode()}")
    return {"host_key": (), "known_hosts": str(file)}


def test_a_key_of_a_known_hosts_file_is_taken(depot, tmp_path):
    with sftp_server(depot) as port:
        deliver_files(target(depot, port, **known_hosts(tmp_path, port, depot.key)), SECRET, FILES)
    assert lying(depot) == FILES


def test_a_key_that_the_known_hosts_file_does_not_hold_is_refused(depot, tmp_path):
    other = asyncssh.generate_private_key("ssh-ed25519")
    with sftp_server(depot) as port, pytest.raises(SendError) as failed:
        deliver_files(target(depot, port, **known_hosts(tmp_path, port, other)), SECRET, FILES)
    assert other.get_fingerprint() in str(failed.value)
    assert depot.fingerprint in str(failed.value)
    assert depot.logins == []


def test_a_server_that_the_known_hosts_file_does_not_know_is_refused(depot, tmp_path):
    with sftp_server(depot) as port, pytest.raises(SendError, match="it knows none") as failed:
        deliver_files(target(depot, port, **known_hosts(tmp_path, 1, depot.key)), SECRET, FILES)
    assert depot.fingerprint in str(failed.value)
    assert depot.logins == []


def test_the_user_s_own_known_hosts_and_keys_count_for_nothing(depot, tmp_path, monkeypatch):
    own, home = asyncssh.generate_private_key("ssh-ed25519"), tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    own.write_private_key(home / ".ssh" / "id_ed25519")
    monkeypatch.setenv("HOME", str(home))
    with sftp_server(depot, client_key=own) as port:
        (home / ".ssh" / "known_hosts").write_text(f"[localhost]:{port} {depot.key.export_public_key().decode()}")
        other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()
        with pytest.raises(SendError, match="the server's key is"):
            deliver_files(target(depot, port, host_key=(other,)), SECRET, FILES)
        with pytest.raises(SendError, match="PermissionDenied"):
            deliver_files(target(depot, port), SECRET, FILES)


def test_a_wrong_password_is_told_and_not_shown(depot):
    with (
        sftp_server(depot) as port,
        pytest.raises(SendError, match=r"PermissionDenied.*a log-in that the server takes") as failed,
    ):
        deliver_files(target(depot, port), Secret("env:X", "wr0ng-word"), FILES)
    assert (failed.value.certain, failed.value.stage) == (True, "login")
    assert "wr0ng-word" not in str(failed.value)


@pytest.mark.filterwarnings("ignore:Warning. bcrypt.kdf")  # one round is enough for a test
@pytest.mark.parametrize("phrase", [None, "s3cret-word"], ids=["open", "with a passphrase"])
def test_a_key_file_logs_in(depot, tmp_path, phrase):
    own, file = asyncssh.generate_private_key("ssh-ed25519"), tmp_path / "key"
    own.write_private_key(file, passphrase=phrase, rounds=1)
    with sftp_server(depot, client_key=own) as port:
        deliver_files(target(depot, port, key_file=str(file), secret=None), SECRET if phrase else None, FILES)
    assert lying(depot) == FILES


@pytest.mark.filterwarnings("ignore:Warning. bcrypt.kdf")
@pytest.mark.parametrize("given", [None, Secret("env:X", "wr0ng-word")], ids=["no secret", "wrong secret"])
def test_a_key_file_that_does_not_open_is_told(depot, tmp_path, given):
    file = tmp_path / "key"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(file, passphrase="s3cret-word", rounds=1)
    with pytest.raises(SendError, match="a key_file and known_hosts that can be read") as failed:
        deliver_files(target(depot, 1, key_file=str(file)), given, FILES)
    assert failed.value.certain
    assert "wr0ng-word" not in str(failed.value)


def test_a_folder_that_is_not_there_is_made_only_where_that_is_wanted(depot):
    with sftp_server(depot) as port:
        with pytest.raises(SendError, match="`create = true` makes it") as failed:
            deliver_files(target(depot, port, folder="in/2026/10"), SECRET, FILES)
        assert (failed.value.certain, failed.value.stage) == (True, "folder")
        deliver_files(target(depot, port, folder="in/2026/10", create=True), SECRET, {"a": b""})
    assert (depot.root / "in" / "2026" / "10" / "a").read_bytes() == b""


@pytest.mark.parametrize("name", ["../a", "a/b", "a\\b", "..", "", "a\nb", "x" * 250, "a\x00"])
def test_a_name_that_leads_out_of_the_folder_is_refused_before_any_connection(depot, name):
    with pytest.raises(SendError, match="a file's name without folders") as failed:
        deliver_files(target(depot, 1), SECRET, {"good": b"", name: b""})
    assert (failed.value.certain, failed.value.stage, len(failed.value.faults)) == (True, "content", 1)


def test_no_file_at_all_is_no_delivery(depot):
    with pytest.raises(SendError, match="file is missing, expected at least one file"):
        deliver_files(target(depot, 1), SECRET, {})


def test_names_that_some_file_systems_take_for_one_are_refused(depot):
    with pytest.raises(SendError, match="names that differ by more than case") as failed:
        deliver_files(target(depot, 1), SECRET, {"Größe.pdf": b"", "GRO\u0308SSE.pdf": b"", "b": b""})
    assert len(failed.value.faults) == 2


def test_a_server_that_is_not_there_is_told(depot):
    with sftp_server(depot) as port:
        pass
    with pytest.raises(SendError, match=f"sftp://recon@localhost:{port}/in: .*an SFTP server there") as failed:
        deliver_files(target(depot, port), SECRET, FILES)
    assert (failed.value.certain, failed.value.stage) == (True, "connect")


def test_a_server_that_says_nothing_is_given_up():
    async def go():
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        silent = SftpTarget(
            "sftp", "localhost", "recon", "in", "full", port=server.sockets[0].getsockname()[1], host_key=("x",), timeout=0.3
        )
        return await asyncio.to_thread(deliver_files, silent, SECRET, FILES)

    with pytest.raises(SendError, match="expected an SFTP server there") as failed:
        asyncio.run(go())
    assert failed.value.certain


def test_files_go_from_inside_a_running_loop_as_in_notebooks(depot):
    async def cell(port):
        return deliver_files(target(depot, port), SECRET, FILES)

    with sftp_server(depot) as port:
        asyncio.run(cell(port))
    assert lying(depot) == FILES
