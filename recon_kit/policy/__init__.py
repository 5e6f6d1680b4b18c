"""recon.toml, rules.toml, booking.toml and delivery.toml as frozen dataclasses."""

from recon_kit.policy.booking import Booking, booking_text, load_booking
from recon_kit.policy.calendar import Calendar, Period
from recon_kit.policy.delivery import Delivery, MailServer, MailTarget, SftpTarget, load_delivery
from recon_kit.policy.policy import (
    Account,
    Ceilings,
    Company,
    Discount,
    Entity,
    ExpectedSource,
    Folders,
    Matching,
    Policy,
    Windows,
    load_policy,
    plain_account,
    policy_hash,
    policy_of,
    policy_text,
)
from recon_kit.policy.rules import Pattern, Rule, Rules
from recon_kit.policy.toml import Amounts, parse

__all__ = [
    "Account", "Amounts", "Booking", "Calendar", "Ceilings", "Company", "Delivery", "Discount", "Entity", "ExpectedSource",
    "Folders", "MailServer", "MailTarget", "Matching", "Pattern", "Period", "Policy", "Rule", "Rules", "SftpTarget",
    "Windows", "booking_text", "load_booking", "load_delivery", "load_policy", "parse", "plain_account", "policy_hash",
    "policy_of", "policy_text",
]  # fmt: skip
