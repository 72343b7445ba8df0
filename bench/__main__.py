"""Everything the README says about speed, one after the other."""

from bench import (
    cluster,
    job_list,
    kospi,
    ledger,
    migration,
    page,
    recalculation,
    reports,
    seed,
    startup,
    strategies,
    validation,
    zoom,
)
from bench.peers import side_by_side


def main() -> None:
    for part in (
        startup,
        seed,
        migration,
        ledger,
        strategies,
        recalculation,
        validation,
        reports,
        job_list,
        page,
        zoom,
        kospi,
        cluster,
        side_by_side,
    ):
        print(f"\n== {(part.__doc__ or '').splitlines()[0]}")
        part.main()


if __name__ == "__main__":
    main()
