"""recon.toml: what is wrong is named with its line and the nearest right word."""

from datetime import date
from pathlib import Path

import pytest

from recon_kit.errors import ParameterError, PolicyError
from recon_kit.policy import Calendar, Period, Policy, Rule, load_policy

GOOD = """
[company]
name = "Nordlicht"
[entities.NORD]
name = "Nordlicht Handel GmbH"
[[accounts]]
id = "DE89 3704 0044 0532 0130 00"
entity = "NORD"
currency = "EUR"
name = "Main"
[[sources]]
name = "Main account"
kind = "bank"
files = "nord/bank/*"
[ceilings]
per_match = { EUR = "50000.00" }
"""


def policy(folder: Path, text: str, rules: str | None = None) -> Policy:
    (folder / "recon.toml").write_text(text, encoding="utf-8")
    if rules is not None:
        (folder / "rules.toml").write_text(rules, encoding="utf-8")
    return load_policy(folder)


def test_a_policy_is_read(tmp_path):
    read = policy(tmp_path, GOOD)
    assert read.ceilings.per_match == {"EUR": 5_000_000}
    assert read.entity_of("de89370400440532013000") == "NORD"
    assert read.sources[0].expected == "monthly"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("kind =", "knid ="), r"recon.toml:13: expected no key 'sources.0.knid' \(did you mean 'kind'\?\)"),
        (("[ceilings]", "[cielings]"), r"recon.toml:15: expected no key 'cielings' \(did you mean 'ceilings'\?\)"),
        (
            ('kind = "bank"', 'kind = "bnk"'),
            r"recon.toml:13: sources.0.kind is 'bnk', expected one of bank, .*did you mean 'bank'",
        ),
        (('entity = "NORD"', 'entity = "NRD"'), r"is 'NRD', expected an entity of \[entities\] \(did you mean 'NORD'\?\)"),
        (('"50000.00"', '"50,000"'), r"recon.toml:16: ceilings.per_match.EUR is '50,000', expected an amount"),
        (('"50000.00"', '"50000.00'), r"recon.toml:16: expected valid TOML"),
        (('currency = "EUR"', "currency = 5"), r"accounts.0.currency is '5', expected text"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_wrong_word_is_named_with_line_and_nearest(tmp_path, wrong, told):
    with pytest.raises(PolicyError, match=told):
        policy(tmp_path, GOOD.replace(*wrong))


def test_all_faults_come_at_once(tmp_path):
    with pytest.raises(PolicyError) as caught:
        policy(tmp_path, GOOD.replace("kind =", "knid =").replace("[company]", "[compny]"))
    assert len(caught.value.faults) == 3  # knid, compny, and kind is missing


def test_a_folder_without_recon_toml_says_how_to_make_one(tmp_path):
    with pytest.raises(PolicyError, match="recon init"):
        load_policy(tmp_path)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ('[[rule]]\nname = "a"\nthen = "ledger_account"\ntext = ["x"]', "rule a is missing, expected a gl_account"),
        ('[[rule]]\nname = "a"\nthen = "never"', "at least one of text"),
        ('[[rule]]\nname = "a"\nthen = "never"\ntext = ["x"]\n' * 2, "rule.name is 'a', expected each rule's name once"),
        ('[[rule]]\nname = "a"\nthen = "accept"', "at least one of text, .*, pattern, reference"),
        (
            '[[rule]]\nname = "a"\nthen = "ledger_account"\ngl_account = "1"\npayer = "same_name"\namount = "exact"',
            "rule a is 'then = \"ledger_account\" with payer, amount', expected no payer, amount: a line that goes to a ledger",
        ),
        ('[[rule]]\nname = "a"\nthen = "accept"\npattern = ["amount_alone"]', "an amount alone is never enough to accept"),
        ('[[rule]]\nname = "a"\nthen = "accept"\ndocuments_at_most = 0', "documents_at_most of 1 or more"),
        ('[[rule]]\nname = "a"\nthen = "acept"\ntext = ["x"]', "did you mean 'accept'"),
        ('[[rule]]\nname = "a"\nthen = "accept"\npattern = ["payer_ammount"]', "did you mean 'payer_amount'"),
        ('[[rule]]\nname = "a"\nthen = "accept"\nreference = ["check digits"]', "did you mean 'check_digits'"),
        ('[[rule]]\nname = "a"\nthen = "accept"\npayer = ["proven account"]', "did you mean 'proven_account'"),
        ('[[rule]]\nname = "a"\nthen = "accept"\nrefrence = ["number"]', "did you mean 'reference'"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(tmp_path, rules, told):
    with pytest.raises(PolicyError, match=told):
        policy(tmp_path, GOOD, rules)


def test_a_rule_on_evidence_is_read_and_one_on_the_line_keeps_its_fingerprint(tmp_path):
    text = '[[rule]]\nname = "a"\nthen = "accept"\npayer = "same_name"\ncustomer = ["C1"]\ndocuments_at_most = 3'
    (rule,) = policy(tmp_path, GOOD, text).rules.rule
    assert rule.evidence == ("payer", "customer", "documents_at_most")
    assert rule.after_model
    plain = Rule("a", "never", text=("x",))
    assert not plain.after_model
    assert plain.fingerprint == "7877e4105a1d"
    assert plain.fingerprint != Rule("a", "never", text=("x",), payer=("unknown",)).fingerprint


@pytest.mark.parametrize(
    ("calendar", "name", "first", "last"),
    [
        (Calendar(), "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        (Calendar(), "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        (Calendar(), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        (Calendar(year_starts=4), "2026-Q4", date(2027, 1, 1), date(2027, 3, 31)),
        (Calendar(year_starts=7), "2026", date(2026, 7, 1), date(2027, 6, 30)),
        (Calendar(kind="4-4-5", weeks_from={"2026": date(2025, 12, 29)}), "2026-P03", date(2026, 2, 23), date(2026, 3, 29)),
        (Calendar(), "previous-month", date(2026, 10, 1), date(2026, 10, 31)),
        (Calendar(kind="quarter"), "previous-period", date(2026, 7, 1), date(2026, 9, 30)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_period_name_means_days(calendar, name, first, last):
    period = calendar.period(name, today=date(2026, 11, 22))
    assert (period.first, period.last) == (first, last)


def test_the_53rd_week_belongs_to_the_last_period():
    calendar = Calendar(kind="4-4-5", weeks_from={"2026": date(2025, 12, 29), "2027": date(2027, 1, 4)})
    assert calendar.period("2026-P12").last == date(2027, 1, 3)


@pytest.mark.parametrize("name", ["2026-13", "october", "2026-Q5", ""])
def test_a_name_that_is_no_period_is_refused(name):
    with pytest.raises(ParameterError, match="expected 2026-10 or previous-period"):
        Calendar().period(name)


def test_periods_follow_each_other_without_gap():
    calendar = Calendar()
    period = calendar.period("2026-01")
    assert calendar.before(period) == Period("2025-12", date(2025, 12, 1), date(2025, 12, 31))


def test_bank_holidays_are_no_business_days():
    calendar = Calendar(holidays="DE")
    assert not calendar.is_business_day(date(2026, 10, 3))
    assert not calendar.is_business_day(date(2026, 12, 25))
    assert calendar.business_day_after(date(2026, 12, 23), 2) == date(2026, 12, 28)
