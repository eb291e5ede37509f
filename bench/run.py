#!/usr/bin/env python3
"""Builds release, runs the benchmarks of bench/ and prints a table; scripts/bench calls it.

    run.py [NAME...] [--json FILE]

A benchmark is a google-benchmark program bench/NAME_bench.cc. Figures are CPU and wall time a run, and counters in
ms or us, as it reports them.
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARIES = ROOT / "build" / "release" / "bench"


def names():
    return sorted(path.name[: -len("_bench.cc")] for path in (ROOT / "bench").glob("*_bench.cc"))


def run(name):
    """The rows of one benchmark program."""
    binary = BINARIES / f"{name}_bench"
    done = subprocess.run([binary, "--benchmark_format=json"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["benchmarks"]


def show(name, rows):
    print(f"\n{name}")
    for row in rows:
        rate = row.get("items_per_second")
        rate = f"{rate:14,.0f}/s" if rate else ""
        counters = "".join(f"  {key} {row[key]:.3g}" for key in row if key.endswith(("_ms", "_us")))
        print(f"  {row['name']:<52} {row['real_time']:14,.2f} {row['time_unit']:<3}"
              f" {row['cpu_time']:14,.2f} {row['time_unit']:<3} cpu {rate}{counters}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="benchmarks to run: " + ", ".join(names()))
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in names()]
    if unknown:
        parser.error(f"no benchmark {unknown[0]}; there are: {', '.join(names())}")
    chosen = options.names or names()
    subprocess.run([ROOT / "scripts" / "build", "release"] + [f"{name}_bench" for name in chosen], check=True)
    figures = {}
    for name in chosen:
        figures[name] = run(name)
        show(name, figures[name])
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
