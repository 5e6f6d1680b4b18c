"""Two exports of a provider tell the same payouts: each is expected once, and what differs is named."""

import json

import pytest

from recon_kit.payouts import expected_payouts
from recon_kit.tables import SETTLEMENT_LINES
from recon_kit.workspace import Workspace, create, look_into, take_in, unload
from recon_kit.workspace.template import Answers
from tests.workspace.conftest import AT

CAPTIONS = (
    "Created date,Completed date/time,Mt status,Mt order status,PSP ID,Amount,Amount cents,Creditdebit,N code,Payment type,"
    "Mt description,Sub description,Sub status,Sub ID,Ms description,Order ID,Var1,Var2,Var3"
)
TOML = """
[entities.A]
name = "Acme GmbH"
[[accounts]]
id = "10998877"
entity = "A"
currency = "EUR"
name = "MultiSafepay"
psp = "multisafepay"
also_known_as = ["4242"]
"""
ROWS = [("5001", "100.00", "C", "N021"), ("5001", "0.39", "D", "N913"), ("5002", "20.00", "D", "N097")]


def payout_report(name="PO-1", paid="79.61", day="2026-08-05", row_id="9001", rows=ROWS):
    head = f"Report created,{day} 05:31:12\nMerchant ID,10998877\nPayout ID,{name}\nPayout currency,EUR\n\n"
    at = f"{day} 04:00:00"
    lines = [*((f"{day[:8]}04 09:00:00", *row) for row in rows), (at, row_id, paid, "D", "N096")]
    body = [
        f"{on},{on},completed,completed,{own},{amount},{amount.replace('.', '').lstrip('0')},{side},{code},,,,,,,,,,"
        for on, own, amount, side, code in lines
    ]
    return head + "\n".join([CAPTIONS, *body]) + "\n"


def accountant(*payouts, rows=ROWS, ids=True):
    """The accountant export of the same merchant; payouts as (day, amount, id)."""
    lines = [*(("2026-08-04", own, amount, side, code) for own, amount, side, code in rows)]
    lines += [(day, own, amount, "D", "N096") for day, amount, own in payouts]
    credit = sum(float(amount) for _, _, amount, side, _ in lines if side == "C")
    debit = sum(float(amount) for _, _, amount, side, _ in lines if side == "D")
    head = (
        '"Merchant ID","10998877"\n"Currency","EUR"\n"Opening balance","0.00"\n'
        f'"Total credit","{credit:.2f}"\n"Total debit","{debit:.2f}"\n"Closing balance","{credit - debit:.2f}"\n\n'
    )
    body = [f'"{on} 04:00:00","{amount}","{side}","{code}","{own if ids else ""}"' for on, own, amount, side, code in lines]
    return head + '"COMPLETEDDATETIME","AMOUNT","CREDITDEBIT","TYPETRANSACTION","PSP ID"\n' + "\n".join(body) + "\n"


def api(*payouts):
    """The API's answer, which names a site instead of the merchant; payouts as (day, amount, id)."""
    data = [
        {
            "amount": round(float(amount) * 100), "costs": [], "currency": "EUR", "debit_credit": "D",
            "type": "automatic_payout", "status": "completed", "financial_status": "completed", "created": f"{day}T04:00:00",
            "completed": f"{day}T04:00:00", "transaction_id": own, "site_id": 4242,
        }
        for day, amount, own in payouts
    ]  # fmt: skip
    return json.dumps({"success": True, "data": data})


@pytest.fixture
def expected(tmp_path):
    """expected(files...): the payouts expected once those files were taken in, one after the other."""
    (tmp_path / "recon.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "inbox").mkdir()

    def take(*texts):
        for number, text in enumerate(texts):
            (tmp_path / "inbox" / f"{number}.txt").write_text(text, encoding="utf-8")
            workspace = Workspace.open(tmp_path)
            take_in(workspace, by="anna", at=AT)
        found = expected_payouts(workspace.store.fetch(SETTLEMENT_LINES))
        assert found.breaks.empty
        return workspace, sorted(found.items["amount"])

    return take


ONE = ("2026-08-05", "79.61", "9001")
OTHER_ID = ("2026-08-05", "79.61", "771")
EXPORTS = {
    "report": payout_report(),
    "accountant, same ids": accountant(ONE),
    "accountant, other ids": accountant(OTHER_ID),
    "accountant, no ids": accountant(ONE, ids=False),
    "accountant, dated by the transfer": accountant(("2026-08-06", "79.61", "771")),
    "api, same id": api(ONE),
    "api, other id": api(("2026-08-05", "79.61", "abc")),
}


PAIRS = [(one, two) for one in EXPORTS for two in EXPORTS if one.split(",")[0] != two.split(",")[0]]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_payout_that_several_exports_tell_is_expected_once(expected, first, second):
    workspace, amounts = expected(EXPORTS[first], EXPORTS[second], EXPORTS["report"])
    assert amounts == [7961]
    told = workspace.store.payouts_told_twice()
    assert told["agrees"].all()
    assert len(told) == len({first.split(",")[0], second.split(",")[0], "report"}) - 1


def test_what_only_one_export_tells_is_expected_too(expected):
    workspace, amounts = expected(
        payout_report(),
        accountant(ONE, ("2026-08-12", "30.00", "9002")),
        payout_report("PO-3", "79.61", "2026-08-19", "9003", [("7001", "79.61", "C", "N021")]),
    )
    assert amounts == [3000, 7961, 7961]
    assert workspace.store.payouts_told_twice()[["n_owner", "n_other", "agrees"]].to_numpy().tolist() == [[1, 1, True]]


def test_equal_payouts_of_following_days_stay_as_many_as_they_are(expected):
    days = [("2026-08-05", "79.61", "1"), ("2026-08-06", "79.61", "2"), ("2026-08-07", "79.61", "3")]
    _, amounts = expected(
        payout_report(),
        payout_report("PO-2", "79.61", "2026-08-06", "9002", [("6001", "79.61", "C", "N021")]),
        accountant(*days),
    )
    assert amounts == [7961, 7961, 7961]


def test_amounts_that_differ_are_named_and_not_added(expected):
    workspace, amounts = expected(payout_report(), accountant(("2026-08-05", "70.00", "771")))
    assert amounts == [7961]
    told = workspace.store.payouts_told_twice().iloc[0]
    assert (told["owner"], told["other"]) == ("multisafepay:payout", "multisafepay:accountant")
    assert (told["amount_owner"], told["amount_other"], told["agrees"]) == (7961, 7000, False)
    assert f"{told['booked_on']:%F}" == "2026-08-05"


def test_the_other_export_counts_once_the_first_is_taken_back(expected):
    workspace, _ = expected(payout_report(), accountant(OTHER_ID))
    unload(workspace, "0.txt", why="test", by="anna", at=AT, apply=True)
    lines = workspace.store.fetch(SETTLEMENT_LINES)
    assert (len(lines), expected_payouts(lines).items["amount"].tolist()) == (4, [7961])


def test_init_knows_a_merchant_again_by_its_transactions(tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.csv").write_text(payout_report())
    (tmp_path / "inbox" / "b.json").write_text(api(ONE))
    found = look_into(tmp_path / "inbox")
    assert (found.psp_accounts, found.spellings) == ({"10998877": ("EUR", "multisafepay")}, {"10998877": ["4242"]})
    create(tmp_path, Answers("A", "Acme"), found)
    workspace = Workspace.open(tmp_path)
    take_in(workspace, by="anna", at=AT)
    assert expected_payouts(workspace.store.fetch(SETTLEMENT_LINES)).items["amount"].tolist() == [7961]
