"""Ten thousand damaged and hostile files through the whole ingest: what became of them, at what cost.

    python benchmarks/mutated.py [FILES] [FOLDER WITH REAL FILES]

Ends with 1 where a file was lost, cost more than 2 seconds of processor time or 512 MB, crashed its worker,
or left a planted name in what came out.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hilum.archive import create_workspace, open_archive

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "dicom_samples"
PART = 1000


def main() -> None:
    """Make, ingest, judge and count."""
    sys.path.insert(0, str(ROOT / "tests"))
    from archive.mutation import bases, judged, write_all
    from archive.watching import watched_workers

    files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    real = Path(sys.argv[2]) if len(sys.argv) > 2 else REAL
    sources = bases(real if real.is_dir() else None)
    reasons: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    start = time.perf_counter()
    for first in range(0, files, PART):
        with tempfile.TemporaryDirectory() as name, watched_workers() as costs:
            folder = Path(name)
            write_all(folder / "in", sources, range(first, min(first + PART, files)))
            archive = open_archive(create_workspace(folder / "workspace"))
            report = archive.ingest([folder / "in"], workers=1)
            outcomes.update(archived=report.archived, quarantined=report.quarantined, skipped=report.skipped)
            reasons.update(entry.reason for entry in archive.quarantine())
            faults += judged(archive, report, costs, min(first + PART, files) - first + 1)
        print(f"{min(first + PART, files):6} files, {time.perf_counter() - start:5.0f} s", flush=True)
    print(f"{files} files from {len(sources)} sources: {dict(outcomes)}")
    for reason, count in reasons.most_common():
        print(f"{count:6}  {reason}")
    print("\n".join(faults) or "no fault")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
