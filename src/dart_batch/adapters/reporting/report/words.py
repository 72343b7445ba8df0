"""The words of reports, in both languages."""

from collections.abc import Mapping

from dart_batch.adapters.reporting.report.words_en import ENGLISH
from dart_batch.adapters.reporting.report.words_ko import KOREAN
from dart_batch.domain.job.periods import Every, Period
from dart_batch.domain.job.reporting import Language

WORDS: Mapping[Language, Mapping[str, str]] = {Language.EN: ENGLISH, Language.KO: KOREAN}
MISSING = "–"


def period_title(period: Period, language: Language) -> str:
    """March 2020, Q1 2020, 2020; 2020년 3월, 2020년 1분기, 2020년; else the first and last day."""
    words, day = WORDS[language], period.first
    if not period.whole or period.every is None:
        return words["days"].format(first=period.first, last=period.last)
    name = {Every.MONTH: "month", Every.QUARTER: "quarter", Every.YEAR: "year"}[period.every]
    month = words["months"].split()[day.month - 1]
    return words[name].format(year=day.year, month=month, quarter=(day.month + 2) // 3)


def component_title(name: str, language: Language) -> str:
    """What people call a component: a translated name, else its own with spaces."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).replace("_", " ").strip()
    return WORDS[language].get(f"component.{name}", spaced[:1].upper() + spaced[1:])


def level_name(level: str | None, language: Language) -> str:
    """The level for people; a dash for none."""
    return MISSING if level is None else WORDS[language][f"level.{level}"]
