"""The provision matrix, on published examples."""

from fractions import Fraction

import pandas as pd
import pytest

from recon_kit.measures.provision import lifetime_loss, loss_experience, provision, provision_total

CHAIN = {
    "not_due": {"paid": Fraction(7, 10), "not_due": Fraction(1, 10), "past_1_30": Fraction(2, 10)},
    "past_1_30": {"paid": Fraction(6, 10), "past_31_60": Fraction(4, 10)},
    "past_31_60": {"paid": Fraction(5, 10), "past_61_90": Fraction(5, 10)},
    "past_61_90": {"paid": Fraction(4, 10), "past_91_120": Fraction(6, 10)},
}
BEYOND = {"past_91_120": Fraction(1, 2)}
BUCKETS = ["not_due", "past_1_30", "past_31_60", "past_61_90", "past_91_120"]


def exposures(amounts, **more):
    return pd.DataFrame({"segment": "all", "bucket": BUCKETS, "currency": "EUR", "gross": amounts}).assign(**more)


def rated(rates):
    return {("all", bucket): rate for bucket, rate in rates.items()}


def test_roll_rates_make_lifetime_loss_rates():
    assert lifetime_loss(CHAIN, BEYOND) == {
        "not_due": Fraction(2, 150), "past_1_30": Fraction(6, 100), "past_31_60": Fraction(15, 100),
        "past_61_90": Fraction(3, 10), "past_91_120": Fraction(1, 2),
    }  # fmt: skip


@pytest.mark.parametrize(("overlay", "shown"), [(Fraction(1), "7366.67"), (Fraction(11, 10), "8103.33")])
def test_matrix_from_roll_rates(overlay, shown):
    lines = provision(
        exposures([80_000_00, 30_000_00, 10_000_00, 5_000_00, 3_000_00]), rated(lifetime_loss(CHAIN, BEYOND)), overlay
    )
    assert provision_total(lines, "EUR").text() == shown
    if overlay == 1:
        assert lines["loss"].tolist() == [1_066_67, 1_800_00, 1_500_00, 1_500_00, 1_500_00]
        assert lines["rate"].iloc[0] == "1/75"


def test_matrix_from_the_experience_of_sales_never_paid():
    reached = dict(zip(BUCKETS, [100_000, 50_000, 23_000, 8_000, 2_000], strict=True))
    lines = provision(
        exposures([300_000_00, 140_000_00, 60_000_00, 23_000_00, 5_000_00]), rated(loss_experience(reached, 2_000))
    )
    assert provision_total(lines, "EUR").text() == "27567.39"


def test_matrix_from_given_rates():
    given = dict(
        zip(
            BUCKETS,
            [Fraction(3, 1000), Fraction(16, 1000), Fraction(36, 1000), Fraction(66, 1000), Fraction(106, 1000)],
            strict=True,
        )
    )
    lines = provision(exposures([15_000_000_00, 7_500_000_00, 4_000_000_00, 2_500_000_00, 1_000_000_00]), rated(given))
    assert provision_total(lines, "EUR").text() == "580000.00"


def test_insured_part_vat_and_specific_allowances_are_not_at_risk_and_the_floor_is_zero():
    lines = provision(
        exposures([119_00] * 5, insured=[50_00, 0, 0, 0, 119_00], vat=[0, 19_00, 0, 0, 19_00], specific=[0, 0, 100_00, 0, 0]),
        rated(dict.fromkeys(BUCKETS, Fraction(1, 2))),
    )
    assert lines["at_risk"].tolist() == [69_00, 100_00, 19_00, 119_00, 0]
    assert lines["loss"].tolist() == [34_50, 50_00, 9_50, 59_50, 0]


def test_an_overlay_loses_no_more_than_there_is():
    lines = provision(exposures([100] * 5), rated(dict.fromkeys(BUCKETS, Fraction(9, 10))), Fraction(2))
    assert lines["loss"].tolist() == [100] * 5


def test_a_missing_rate_is_no_zero():
    rates = rated(dict.fromkeys(BUCKETS[1:], Fraction(1, 10)))
    lines = provision(exposures([100] * 5), rates)
    assert lines["why"].tolist() == ["no_rate", "", "", "", ""]
    assert provision_total(lines, "EUR").why == "no_rate"
    assert provision_total(provision(exposures([0, 100, 100, 100, 100]), rates), "EUR").value == 40
    assert provision_total(lines, "CHF").why == "no_receivables"


def test_a_cure_goes_back_and_is_followed():
    rates = {"a": {"b": Fraction(1, 2), "paid": Fraction(1, 2)}, "b": {"a": Fraction(1, 2), "written_off": Fraction(1, 2)}}
    assert lifetime_loss(rates, {}) == {"a": Fraction(1, 3), "b": Fraction(2, 3)}


def test_unknown_ends_are_taken_to_be_like_the_rest():
    rates = {"a": {"paid": Fraction(1, 2), "written_off": Fraction(1, 4), "unknown": Fraction(1, 4)}}
    assert lifetime_loss(rates, {}) == {"a": Fraction(1, 3)}


@pytest.mark.parametrize(
    "ways",
    [{"elsewhere": Fraction(1)}, {"unknown": Fraction(1)}, {"a": Fraction(1)}],
    ids=["no rates there", "nothing known", "never ends"],
)
def test_a_bucket_of_which_nothing_can_be_said_has_no_rate(ways):
    assert lifetime_loss({"a": ways}, {})["a"] is None


def test_a_bucket_that_leads_to_one_without_rates_has_none_and_the_others_do():
    found = lifetime_loss({"a": {"b": Fraction(1)}, "b": {"c": Fraction(1)}, "d": {"paid": Fraction(1)}}, {})
    assert found == {"a": None, "b": None, "d": 0}


def test_nothing_reached_a_bucket():
    assert loss_experience({"a": 0, "b": 4}, 1) == {"a": None, "b": Fraction(1, 4)}
