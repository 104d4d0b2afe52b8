"""The replacement of a badge class in fault cases: confirmation, worker, and sweeper each run in their own process."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from badgedata import aws, clock, stored_images
from badgedata.access import Caller, find_badge_class
from badgedata.config import config
from badgedata.records.awards import Award, sort_key
from badgedata.records.directory import BadgeClass
from badgedata.records.replacements import Replacement
from badgedata.records.resyncs import FailedImage, Resync
from badgedata.replacement import lifecycle as replacements
from badgedata.replacement import request
from badgedata.replacement.content import Source
from badgedata.resync import failures
from badgedata.resync import lifecycle as resyncs
from functions.image_resync_sweeper import image_resync_sweeper
from functions.image_resync_worker import image_resync_worker
from tests.faults.world import World, wait
from tests.support.images import data_uri, gray_png
from tests.support.invocations import context, sample_event

ISSUER = "alpha"
AWARDS = 7
AWARDS_A_PAGE = 4
TRIES_OF_A_PERSON = 5
SWEEPS_IN_TROUBLE = 3
"""By this time, all faults have ended, and only their consequences remain."""

numbers = count(1)


@dataclass
class ResyncTrouble:
    """The faults and events of a case.

    Parameters
    ----------
    kill_before_call
        The call before which the nth process of a kind is killed, with a key such as ``("worker", 0)``.
    take_over_after
        The number of workers after which another replacement of the same badge class is confirmed.
    image_comes_back_after
        The number of sweeps during which the badge's image is missing from the bucket; None means that it is never
        missing.
    hours_between_sweeps
        1 as in production, or more for a case that must reach its time limit sooner.
    """

    rules: list[dict[str, Any]] = field(default_factory=list)
    kill_before_call: dict[tuple[str, int], int] = field(default_factory=dict)
    deliver_twice: bool = False
    shuffle: bool = False
    take_over_after: int | None = None
    image_comes_back_after: int | None = None
    hours_between_sweeps: int = 1


@dataclass
class ResyncEnding:
    """How a case ended."""

    badge_class: BadgeClass
    gray: int
    """The shade of gray of the newest badge's image."""
    resyncs: list[Resync]
    """Oldest first."""
    awards: list[Award]
    failed: list[FailedImage]
    processes: Counter[str]
    """The number of processes by kind, and by outcome: ``done``, ``raised``, and ``killed``."""


class Case:
    """A badge class with awards, and the processes that change it."""

    def __init__(self, world: World, trouble: ResyncTrouble, seed: int) -> None:
        self._world = world
        self._trouble = trouble
        self._choices = random.Random(seed)
        self._rules = trouble.rules
        self._kinds: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._confirmed: list[Replacement] = []
        self._greys = self._choices.sample(range(2, 250), 2)
        self.badge_class_id = f"case-{next(numbers)}"

    def play(self) -> ResyncEnding:
        """Replace the badge, and continue until no work is left."""
        self._load()
        self._replace(self._greys[0])
        if self._trouble.image_comes_back_after is not None:
            stored_images.remove([self._image()])
        queue, received, sweeps = list[Any](), Counter[str](), 0
        for _ in range(500):
            if self._is_time_to_take_over():
                self._replace(self._greys[1])
            queue += self._receive()
            if queue:
                self._deliver(queue, received)
                continue
            if self._is_over():
                return self._ending()
            sweeps += 1
            if sweeps == self._trouble.image_comes_back_after:
                stored_images.put(self._image(), gray_png(self._greys[len(self._confirmed) - 1]))
            if sweeps > SWEEPS_IN_TROUBLE:
                self._rules = []
            self._world.skipped += timedelta(hours=self._trouble.hours_between_sweeps)
            self._run("sweeper", [_sweep])
        raise AssertionError(f"{self.badge_class_id} never ends")

    def _is_time_to_take_over(self) -> bool:
        after = self._trouble.take_over_after
        return after is not None and self._kinds["worker"] >= after and len(self._confirmed) == 1

    def _load(self) -> None:
        first = stored_images.badge_image(gray_png(1), "png")
        stored_images.put(first, gray_png(1))
        BadgeClass(
            *BadgeClass.key(self.badge_class_id),
            parent=BadgeClass.parent_key(ISSUER),
            entity_id=self.badge_class_id,
            issuer_id=ISSUER,
            name="As it was",
            image=first.in_record,
        ).save()
        with Award.batch_write() as batch:
            for number in range(AWARDS):
                award_id, issued_on = f"{self.badge_class_id}-{number:02}", clock.parse_rfc3339("2026-01-01T09:00:00Z")
                award = Award(ISSUER, sort_key(issued_on, award_id), award_id=award_id)
                award.badge_class_id, award.issued_on = self.badge_class_id, clock.rfc3339(issued_on)
                award.recipient_type, award.recipient_identity = "email", f"learner.{number}@example.org"
                award.image = stored_images.baked_image(ISSUER, award_id, "1", "png", hides_recipient=True).in_record
                award.image_version = 1
                batch.save(award)

    def _replace(self, gray: int) -> None:
        """Preview without faults, and then confirm repeatedly, as a user would, until it succeeds."""
        badge = {"type": "BadgeClass", "name": f"Shade {gray}", "description": "New", "criteria": {"narrative": "See"}}
        source = {"@context": "https://w3id.org/openbadges/v2", "image": data_uri(gray_png(gray))} | badge
        replacement = request.preview(self._badge_class(), Source("json", source), Caller("ada@example.org"))
        for number in range(TRIES_OF_A_PERSON + 1):
            rules = self._rules if number < TRIES_OF_A_PERSON else []
            outcomes = self._run(
                "confirm",
                [lambda: replacements.confirm(_found(replacement.id), "ORG", Caller("ada@example.org"))],
                rules,
            )
            # A client that gets a success response may stop; others confirm again.
            is_seen = _found(replacement.id).status == "replaced" and self._choices.random() < 0.5
            if outcomes == ["done"] or is_seen:
                break
        self._confirmed.append(_found(replacement.id))
        assert self._confirmed[-1].status == "replaced"

    def _deliver(self, queue: list[Any], received: Counter[str]) -> None:
        message = queue.pop(self._choices.randrange(len(queue)) if self._trouble.shuffle else 0)
        received[message["MessageId"]] += 1
        copies = 2 if self._trouble.deliver_twice and self._choices.random() < 0.6 else 1
        outcomes = self._run("worker", [_worker(message)] * copies)
        late = self._trouble.shuffle and self._choices.random() < 0.2
        if received[message["MessageId"]] < 5 and (late or "done" not in outcomes):
            queue.append(message)  # a processed message may still be redelivered later
            return
        aws.sqs().delete_message(QueueUrl=config().image_resync_queue_url, ReceiptHandle=message["ReceiptHandle"])

    def _run(self, kind: str, works: list[Callable[[], Any]], rules: list[dict[str, Any]] | None = None) -> list[str]:
        self._world.set_rules(self._rules if rules is None else rules)
        running = []
        for work in works:
            kill = self._trouble.kill_before_call.get((kind, self._kinds[kind]))
            self._kinds[kind] += 1
            running.append(self._world.begin(work, None, kill))
        self._figures_add_up()
        outcomes = [wait(pid) for pid in running]
        self._figures_add_up()
        self._outcomes.update(outcomes)
        return outcomes

    def _figures_add_up(self) -> None:
        for resync in self._resyncs():
            found = resyncs.figures(resync)
            assert found.refreshed + found.pending + found.failed == found.total, found
            assert min(found.refreshed, found.pending, found.failed) >= 0, found
            assert found.total <= AWARDS, found

    def _receive(self) -> list[Any]:
        answer = aws.sqs().receive_message(
            QueueUrl=config().image_resync_queue_url, MaxNumberOfMessages=10, VisibilityTimeout=900
        )
        return list(answer.get("Messages", []))

    def _resyncs(self) -> list[Resync]:
        version = int(self._badge_class().version)
        found = [resyncs.find(self.badge_class_id, number) for number in range(2, version + 1)]
        return [resync for resync in found if resync is not None]

    def _badge_class(self) -> BadgeClass:
        found = find_badge_class(self.badge_class_id, consistent=True)
        assert found is not None
        return found

    def _image(self) -> stored_images.StoredImage:
        image = stored_images.stored_image(self._badge_class().image)
        assert image is not None
        return image

    def _is_over(self) -> bool:
        return all(resync.due is None for resync in self._resyncs()) and not self._due_failures()

    def _due_failures(self) -> list[FailedImage]:
        return [failure for failure in self._failures() if failure.due is not None]

    def _failures(self) -> list[FailedImage]:
        return [failure for resync in self._resyncs() for failure in failures.failures_of(resync, None, AWARDS)]

    def _ending(self) -> ResyncEnding:
        return ResyncEnding(
            badge_class=self._badge_class(),
            gray=self._greys[len(self._confirmed) - 1],
            resyncs=self._resyncs(),
            awards=list(Award.by_badge_class.query(self.badge_class_id)),
            failed=self._failures(),
            processes=self._kinds + self._outcomes,
        )


def _found(replacement_id: str) -> Replacement:
    found = replacements.find(replacement_id)
    assert found is not None
    return found


def _worker(message: Any) -> Callable[[], None]:
    event = sample_event("image_resync_worker")
    event["Records"][0] |= {name: message[key] for name, key in (("messageId", "MessageId"), ("body", "Body"))}

    def work() -> None:
        answer = image_resync_worker.handler(event, context())
        if answer["batchItemFailures"]:
            raise RuntimeError("the message must be redelivered")

    return work


def _sweep() -> None:
    event = sample_event("image_resync_sweeper") | {"time": clock.rfc3339(clock.now())}
    image_resync_sweeper.handler(event, context())
