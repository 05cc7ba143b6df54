"""Tell whose a number or date is: this sitting's, another one's, a publication's, something else's.

Judges by the words of the same sentence or line around the place (surroundings.py). Pure: no I/O.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from archiver.model import About, DateSpan, Place
from archiver.sites import surroundings as beside
from archiver.sites.paths import POST_DATE
from archiver.sites.spotted import SpottedDate
from archiver.sites.vocabulary import PLACE_ENDINGS, SITTING_WORD, sitting_kind

PERIOD_DAYS = 14  # a range longer than this is a period (display of plans, holidays), no sitting

_NAMING: tuple[Place, ...] = ("title", "heading", "list_entry", "link_text")


def _boundaries(text: str) -> tuple[list[int], list[int]]:
    starts, ends = [0], []
    for match in beside.BOUNDARY.finditer(text):
        ends.append(match.start())
        starts.append(match.end())
    return starts, [*ends, len(text)]


@dataclass(frozen=True, slots=True)
class Contexts:
    """The sentences and lines of one clue, to be asked about places in it."""

    text: str
    place: Place
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str, place: Place) -> "Contexts":
        """Divide a text (lines joined) into sentences."""
        starts, ends = _boundaries(text)
        return cls(text, place, tuple(starts), tuple(ends))

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Return the words of the same sentence before and after a place, 160 and 120 at most."""
        at = max(0, bisect_right(self.starts, start) - 1)
        first, last = self.starts[at], self.ends[at]
        return (
            self.text[max(first, start - 160) : start],
            self.text[end : min(max(last, end), end + 120)],
        )

    def of_number(self, start: int, end: int) -> About:
        """Tell whose session number it is.

        >>> text = "Genehmigung der Niederschrift über die 20. Sitzung"
        >>> Contexts.of(text, "text").of_number(39, len(text))
        'previous'
        """
        before, after = self.around(start, end)
        return "previous" if self._is_anothers(before, after, start, end) else "sitting"

    def of_date(self, spotted: SpottedDate, *, has_number: bool = False) -> About:
        """Tell whose date it is; `has_number` when a session number stands in the same sentence.

        >>> text = "Protokoll (erschienen am 26.02.2008)"
        >>> Contexts.of(text, "link_text").of_date(
        ...     SpottedDate(26, 36, DateSpan(__import__("datetime").date(2008, 2, 26)), "day"))
        'published'
        """
        start, end = spotted.start, spotted.end
        before, after = self.around(start, end)
        if spotted.rule == POST_DATE:
            return "published"
        if self._is_anothers(before, after, start, end):
            return "previous"
        # Only the words since the last sitting's word can turn a date away from it.
        near, has_sitting = _since_sitting(before, in_text=self.place == "text")
        if beside.PUBLISHED_BEFORE.search(near[-60:]) or self._is_letter_head(spotted, near, after):
            return "published"
        if beside.LETTER_OF.search(before) and beside.LETTER_TO.match(after):
            return "published"
        is_closed = beside.CLOSED_BEFORE.search(before) or beside.CLOSED_AFTER.match(after)
        if is_closed and not has_sitting and not has_number:
            return "other"
        if beside.PUBLISHED_AFTER.match(after) and not has_sitting:
            return "published"
        line_start = self.text.rfind("\n", 0, start) + 1
        if line_start == start and beside.STAMPED.match(
            self.text[:start].rstrip("\n").rpartition("\n")[2]
        ):
            return "published"  # a form: the label in its line, the day in the next
        if beside.CITED.search(before):
            return "other"
        # "seit Oktober 2004": the little word is part of a month's wording
        first = self.text[start:end].partition(" ")[0]
        lead = f"{before} {first}" if first.lower() in ("seit", "ab", "bis") else before
        open_end = beside.OPEN_END.search(lead[-60:])
        if open_end and not (
            open_end[0].lower().startswith("zum") and beside.INVITING.search(before)
        ):
            return "other"
        if _is_period(spotted.span):
            return "other"
        if spotted.rule == "months without a year" and not (has_sitting or has_number):
            return "other"  # "April bis Oktober geöffnet"
        paper = beside.PAPER.search(near)
        if beside.LAW.search(before) or (
            paper
            and not _has_sitting(paper["between"])
            and not beside.MEETS.search(paper["between"])
        ):
            return "other"
        if self._is_version(start):
            return "other"
        if (
            self.place in ("text", "first_lines")
            and not has_sitting
            and beside.DECIDED_AFTER.match(after)
        ):
            return "other"
        if spotted.span.precision == "year":
            return self._of_year(spotted, before, after, has_number=has_number)
        aftermath = beside.AFTERMATH.search(before) if spotted.span.precision != "day" else None
        if aftermath and not sitting_kind(aftermath["noun"]) and not has_number:
            return "other"
        event = beside.EVENT.search(near + " . " + after[:40])
        if self.place == "text" and event is None:
            event = beside.WORKSHOP.search(near + " . " + after[:40])
        if not has_sitting and not has_number and event:
            return "sitting" if _has_sitting(after[:60]) else "other"
        return "sitting"

    def _of_year(self, spotted: SpottedDate, before: str, after: str, *, has_number: bool) -> About:
        """Judge a bare year: it dates a sitting beside its name or in front of a list's entry."""
        if beside.SEASON.fullmatch(self.text):
            return "sitting"
        if spotted.rule != "year":
            return "other"
        if _ends_in_sitting(before) and beside.SEASON.match(self.text, spotted.start):
            return "sitting"
        if _ends_in_sitting(before) and (has_number or self._is_name(before)):
            return "sitting"
        if has_number and re.search(r"\d\s*/\s*$", before):
            return "sitting"
        leads = not self.text[: spotted.start].strip()
        is_entry = self.place in ("list_entry", "link_text") and leads and after.strip(" :–-")
        if is_entry and (_has_sitting(after) or not beside.EVENT.search(after)):
            return "sitting"
        return "other"

    def _is_version(self, start: int) -> bool:
        """Tell whether the date is that of rules whose name stands in the lines right above."""
        head = self.text[max(0, start - 300) : start]
        lead = beside.VERSION_LEAD.search(head)
        if lead is None:
            return False
        for line in reversed(head[: lead.start()].strip().split("\n")[-2:]):
            if _has_sitting(line) or re.search(r"\d", line):
                return False
            if beside.RULES.match(line):
                return True
        return False

    def _is_name(self, before: str) -> bool:
        """Tell whether `Stadtteilkonferenz 2015` names a sitting here, not a magazine."""
        return self.place in _NAMING and not beside.ISSUE.search(before)

    def _is_anothers(self, before: str, after: str, start: int, end: int) -> bool:
        wide = self.text[max(0, start - 160) : start]
        approval = beside.APPROVAL.search(before) or (
            "\n" in wide[-90:] and beside.APPROVAL_LINE.search(wide[-90:].replace("\n", " "))
        )
        if not approval and beside.OF_MINUTES.search(before):
            approval = beside.APPROVAL.search(before + self.text[start:end])
        if approval:
            return True
        if beside.REFERRED.search(before):
            return True
        if beside.REFERRED_BEFORE.search(before) and beside.REFERRED_AFTER.match(after):
            return True
        if beside.APPROVED_IN.search(before) and beside.MINUTES_BEFORE.search(self.text[:start]):
            return True
        if self.place in ("text", "first_lines") and beside.ITEM_OF_MINUTES.match(
            before + self.text[start:end]
        ):
            return True
        is_paper = self.place != "text" and beside.STATE_AFTER.match(after)
        is_minutes = beside.MINUTES_BEFORE.search(before + self.text[start:end]) and not is_paper
        is_paper = beside.APPROVED_LATER.match(after)  # in running text, too
        if is_minutes and not is_paper and beside.APPROVED_AFTER.search(after):
            return True
        line = self.text[self.text.rfind("\n", 0, start) + 1 :].partition("\n")[0]
        if self.place == "first_lines" and beside.WAY_TO.fullmatch(line):
            return True  # "Zum 21. Forum": a link to the neighbour
        earlier = list(beside.EARLIER.finditer(before + self.text[start:end]))
        if (
            earlier
            and sitting_kind(earlier[-1]["noun"])
            and not _has_sitting((before + self.text[start:end])[earlier[-1].end() :])
        ):
            return True
        if self.place in ("text", "first_lines", "list_entry", "meta"):
            for later in beside.LATER.finditer(before + self.text[start:end]):
                noun = later["noun"] or ""
                if later["other"] or sitting_kind(noun) or noun.lower().startswith("termin"):
                    return True
            later_after = beside.LATER_AFTER.match(after)
            if later_after:
                noun = later_after["noun"]
                if sitting_kind(noun) or noun.lower().startswith("termin"):
                    return True
            review = beside.REVIEW.search(before)
            # "Rückblick auf das Hochwasser 2002": of a date only what met can be looked back at
            if review and (_has_sitting(self.text[start:end]) or not review["noun"]):
                return True
            if review and _has_sitting(review["noun"]):
                return True
        since = beside.SINCE.search(before)
        if since is None or self.place in ("url", "file_name"):
            return False
        if self.place in _NAMING and beside.OUTCOME.fullmatch(before):
            return False  # "Ergebnisse aus der 13. Sitzung" names a paper of that sitting
        return _has_sitting(since[0] + self.text[start:end])

    def _is_letter_head(self, spotted: SpottedDate, before: str, after: str) -> bool:
        """Recognise `Datum 12.02.2008` and `Auenfurt, den 3. März 2009`."""
        if spotted.weekday is not None or spotted.span.precision not in ("day", "month"):
            return False
        if re.search(
            r"(?:^|\n)(?:(?:protokoll|niederschrift) )?vom:\s*$",
            self.text[: spotted.start][-22:],
            re.IGNORECASE,
        ):
            return True
        if beside.LETTER_DATE.search(before) and "\x1a" not in after and "Uhr" not in after:
            return True
        line_start = self.text.rfind("\n", 0, spotted.start) + 1
        line_end = self.text.find("\n", spotted.end)
        lead = self.text[line_start : spotted.start]
        rest = self.text[spotted.end : line_end if line_end >= 0 else len(self.text)]
        tail = beside.TOWN_TAIL.search(lead) if self.place == "first_lines" else None
        is_tail = tail is not None and not tail["town"].lower().endswith(PLACE_ENDINGS)
        if is_tail and beside.SIGNED.fullmatch(rest) and not _has_sitting(lead[-60:]):
            return True  # behind the telephone's number, where lines of a head are joined
        has_sender = lead.count(",") > 1  # "Ortsrat Nord, Auenfurt, den 3. März 2009"
        line = lead[lead.rfind(",", 0, lead.rfind(",")) + 1 :].lstrip() if has_sender else lead
        town = beside.TOWN_LINE.fullmatch(line)
        if (
            town is None
            or not beside.SIGNED.fullmatch(rest)
            or _has_sitting(lead)
            or "," not in lead
        ):
            return False
        is_town = not line.partition(",")[0].lower().endswith(PLACE_ENDINGS)
        if town["article"] in ("den", "d."):
            return is_town or not has_sender
        if has_sender:
            return False
        if town["article"] == "am":  # "Wien, am 12. Jänner 2017", as letters in Austria begin
            return (
                is_town and self.place in ("first_lines", "text") and " " not in lead.strip()[:-4]
            )
        return self.place in ("first_lines", "text")


def _has_sitting(words: str) -> bool:
    return any(sitting_kind(match[0]) for match in SITTING_WORD.finditer(words))


def _since_sitting(before: str, *, in_text: bool) -> tuple[str, bool]:
    """Return the words after the last sitting's word, and whether there was one."""
    last = None
    for match in SITTING_WORD.finditer(before):
        if sitting_kind(match[0]) in ("core", "loose") and not (
            in_text and beside.WORKSHOP.fullmatch(match[0])
        ):
            last = match
    return (before, False) if last is None else (before[last.end() :], True)


def _ends_in_sitting(before: str) -> bool:
    words = SITTING_WORD.findall(before.rstrip(" ,(/–-")[-60:])
    last = words[-1] if words else ""
    return sitting_kind(last) in ("core", "loose") and before.rstrip(" ,(/–-").endswith(last)


def _is_period(span: DateSpan) -> bool:
    return (
        span.precision == "day"
        and span.end is not None
        and span.end > span.start
        and (span.end - span.start).days > PERIOD_DAYS
    )
