"""Every check by its code."""

from dart_batch.engine.validation.imports import IMPORT_CHECKS
from dart_batch.engine.validation.observations import SERIES_CHECKS
from dart_batch.engine.validation.quotes import QUOTE_CHECKS
from dart_batch.engine.validation.recomputation import RECOMPUTED_CHECKS
from dart_batch.engine.validation.records import ORIGIN_CHECKS, RECORD_CHECKS
from dart_batch.engine.validation.sessions import SESSION_CHECKS
from dart_batch.engine.validation.shares import SHARE_CHECKS
from dart_batch.engine.validation.values import VALUE_CHECKS

OF_READINGS = (
    *SESSION_CHECKS,
    *VALUE_CHECKS,
    *SHARE_CHECKS,
    *ORIGIN_CHECKS,
    *RECORD_CHECKS,
    *RECOMPUTED_CHECKS,
)
OF_OBSERVATIONS = (*SERIES_CHECKS, *QUOTE_CHECKS)
_ALL = (*OF_READINGS, *OF_OBSERVATIONS, *IMPORT_CHECKS)
CODES = tuple(dict.fromkeys(check.code for check in _ALL))
SEVERITIES = {check.code: check.severity for check in _ALL}
EXPLANATIONS = {check.code: check.explanation for check in _ALL[::-1]}
MENDS = {check.code: check.mend for check in _ALL[::-1]}
THOROUGH = frozenset(check.code for check in _ALL if check.thorough)
