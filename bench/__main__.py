"""Everything the README says about speed, one after the other."""

from bench import kospi, ledger, recalculation, reports, startup, strategies
from bench.peers import side_by_side


def main() -> None:
    for part in (startup, ledger, strategies, recalculation, reports, kospi, side_by_side):
        print(f"\n== {(part.__doc__ or '').splitlines()[0]}")
        part.main()


if __name__ == "__main__":
    main()
