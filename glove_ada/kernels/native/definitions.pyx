"""Tell Python what the headers define, so that a test can hold its own definitions equal."""

DEFINED = {
    "BREAK": BREAK,
    "TEXT_SLACK": TEXT_SLACK,
    "LANES": LANES,
    "STRANDS": STRANDS,
    "NUMBER_BYTES": NUMBER_BYTES,
    "BIASED_EXPONENTS": BIASED_EXPONENTS,
    "NO_FAULT": NO_FAULT,
    "WRONG_FIELDS": WRONG_FIELDS,
    "NOT_A_NUMBER": NOT_A_NUMBER,
}
NONZERO_BYTES = sizeof(Nonzero)
