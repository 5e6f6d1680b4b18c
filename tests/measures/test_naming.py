"""A figure's name tells definition, version, basis, currency and whose; so like is compared with like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.measures import Reconciliation, metrics
from recon_kit.measures.definitions import DEFINITIONS
from recon_kit.measures.naming import BASES, FIRST, Name, named
from recon_kit.report.example import example_cut


@given(
    st.sampled_from(sorted(DEFINITIONS)), st.integers(1, 99), st.sampled_from(["", *BASES]),
    st.sampled_from(["EUR", "JPY"]), st.text(max_size=8),
)  # fmt: skip
def test_what_is_written_is_read(definition, version, basis, currency, of):
    made = Name(definition, version, basis, currency, of)
    assert Name.read(str(made)) == made


def test_the_version_in_a_name_is_the_one_that_holds():
    assert named("dso_period_end", "EUR", basis="ledger") == "dso_period_end.v1.ledger.EUR"
    assert named("receivables_roll", "EUR", of="NORD/1400") == "receivables_roll.v1.EUR.NORD/1400"


def test_every_figure_of_the_reconciliation_is_declared_with_what_it_counts_in():
    names = [Name.read(name) for name in metrics(Reconciliation(example_cut()))]
    assert {name.definition for name in names} == set(FIRST)
    assert all((name.kind == "money") <= bool(name.currency) for name in names)


def test_a_figure_that_nobody_declared_has_no_kind():
    with pytest.raises(KeyError, match="guess"):
        Name.read("guess.v1.EUR").kind  # noqa: B018
