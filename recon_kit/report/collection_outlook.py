"""What is expected to come, how good that is, and how the figures stand by entity, by source and at risk."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
from markupsafe import Markup

from recon_kit.measures.definitions import DEFINITIONS
from recon_kit.measures.delays import delay_curve, delay_median
from recon_kit.measures.figure import decimal_text
from recon_kit.measures.losses import LEAST_DAYS, LEAST_DOCUMENTS, LossHistory
from recon_kit.measures.match_rates import STEPS
from recon_kit.measures.naming import Name
from recon_kit.measures.provision import provision_total
from recon_kit.report.charts import Figure
from recon_kit.report.collection_charts import cash_chart
from recon_kit.report.collection_context import CollectionContext
from recon_kit.report.tables import Column, Html, Row, section, table


def cash(context: CollectionContext) -> list[Html | Figure]:
    """Expected cash by week with its interval, beside the naive forecast."""
    words, found, code = context.words, context.collected.cash, context.base
    soon = found.soon(code)
    if soon.value is None:
        return [section(words("collect.cash_title_none", why=context.why(soon)), words("collect.cash_question"))]
    weeks = found.by_currency[((found.by_currency["currency"] == code) & (found.by_currency["part"] == "week")).to_numpy(bool)]
    first = context.amount(weeks["expected"].iloc[0], code)
    title = words("collect.cash_title", soon=context.amount(soon.value, code), first=first)
    heads = [
        Column(words("collect_col.week"), "w"),
        *(Column(words(f"collect_col.{name}"), "n") for name in ("expected", "low", "high", "naive")),
    ]
    body: list[Row | list[object]] = []
    shown = [currency for currency in context.collected.currencies if (found.by_currency["currency"] == currency).any()]
    for currency in shown:
        body.append(Row([currency], "group"))
        body += _cash_rows(context, currency)
    below = Markup('{}<p class="after">{}</p>').format(
        table(heads, body, look="dense long", caption=title), words("collect.cash_note")
    )
    return [section(title, words("collect.cash_question")), cash_chart(context, shown), Html(below, str(title))]


def _cash_rows(context: CollectionContext, code: str) -> list[Row | list[object]]:
    words, found = context.words, context.collected.cash
    by = ["part", "first"]
    plain = found.naive[(found.naive["currency"] == code).to_numpy(bool)][[*by, "expected"]].rename(
        columns={"expected": "naive"}
    )
    rows = found.by_currency[(found.by_currency["currency"] == code).to_numpy(bool)].merge(plain, on=by, how="left")
    made: list[Row | list[object]] = []
    for row in rows.to_dict("records"):
        span = words.span(row["first"], row["last"]) if row["part"] == "week" else words.known("collect_part", row["part"])
        ends = [context.money(row[name], code) if row["part"] == "week" else "" for name in ("low", "high")]
        made.append([span, context.money(row["expected"], code), *ends, context.money(row["naive"], code)])
    sums = [context.money(rows[name].sum(), code) for name in ("expected", "naive")]
    return [*made, Row([words("collect_part.sum"), sums[0], "", "", sums[1]], "sum")]


def tries(context: CollectionContext) -> Html:
    """The forecast on weeks that it did not know, beside the naive one."""
    words, found, code = context.words, context.collected.cash, context.base
    rows, scores = found.tries, found.scores
    if (code, "curves") not in scores:
        return section(words("collect.tries_title_none"), words("collect.tries_question"))
    missed = [context.said(scores[code, name]["forecast_mape"]) for name in ("curves", "naive")]
    title = words("collect.tries_title", curves=missed[0], naive=missed[1])
    heads = [
        Column(words("collect_col.method")),
        *(Column(words(f"collect_col.{name}"), "n") for name in ("bias", "mape", "coverage")),
    ]
    body: list[Row | list[object]] = []
    for currency in context.collected.currencies:
        if (currency, "curves") in scores:
            body.append(Row([currency], "group"))
            body += [
                [
                    words.known("collect_method", name),
                    *(context.said(scores[currency, name][f"forecast_{part}"]) for part in ("bias", "mape", "coverage")),
                ]
                for name in ("curves", "naive")
            ]
    mine = rows[(rows["currency"] == code).to_numpy(bool)]
    weeks = context.heads("week w, known_on w, expected n, low n, high n, naive n, actual n")
    listed = [
        [
            words.span(row["first"], row["last"]),
            words.day(row["origin"]),
            *(context.money(row[name], code) for name in ("expected", "low", "high", "naive", "actual")),
        ]
        for row in mine.to_dict("records")
    ]
    parts = [table(heads, body, look="dense"), table(weeks, listed, look="dense", caption=f"{title} · {code}")]
    return section(title, words("collect.tries_question"), *parts, after=[words("collect.tries_note")])


def entities(context: CollectionContext) -> Html:
    """The figures of each entity and currency, and of each channel where a list names any."""
    words, found = context.words, context.collected
    rows = found.by_entity["applied"]
    names = ("dso_period_end", "dso_best_possible", "delinquency_days_direct", "cei", "cash_cei")
    heads = [
        Column(words("collect_col.entity")),
        Column(words("collect_col.currency")),
        *(Column(words.known("metric", name), "n slim") for name in names),
    ]
    order = sorted(rows, key=lambda group: (found.currencies.index(group[1]), group[0] or ""))
    body = [
        [context.entity(entity), code, *(context.said(rows[entity, code][name]) for name in names)] for entity, code in order
    ]
    base = [(rows[group]["dso_period_end"], group) for group in order if group[1] == context.base]
    known = [(one.value, group) for one, group in base if one.value is not None]
    title = words("collect.entities_title_one")
    if len(known) > 1:
        _, worst = max(known, key=lambda pair: pair[0])
        title = words(
            "collect.entities_title", name=context.entity(worst[0]), dso=context.in_days(rows[worst]["dso_period_end"])
        )
    parts = [table(heads, body, look="dense")] if body else []
    channels = _channels(context)
    return section(
        title, words("collect.entities_question"), *parts, channels, after=["" if channels else words("collect.no_channels")]
    )


def _channels(context: CollectionContext) -> Markup:
    """How long the documents of each channel take; nothing where no list names one."""
    words, documents = context.words, context.collected.documents
    known = documents[documents["channel"].notna()]
    if known.empty:
        return Markup()
    heads = context.heads("channel, currency, documents n, median n")
    body = [
        [str(channel), str(code), words.count(len(rows)), context.said(delay_median(delay_curve(rows)))]
        for (channel, code), rows in known.groupby(["channel", "currency"], sort=True)
    ]
    title = words("collect.channels")
    return Markup("<h3>{}</h3>{}").format(title, table(heads, body, look="dense", caption=title))


def rates(context: CollectionContext) -> Html:
    """Match rates by source, count and amount, and how long the ledger takes to post."""
    words, rows, code = context.words, context.collected.rates, context.base
    rows = rows[(rows["direction"] == "in").to_numpy(bool)]
    steps = STEPS[:3]
    pairs = [(kind, step) for step in steps for kind in ("n_share", "a_share")]
    heads = context.heads("source w, currency, lines n, amount n")
    named = [(kind, words.known("collect_rate", step)) for kind, step in pairs]
    heads += [Column(words(f"collect_col.{kind}", name=name), "n slim") for kind, name in named]
    body = [_rate_row(context, row) for row in rows.to_dict("records")]
    paid = rows[((rows["source"] == "customers") & (rows["currency"] == code) & (rows["direction"] == "in")).to_numpy(bool)]
    title = words("collect.rates_title_none")
    if len(paid) and int(paid["amount"].iloc[0]):
        row = paid.iloc[0]
        shares = [context.share(int(row[step]), int(row["amount"])) for step in ("explained", "straight_through")]
        title = words("collect.rates_title", currency=code, share=shares[0], auto=shares[1])
    median, p90, n = context.collected.days_to_post()
    told = words("collect.posting", n=words.count(n), median=context.in_days(median), p90=context.in_days(p90)) if n else ""
    parts = [table(heads, body, look="dense")] if body else []
    return section(title, words("collect.rates_question"), *parts, after=[told, words("collect.first_pass")])


def _rate_row(context: CollectionContext, row: dict[Any, Any]) -> list[object]:
    words, code = context.words, str(row["currency"])
    shares = [
        context.share(int(row[part]), int(row[of])) for step in STEPS[:3] for part, of in ((f"n_{step}", "n"), (step, "amount"))
    ]
    names = [words.known("source", row["source"]), code]
    return [*names, words.count(row["n"]), context.money(row["amount"], code), *shares]


def provision(context: CollectionContext) -> Html:
    """The provision matrix as a calculation aid, with the history behind its rates."""
    words, rows, found, code = context.words, context.collected.provision, context.collected, context.base
    whole = provision_total(rows, code)
    history = found.loss_history.get(code)
    title = words("collect.provision_title_none", why=_short(context, history) if history else context.why(whole))
    if whole.value is not None:
        gross = int(rows.loc[(rows["currency"] == code).to_numpy(bool), "gross"].sum())
        title = words("collect.provision_title", loss=context.amount(whole.value, code), gross=context.amount(gross, code))
    heads = context.heads("entity, bucket w, documents n, gross n, vat n, at_risk n, rate n, loss n")
    body: list[Row | list[object]] = []
    for currency in found.currencies:
        mine = rows[(rows["currency"] == currency).to_numpy(bool)]
        if len(mine):
            body.append(Row([currency], "group"))
        body += [_risk(context, row) for row in mine.to_dict("records")]
    notes = [_history(context, currency, one) for currency, one in found.loss_history.items() if one.n]
    parts = [table(heads, body, look="dense long")] if body else []
    return section(title, words("collect.provision_question"), *parts, after=[*notes, words("collect.provision_note")])


def _short(context: CollectionContext, history: LossHistory) -> Markup:
    words = context.words
    if history.days < LEAST_DAYS:
        return words("collect.provision_short", days=words.count(history.days), least=LEAST_DAYS)
    return words("collect.provision_few", n=words.count(history.n), least=LEAST_DOCUMENTS)


def _history(context: CollectionContext, code: str, one: LossHistory) -> Markup:
    words = context.words
    lost, still = (context.amount(amount, code) for amount in (one.lost["not_due"], one.open_))
    return words(
        "collect.provision_history",
        currency=code,
        n=words.count(one.n),
        span=words.span(one.first, one.last),
        lost=lost,
        open=still,
    )


def _risk(context: CollectionContext, row: dict[Any, Any]) -> list[object]:
    words, code = context.words, str(row["currency"])
    rate = words("number.na") if pd.isna(row["rate"]) else words.percent(decimal_text(100 * Fraction(str(row["rate"])), 2))
    amounts = {name: context.money(row[name], code) for name in ("gross", "vat", "at_risk", "loss")}
    name, bucket = context.entity(row["segment"]), words.known("collect_age", row["bucket"])
    return [name, bucket, words.count(row["n"]), amounts["gross"], amounts["vat"], amounts["at_risk"], rate, amounts["loss"]]


def definitions(context: CollectionContext) -> Html:
    """Every figure's id, version, formula in words, basis and VAT."""
    words = context.words
    used = list(
        dict.fromkeys(
            [
                *(Name.read(name).definition for name in context.metrics),
                "delay_median",
                "days_to_match_median",
                "days_to_match_p90",
            ]
        )
    )
    heads = context.heads("figure, formula")
    heads += [Column(words("col.basis")), Column(words("col.gross_of_vat")), *context.heads("id w")]
    body = []
    for one in used:
        known = DEFINITIONS[one]
        code = Markup("<code>{}.v{}</code>").format(one, known.version)
        body.append([words.known("metric", one), words.known("collect_formula", one), words.known("of_basis", known.basis),
                     words.known("of_vat", "yes" if known.gross_of_vat == "either" else known.gross_of_vat), code])  # fmt: skip
    return section(
        words("collect.definitions_title", n=words.count(len(used))),
        words("collect.definitions_question"),
        table(heads, body, look="dense"),
    )
