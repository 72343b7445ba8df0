"""`bench.peers.ours` in a process that starts as those of the product do."""

from dart_batch.adapters.host.collector import collect_rarely

if __name__ == "__main__":
    collect_rarely()
    from bench.peers import ours

    ours.main()
