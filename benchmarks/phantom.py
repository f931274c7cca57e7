"""How fast the phantom hospital makes films and patients.

Run: ``python benchmarks/phantom.py``. The goal is at least 30 films a second of 512 pixels on two cores.
"""

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor

import cv2

from hilum.phantom import Person, render_film, simulate_patients
from hilum.phantom.objects import film_bytes
from hilum.phantom.orders import order_film


def _one_thread_each() -> None:
    cv2.setNumThreads(1)


def _film(number: int) -> float:
    start = time.process_time()
    person = Person(age=40 + number % 50, sex="FM"[number % 2], view="PA", severity=number % 10 / 10)
    render_film(person, (7, number), rows=512, columns=430)
    return time.process_time() - start


def _dicom(number: int) -> float:
    start = time.process_time()
    site = ("home", "home", "A", "B")[number % 4]
    film_bytes(order_film(7, site, number, age=70, sex="F", severity=0.4, longest_side=1024))
    return time.process_time() - start


def main() -> None:
    """Print films and patients a second."""
    cores = min(2, os.cpu_count() or 1)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, context, initializer=_one_thread_each) as pool:
        list(pool.map(_film, range(8)))
        for name, work, count in (
            ("films of 512 pixels, rendered", _film, 240),
            ("DICOM files of 1024 pixels, rendered, encoded", _dicom, 80),
        ):
            start = time.perf_counter()
            busy = sum(pool.map(work, range(count), chunksize=4))
            rate = count / (time.perf_counter() - start)
            print(f"{name}: {rate:.1f} a second on {cores} cores; {count / busy:.1f} a second of CPU time")
    start = time.perf_counter()
    simulate_patients(1_000_000, seed=7)
    print(f"patients without films: {1e6 / (time.perf_counter() - start):,.0f} a second")


if __name__ == "__main__":
    main()
