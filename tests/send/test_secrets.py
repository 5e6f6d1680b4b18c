"""Secrets come from their place and are shown nowhere."""

import sys

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from recon_kit.send import Secret, SendError, secret


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password


@pytest.fixture
def backend():
    """Sets a keyring for one test."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_a_secret_of_the_environment_is_read_and_not_shown(monkeypatch):
    monkeypatch.setenv("RECON_SMTP", "s3cret-word")
    found = secret("env:RECON_SMTP")
    assert found.value == "s3cret-word"
    assert repr(found) == "Secret(place='env:RECON_SMTP')"


def test_a_secret_of_the_keyring_is_read(backend):
    backend(Drawer())
    keyring.set_password("recon/mail", "anna", "s3cret-word")
    assert secret("keyring:recon/mail/anna") == Secret("keyring:recon/mail/anna", "s3cret-word")


@pytest.mark.parametrize("value", [None, ""])
def test_a_secret_that_is_not_in_the_environment_is_told_by_its_name(monkeypatch, value):
    monkeypatch.delenv("RECON_SMTP", raising=False)
    if value is not None:
        monkeypatch.setenv("RECON_SMTP", value)
    with pytest.raises(SendError, match="env:RECON_SMTP is missing, expected the variable RECON_SMTP set") as failed:
        secret("env:RECON_SMTP")
    assert (failed.value.certain, failed.value.stage) == (True, "secret")


def test_a_secret_that_is_not_in_the_keyring_is_told_with_what_puts_it_there(backend):
    backend(Drawer())
    with pytest.raises(SendError, match="expected a secret; `keyring set recon anna` puts it there"):
        secret("keyring:recon/anna")


def test_a_machine_without_a_keyring_is_told_what_to_do(backend):
    backend(NoKeyring())
    with pytest.raises(
        SendError, match=r"an open keyring \(NoKeyringError\); on a machine without a desktop put the secret in env:"
    ):
        secret("keyring:recon/anna")


def test_without_the_package_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SendError, match=r"pip install recon-kit\[keyring\]"):
        secret("keyring:recon/anna")


@pytest.mark.parametrize(
    "place", ["hunter2", "env:", "keyring:hunter2", "keyring:/hunter2", "keyring:hunter2/", "file:/hunter2"]
)
def test_a_secret_given_instead_of_its_place_is_refused_unseen(place):
    with pytest.raises(SendError, match='expected a place "env:NAME" or "keyring:service/name"') as failed:
        secret(place)
    assert "hunter2" not in str(failed.value)
