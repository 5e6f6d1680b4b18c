"""`deliver`: a period's reports to one target of delivery.toml, each at most once."""

from __future__ import annotations

from dataclasses import dataclass

from recon_kit.close.deliveries import Attempt
from recon_kit.close.hashing import file_sha256
from recon_kit.close.parcel import Parcel, packed
from recon_kit.close.periods import Close, Periods
from recon_kit.close.runs import Run, run_of
from recon_kit.close.sending import Clock, Sending, write_copy
from recon_kit.errors import DeliveryError, Fault, ParameterError, nearest
from recon_kit.policy import Delivery, MailTarget, Period, SftpTarget, load_delivery
from recon_kit.send import Receipt
from recon_kit.workspace import Reading, Workspace


@dataclass(frozen=True)
class Order:
    """What is to be sent.

    Args:
        reports: names; all that the target takes where none is named.
        again: send although it was sent, or may have been.
    """

    period: Period
    target: str
    reports: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class Delivered:
    """What became of an order.

    Args:
        parcel: what was sent now; None if nothing was left to send.
        before: what had been sent before, newest last.
    """

    parcel: Parcel | None
    receipt: Receipt | None
    before: tuple[Attempt, ...]


def deliver(workspace: Workspace, order: Order, *, by: str, clock: Clock, dry_run: bool = False) -> Delivered:
    """Send what was not sent yet of a period's current run.

    Before anything leaves, every file of the run is held against the journal, and each file that is sent against the hash that
    it was made with. Views that the target asks for (language, PDF) are made if they are not there.

    Args:
        clock: asked before and after sending.
        dry_run: pack, but send and journal nothing.
    Raises:
        ParameterError: no such target, report or closed period; an audience that nothing can be made for.
        DeliveryError: a file was changed, or a mail may have arrived already and nobody said `again`.
        SendError: it failed; the journal has whether anything can have arrived.
    """
    delivery = load_delivery(workspace.folder)
    target = _target(delivery, order.target)
    close, run = _current(workspace, order.period)
    wanted = _reports(order, target, run)
    sending = Sending(workspace, delivery.mail, order.target, target, close, run, order.again)
    done = sending.done(wanted)
    left = wanted if order.again else [report for report in wanted if report not in done]
    before = tuple(dict.fromkeys(done.values()))
    if not left:
        write_copy(workspace, order.period.name)  # a kill may have come before the copy
        return Delivered(None, None, before)
    require_unchanged(close, run)
    parcel = packed(workspace, close, run, target, left)
    return Delivered(parcel, None if dry_run else sending.carry_out(parcel, by, clock), before)


def require_unchanged(close: Close, run: Run) -> None:
    """Every file of a run is as the journal recorded it.

    Raises:
        DeliveryError: naming each file that was changed or is gone.
    """
    faults = []
    for name, sha in close.outputs.items():
        path = run.folder / name
        if not path.is_file():
            faults.append(Fault(f"{path}, which was closed, but it is gone"))
        elif file_sha256(path) != sha:
            faults.append(Fault(f"{path} as it was made, but it was changed"))
    if faults:
        raise DeliveryError("deliver", faults)


def _target(delivery: Delivery, name: str) -> MailTarget | SftpTarget:
    if name not in delivery.targets:
        known = ", ".join(delivery.targets) or "it has none yet; docs/delivery.md shows how"
        told = f"a target of delivery.toml ({known}){nearest(name, delivery.targets)}"
        raise ParameterError("deliver", [Fault(told, None, "--to", name)])
    return delivery.targets[name]


def _current(workspace: Workspace, period: Period) -> tuple[Close, Run]:
    close = Periods.of(Reading.now(workspace)).current(period.name)
    if close is None:
        raise ParameterError("deliver", [Fault(f"a closed period; {period} is not closed: recon close {period}")])
    run = run_of(workspace.path("reports"), period.name, close.run_id)
    if run is None:
        raise DeliveryError("deliver", [Fault(f"the run {close.run_id} of {period}, but its folder is gone")])
    return close, run


def _reports(order: Order, target: MailTarget | SftpTarget, run: Run) -> list[str]:
    """Those that are wanted, in the run's order."""
    wanted, there = order.reports or target.reports or tuple(run.reports), list(run.reports)
    told = f"a report of this run ({', '.join(there)})"
    faults = [Fault(f"{told}{nearest(name, there)}", None, "report", name) for name in wanted if name not in there]
    if target.reports:
        told = f"a report that {order.target} takes ({', '.join(target.reports)})"
        faults += [Fault(told, None, "report", name) for name in wanted if name not in target.reports]
    if faults:
        raise ParameterError("deliver", faults)
    return [name for name in there if name in wanted]
