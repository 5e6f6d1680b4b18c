"""One account, several spellings: the same money is never added, and what is only likely is asked."""

import pytest

from recon_kit.errors import LoadError
from recon_kit.policy import load_policy
from recon_kit.tables import BANK_LINES, CHECKS, STATEMENTS
from recon_kit.workspace import Workspace, create, look_into, take_in
from recon_kit.workspace.spellings import likeness
from recon_kit.workspace.template import Answers
from tests.workspace.conftest import AT

IBAN = "DE89370400440532013000"
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M</MsgId><CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S-{day}</Id><CreDtTm>{day}T20:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>{day}</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>{day}</Dt></Dt></Bal>
{entries}</Stmt></BkToCstmrStmt></Document>
"""
ENTRY = """<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd></Ntry>
"""


def camt(iban=IBAN, day="2026-08-03", currency="EUR", amounts=(10, -3)):
    """A camt.053 of one day that opens with 100.00."""
    entries = "".join(
        ENTRY.format(currency=currency, amount=f"{abs(n)}.00", side="CRDT" if n > 0 else "DBIT", day=day) for n in amounts
    )
    return CAMT.format(iban=iban, day=day, currency=currency, closing=f"{100 + sum(amounts)}.00", entries=entries)


def mt940(number, day="2026-08-03", currency="EUR", amounts=(10, -3), extra=""):
    """The same day as MT940, under another number."""
    on = day.replace("-", "")[2:]
    entries = "".join(
        f":61:{on}{on[2:]}{'C' if n > 0 else 'D'}{abs(n)},00NTRFNONREF\n:86:166?00SEPA?20x{n}{extra}\n" for n in amounts
    )
    balances = f":60F:C{on}{currency}100,00\n{entries}:62F:C{on}{currency}{100 + sum(amounts)},00\n"
    return f":20:X\n:25:{number}\n:28C:1/1\n{balances}-\n"


@pytest.fixture
def begun(tmp_path):
    """begun(files...): a workspace made by init from those files, nothing edited by hand."""

    def make(**files):
        inbox = tmp_path / "inbox"
        inbox.mkdir(exist_ok=True)
        for name, text in files.items():
            (inbox / f"{name}.txt").write_text(text, encoding="utf-8")
        found = look_into(inbox)
        create(tmp_path, Answers("ACME", "Acme GmbH"), found)
        return found

    return make


def taken(folder):
    workspace = Workspace.open(folder)
    return workspace, take_in(workspace, by="anna", at=AT)


@pytest.mark.parametrize(
    ("number", "iban", "currency"),
    [
        ("37040044/532013000", IBAN, "EUR"),
        ("37040044/0532013000EUR", IBAN, "EUR"),
        ("COBADEFFXXX/532013000", IBAN, "EUR"),
        ("532013000", IBAN, "EUR"),
        ("0417164300EUR", "NL91ABNA0417164300", "EUR"),
        ("417164300", "NL91ABNA0417164300", "EUR"),
        ("601613/31926819", "GB29NWBK60161331926819", "GBP"),
        ("31926819", "GB29NWBK60161331926819", "GBP"),
        ("762/11623852957", "CH9300762011623852957", "CHF"),
    ],
)
def test_the_same_bookings_as_camt_and_mt940_count_once_without_editing(begun, tmp_path, number, iban, currency):
    found = begun(a=camt(iban, currency=currency), b=mt940(number, currency=currency))
    assert list(found.accounts) == [iban]
    workspace, told = taken(tmp_path)
    assert [one.outcome for one in told] == ["new", "new"]
    lines, statements = workspace.store.fetch(BANK_LINES), workspace.store.fetch(STATEMENTS)
    assert (lines["account"].unique().tolist(), sorted(lines["amount"])) == ([iban], [-300, 1000])
    assert statements["closing"].tolist() == [10700]
    assert workspace.store.overlaps()["agrees"].tolist() == [True]


def test_init_writes_one_account_with_its_other_spelling(begun, tmp_path):
    begun(a=camt(), b=mt940("37040044/0532013000EUR"))
    (account,) = load_policy(tmp_path).accounts
    assert (account.id, account.also_known_as) == (IBAN, ("37040044/0532013000",))


def test_a_spelling_that_comes_later_resolves_and_is_noted(begun, tmp_path):
    begun(a=camt())
    (tmp_path / "inbox" / "b.sta").write_text(mt940("37040044/532013000"))
    workspace, _ = taken(tmp_path)
    assert len(workspace.store.fetch(BANK_LINES)) == 2
    checks = workspace.store.fetch(CHECKS)
    noted = checks[(checks["check"] == "account") & (checks["subject"] == "37040044/532013000")]
    assert noted["detail"].tolist() == [f"read as {IBAN}, whose number it is; also_known_as in recon.toml would say so"]


def test_an_iban_that_comes_later_resolves_to_the_number_known_first(begun, tmp_path):
    begun(b=mt940("37040044/532013000"))
    (tmp_path / "inbox" / "a.xml").write_text(camt())
    workspace, _ = taken(tmp_path)
    assert workspace.store.fetch(BANK_LINES)["account"].unique().tolist() == ["37040044532013000"]


def test_one_format_with_two_spellings_counts_once_too(begun, tmp_path):
    begun(a=mt940(IBAN), b=mt940("37040044/532013000"), c=mt940("532013000", day="2026-08-04"))
    workspace, _ = taken(tmp_path)
    assert sorted(workspace.store.fetch(BANK_LINES)["amount"]) == [-300, -300, 1000, 1000]


def test_two_accounts_of_one_bank_stay_two(begun, tmp_path):
    found = begun(a=camt(), b=mt940("37040044/532013001", amounts=(4, 5)), c=mt940("87052000/532013000", amounts=(6, 7)))
    assert len(found.accounts) == 3
    assert not found.doubtful
    workspace, _ = taken(tmp_path)
    assert len(workspace.store.fetch(BANK_LINES)) == 6


def test_two_ibans_are_two_accounts_whatever_they_book(begun):
    found = begun(a=camt(), b=mt940("DE75512108001245126199"))
    assert (len(found.accounts), found.doubtful) == (2, {})


@pytest.mark.parametrize(
    ("number", "amounts", "why"),
    [
        ("XXXX3000", (10, -3), "its last digits are the same and so are its bookings"),
        ("X3000", (), "its last digits are the same"),
        ("MAIN1", (10, -3), "its bookings and balances are the same on the same days"),
        ("532013000", (10, -4), "its number is the same, but their statements differ"),
    ],
)
def test_what_is_only_likely_is_asked_and_never_added(begun, tmp_path, number, amounts, why):
    found = begun(a=camt(), b=mt940(number, amounts=amounts, day="2026-08-03" if amounts else "2026-07-01"))
    assert found.doubtful == {number: (IBAN, why)}
    assert f'# "{number}" may be this account: {why}' in (tmp_path / "recon.toml").read_text()


def test_until_it_is_decided_its_file_is_refused(begun, tmp_path):
    begun(a=camt(), b=mt940("XXXX3000"))
    with pytest.raises(LoadError, match=rf"did you mean '{IBAN}'\? the last digits are the same.*also_known_as"):
        taken(tmp_path)


def test_a_number_alone_is_no_proof_in_another_currency(begun, tmp_path):
    begun(a=camt())
    (tmp_path / "inbox" / "b.sta").write_text(mt940("532013000", currency="CHF"))
    with pytest.raises(LoadError, match=rf"account is '532013000', .*did you mean '{IBAN}'\? the number is the same"):
        taken(tmp_path)


@pytest.mark.parametrize(
    ("one", "other", "degree"),
    [
        ("19-2000145399/0800", "CZ6508000000192000145399", "same"),
        ("61109010140000071219812874", "PL61109010140000071219812874", "same"),
        ("539-0075470-34", "BE68539007547034", "same"),
        ("2100 0418 45 0200051332", "ES9121000418450200051332", "same"),
        ("0001234567", "1234567", "same"),
        ("12345", "DE02100100100000012345", "alike"),
        (IBAN, "DE75512108001245126199", "other"),
        ("", IBAN, "other"),
    ],
)
def test_likeness_holds_both_ways(one, other, degree):
    assert (likeness(one, other), likeness(other, one)) == (degree, degree)
