"""What a CSV layout can say, as frozen dataclasses: the keys of a layout file are the fields below, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FileRule:
    """How the text is written.

    Args:
        delimiters: one or more; the header tells which one a file uses.
        encodings: tried in this order; a byte-order mark decides before them.
        decimal_mark: "," or ".", or "detect" where the export follows the user's settings.
        dates: formats such as "DD.MM.YY", "D.M.YYYY", "YYYY-MM-DD hh:mm:ss", "DD.MM"; two that differ only in the order
            of day and month are told apart by the whole column, never by one value.
        symbols: whether a currency sign or code may stand beside a number.
        currency: ISO 4217 code of every row, where no column says it.
        trailing_delimiter: whether rows may end with one delimiter more than the header.
    """

    delimiters: tuple[str, ...]
    encodings: tuple[str, ...]
    decimal_mark: str
    dates: tuple[str, ...]
    symbols: bool = False
    currency: str | None = None
    trailing_delimiter: bool = False


@dataclass(frozen=True)
class HeaderRule:
    """The signature by which a file is recognised.

    Args:
        columns: every one of these stands in the header, in whatever order. Where `absent`, their order is the file's.
        optional: these may stand there too; any other column makes it another layout.
        spellings: other ways in which the bank writes a column's name.
        absent: the file has no header; such a layout is never recognised, only named by a hint.
    """

    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: bool = False


@dataclass(frozen=True)
class TextRule:
    """Lines around the rows, found by patterns whose groups may be named as in `recon_kit.layouts.parse.DECLARED`."""

    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """Which columns give a field: the first that is filled, chosen by the sign of the amount where the two differ."""

    credit: tuple[str, ...]
    debit: tuple[str, ...]


@dataclass(frozen=True)
class ColumnRule:
    """From which columns each field of `BANK_LINES` comes.

    A list means the first filled one, but for `remittance`, whose parts are joined by a blank. "Währung@Betrag" is the
    column Währung that stands right of Betrag, for files that use a name twice.
    """

    booked_on: Choice
    account: Choice | None = None
    currency: Choice | None = None
    value_on: Choice | None = None
    counterparty_name: Choice | None = None
    counterparty_account: Choice | None = None
    remittance: Choice | None = None
    reference: Choice | None = None
    end_to_end_id: Choice | None = None
    bank_reference: Choice | None = None
    return_reason: Choice | None = None
    instructed_amount: Choice | None = None
    instructed_currency: Choice | None = None
    rate: Choice | None = None
    charges: Choice | None = None


@dataclass(frozen=True)
class AmountRule:
    """Where the amount and its sign stand.

    Args:
        column: one column: signed, or unsigned beside `word`.
        inverse: the column's plus is money going out (credit-card statements).
        word: the column that says which way the money went, in `credit_words` or `debit_words`.
        debit, credit: two columns of which one is filled; `column` beside them has to agree where it is filled.
        less: a fee column; the booked amount is `column` less this fee, which also becomes `charges`.
    """

    column: str | None = None
    inverse: bool = False
    word: str | None = None
    credit_words: tuple[str, ...] = ()
    debit_words: tuple[str, ...] = ()
    debit: str | None = None
    credit: str | None = None
    less: str | None = None


@dataclass(frozen=True)
class StatusRule:
    """The column that says whether a row is booked; a word that is in neither list refuses the file."""

    column: str
    booked: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class SkipRule:
    """Rows that are no entries: those whose `column` fits `pattern`, or whose amount is zero; both if both are given."""

    name: str
    column: str | None = None
    pattern: str | None = None
    zero: bool = False


@dataclass(frozen=True)
class KindRule:
    """Which words of which columns make a `kind`; the first kind with a word in the text wins, case does not count."""

    columns: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    exact: bool = False


@dataclass(frozen=True)
class ExtractRule:
    """A field that stands inside a text column: the group `value` of `pattern` fills it where it is still empty."""

    field: str
    column: str
    pattern: str
    kinds: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProofRule:
    """A column that proves the rows: the balance after each entry, or the bank's running number of it."""

    column: str


@dataclass(frozen=True)
class IdentityRule:
    """Columns that do not make a row another row: a user's categories, marks and notes. Optional columns never do."""

    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartRule:
    """A column that names a pot within the account; pots other than `main` become accounts of their own, "IBAN/pot"."""

    column: str
    main: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """One bank's CSV export, declared. `name` is the stem of its file."""

    name: str
    title: str
    file: FileRule
    header: HeaderRule
    columns: ColumnRule
    amount: AmountRule
    preamble: TextRule = TextRule()
    footer: TextRule = TextRule()
    status: StatusRule | None = None
    skip: tuple[SkipRule, ...] = ()
    kind: KindRule | None = None
    extract: tuple[ExtractRule, ...] = ()
    balance: ProofRule | None = None
    sequence: ProofRule | None = None
    identity: IdentityRule = IdentityRule()
    part: PartRule | None = None
