"""Learned payers come with the payments that taught them; what is proposed never stands behind what is only an alternative."""

from __future__ import annotations

from recon_kit.matching import match
from tests.matching.test_match import items, lines


def test_a_payer_of_another_name_comes_with_the_payments_that_made_it_known() -> None:
    rows = "line_id  booked_on  amount  counterparty_name  counterparty_account  remittance\n"
    rows += "\n".join(f"l{at}  09-2{at}  {100 + 11 * at}.00  Treuhand Meier  DE55  Zahlung" for at in range(5))
    owed = "item_id  document_no  amount  customer_id  customer_name\n"
    owed += "\n".join(f"i{at}  RE-500{at}  {100 + 11 * at}.00  K1  Nordwind GmbH" for at in range(5))
    found = match(lines(rows), items(owed))
    assert set(found.allocations["status"]) == {"auto"}
    mine = found.allocations.set_index("line_id").loc["l0", "match_id"]
    told = found.evidence[found.evidence["match_id"] == mine].set_index("feature")
    assert told.loc["payer", "level"] == "name that paid before"
    assert told.loc["proof", "value"] == "RE-5004 2026-09-24; RE-5003 2026-09-23; RE-5002 2026-09-22"
    assert told.loc["proof", "log_odds"] == 0


def test_a_tie_is_called_one_and_no_alternative_is_likelier_than_the_proposal() -> None:
    rows = lines("line_id  booked_on  amount  counterparty_name  counterparty_account\nl  10-01  500.00  Meier AG  DE99")
    owed = "item_id  document_no  amount\n" + "\n".join(f"i{at}  RE-400{at}  500.00" for at in range(3))
    found = match(rows, items(owed, customer_id="K1", customer_name="Meier AG", customer_account="DE99"))
    assert found.breaks["detail"][0].startswith("A tie: ") and "both have 500.00 EUR open" in found.breaks["detail"][0]
    assert (found.alternatives["probability"] <= found.allocations["probability"].iloc[0]).all()
    assert not set(found.alternatives["match_id"]) & set(found.allocations["match_id"])
    assert found.alternatives["match_id"].is_unique and found.alternatives["rank"].tolist() == [1, 2]


def test_a_number_that_looks_like_ours_and_is_unknown_is_a_doubt() -> None:
    owed = items("item_id  document_no  amount\ni  RE-2026-04009  500.00\nj  RE-2026-04100  610.00", customer_id="K1",
                 customer_name="Meier AG", customer_account="DE99")  # fmt: skip
    row = "line_id  booked_on  amount  counterparty_name  counterparty_account  remittance\nl  10-01  500.00  Meier AG  DE99  "
    assert set(match(lines(row + "RE-2026-03333"), owed).allocations["status"]) == {"proposed"}
    for text in ("RE-2026-04009", "Kd 2026-03333", "Danke"):
        assert set(match(lines(row + text), owed).allocations["status"]) == {"auto"}, text


def test_that_not_all_open_documents_are_weighed_together_is_said() -> None:
    owed = items("item_id  document_no  amount\n" + "\n".join(f"i{at}  RE-{50_000 + at}  {100 + at}.00" for at in range(1_100)),
                 customer_id="K1", customer_name="Meier AG", customer_account="DE99")  # fmt: skip
    row = "line_id  booked_on  amount  counterparty_name  counterparty_account\n"
    found = match(lines(f"{row}l  10-01  {sum(100 + at for at in range(1_100))}.00  Meier AG  DE99"), owed)
    assert found.breaks["detail"][0].endswith("Of its 1,100 open documents at most 1,024 are weighed together.")
