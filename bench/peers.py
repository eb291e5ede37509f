#!/usr/bin/env python3
"""Runs `cartograph eval` beside other engines on the same facts, in turn, and compares answers, CPU time and memory.

    peers.py [WORKLOAD...] [--rounds N] [--threads N] [--json FILE]

Peers: duckdb (npm, installed by this script), gringo and swipl (Debian packages), souffle (where it is on the PATH, interpreted
and compiled). A peer that is not installed, or cannot express a workload, is left out. Every figure is of the whole process,
load included: user and system CPU seconds and peak resident memory, the median of the rounds. bench/peers.md says more.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
WORK = BENCH / "workloads"
DATA = ROOT / "build" / "bench-data"
CARTOGRAPH = ROOT / "build" / "release" / "clients" / "cli" / "cartograph"
TIMEOUT_S = 1800


@dataclasses.dataclass
class Workload:
    program: str  # below workloads/
    generate: list  # command; the output folder is put in for OUT
    peers: tuple  # those that can express it at this size


def graph(kind, n, m):
    return ["graphs.py", kind, "OUT", "--n", str(n), "--m", str(m)]


SMALL = ("duckdb", "gringo", "swipl", "souffle", "souffle-c")
LARGE = ("duckdb", "souffle", "souffle-c")
LOGIC = ("gringo", "souffle", "souffle-c")
WORKLOADS = {
    "tc-chain-1e6": Workload("tc.dl", graph("chain", 1415, 0), SMALL),
    "tc-rand-1e6": Workload("tc.dl", graph("random", 1260, 2520), SMALL),
    "tc-sf-1e6": Workload("tc.dl", graph("scalefree", 10000, 20000), SMALL),
    "tc-chain-1e7": Workload("tc.dl", graph("chain", 4473, 0), LARGE),
    "tc-rand-1e7": Workload("tc.dl", graph("random", 4000, 8000), LARGE),
    "tc-sf-1e7": Workload("tc.dl", graph("scalefree", 45000, 90000), LARGE),
    "G5K-0.001": Workload("tc.dl", graph("random", 5000, 25000), LARGE),
    "sg-rand-1e6": Workload("sg.dl", graph("random", 1000, 1700), LOGIC),
    "sg-rand-1e7": Workload("sg.dl", graph("random", 3200, 6000), LOGIC),
    "kb10000": Workload("kb_core.dl", ["kb.py", "OUT", "--facts", "10000"], LARGE),
    "kb100000": Workload("kb_core.dl", ["kb.py", "OUT", "--facts", "100000"], LARGE),
    "kb1000000": Workload("kb_core.dl", ["kb.py", "OUT", "--facts", "1000000"], LARGE),
    "kb10000000": Workload("kb_core.dl", ["kb.py", "OUT", "--facts", "10000000"], ("souffle-c",)),
    "el-2000": Workload("el.dl", ["el.py", "OUT", "--classes", "2000"], LOGIC),
    "points-to": Workload("points_to.dl", graph("andersen", 1000, 3000), LOGIC),
    "hierarchy": Workload("hierarchy.dl", ["hierarchy.py", "OUT"], LOGIC),
}
# The 10 M knowledge base takes minutes to generate and is run by name only.
DEFAULT = [name for name in WORKLOADS if name != "kb10000000"]


def measure(command, cwd=None):
    """Runs `command`; its output, CPU seconds and peak memory in MB."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=cwd, text=True) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def generate(name, workload):
    folder = DATA / name
    if not (folder / "done").exists():
        print(f"generating {name}", file=sys.stderr)
        script, *rest = [str(folder) if word == "OUT" else word for word in workload.generate]
        subprocess.run([sys.executable, WORK / script, *rest], check=True)
        (folder / "done").touch()
    return folder


def counts(output):
    """`relation count` lines: {relation: count}."""
    return {m[1]: int(m[2]) for m in re.finditer(r"^(\w+)[\t ](\d+)\b", output, re.M) if m[1] != "load"}


def rules_of(program):
    """The program's rules, comments and declarations dropped."""
    lines = [line.split("//")[0].strip() for line in (WORK / program).read_text().splitlines()]
    return [line for line in lines if ":-" in line and "{" not in line]


def as_prolog(rule, negation, unequal):
    """A rule of plain atoms and comparisons as gringo and Prolog write it."""
    rule = re.sub(r"!(?=[a-z])", negation, rule)
    rule = re.sub(r"\b([a-z]\w*)\b(?!\()", lambda m: m[1] if m[1] in ("not", "tnot") else m[1].capitalize(), rule)
    return re.sub(r"([A-Z]\w*)\s*!=\s*([A-Z]\w*)", rf"\1 {unequal} \2", rule)


def write_facts(folder, target):
    with open(target, "w") as out:
        for path in sorted(folder.glob("*.facts")):
            predicate = re.sub(r"\W", "_", path.stem)
            with open(path) as rows:
                for row in rows:
                    values = [v if v.lstrip("-").isdigit() else json.dumps(v) for v in row.rstrip("\n").split("\t")]
                    out.write(f"{predicate}({','.join(values)}).\n")


class Cartograph:
    def __init__(self, threads):
        self.threads = threads

    def ready(self):
        return True

    def run(self, workload, folder):
        return measure([CARTOGRAPH, "eval", WORK / workload.program, "-F", folder, "-D", folder, "-j", str(self.threads)])


class DuckDb:
    def __init__(self, threads):
        self.threads = threads

    def ready(self):
        if not (BENCH / "node_modules").exists():
            subprocess.run(["npm", "--prefix", BENCH, "ci", "--silent"], check=True)
        return True

    def run(self, workload, folder):
        kind = pathlib.Path(workload.program).stem
        return measure(["node", BENCH / "peer_duckdb.js", kind, folder, str(self.threads)])


class Gringo:
    """Grounding is evaluation here: the programs have no choice. The text it prints is part of its time."""

    def ready(self):
        return shutil.which("gringo") is not None

    def run(self, workload, folder):
        program = folder / "program.lp"
        if not program.exists():
            write_facts(folder, folder / "facts.lp")
            derived = "\n".join(as_prolog(rule, "not ", "!=") for rule in rules_of(workload.program))
            program.write_text(derived + "\n")
        heads = {rule.split("(")[0] for rule in rules_of(workload.program)}
        with open(folder / "gringo.out", "w") as out:
            process = subprocess.Popen(["gringo", "--text", program, folder / "facts.lp"], stdout=out)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        found = dict.fromkeys(heads, 0)
        with open(folder / "gringo.out") as rows:
            for row in rows:
                head = row.split("(")[0]
                if head in found:
                    found[head] += 1
        os.remove(folder / "gringo.out")
        text = "".join(f"{name}\t{count}\n" for name, count in found.items())
        return text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Swipl:
    """Tabling: each derived relation is tabled."""

    def ready(self):
        return shutil.which("swipl") is not None

    def run(self, workload, folder):
        program = folder / "program.pl"
        if not program.exists():
            write_facts(folder, folder / "facts.pl")
            rules = [as_prolog(rule, "tnot ", "\\==") for rule in rules_of(workload.program)]
            heads = sorted({(rule.split("(")[0], rule.split(")")[0].count(",") + 1) for rule in rules})
            goals = "".join(f"aggregate_all(count, {n}({','.join('_' * a)}), C{i}), format('{n}\\t~w~n', [C{i}]), "
                            for i, (n, a) in enumerate(heads))
            text = ":- set_prolog_flag(table_space, 8000000000).\n:- style_check(-singleton).\n"
            text += "".join(f":- table {n}/{a}.\n" for n, a in heads) + ":- include('facts.pl').\n"
            program.write_text(text + "\n".join(rules) + f"\n:- initialization(({goals}halt)).\n")
        return measure(["swipl", "--stack-limit=8g", "-q", program], cwd=folder)


class Souffle:
    def __init__(self, compiled):
        self.compiled = compiled

    def ready(self):
        return shutil.which("souffle") is not None

    def run(self, workload, folder):
        if not self.compiled:
            return measure(["souffle", WORK / workload.program, "-F", folder, "-D", folder])
        binary = DATA / pathlib.Path(workload.program).stem
        if not binary.exists():
            subprocess.run(["souffle", "-o", binary, WORK / workload.program], check=True)
        return measure([binary, "-F", folder, "-D", folder])


def expected(name):
    rows = (line.split("\t") for line in (WORK / "expected.tsv").read_text().splitlines())
    return {relation: int(count) for workload, relation, count in rows if workload == name}


def compare(name, workload, engines, rounds):
    """One row of figures an engine: {engine: {cpu_s, memory_mb}}; the engines take turns."""
    folder = generate(name, workload)
    known = expected(name)
    figures = {engine: [] for engine in engines}
    for _ in range(rounds):
        for engine, runner in engines.items():
            output, cpu, memory = runner.run(workload, folder)
            found = counts(output)
            known = known or found  # where no count is known beforehand, ours must be everybody's
            wrong = {r: (found[r], n) for r, n in known.items() if found.get(r, n) != n}
            if wrong or not found:
                raise RuntimeError(f"{name}: {engine} answers {wrong or 'nothing'} (found, expected)")
            figures[engine].append((cpu, memory))
    return {engine: {"cpu_s": statistics.median(c for c, _ in runs), "memory_mb": statistics.median(m for _, m in runs)}
            for engine, runs in figures.items()}


def show(name, row):
    own = row["cartograph"]
    for engine, figure in row.items():
        ratio = "" if engine == "cartograph" else f"{figure['cpu_s'] / own['cpu_s']:8.1f} x {figure['memory_mb'] / own['memory_mb']:8.1f} x"
        print(f"{name:<14} {engine:<12} {figure['cpu_s']:9.2f} s {figure['memory_mb']:9.0f} MB {ratio}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="WORKLOAD", help=", ".join(WORKLOADS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    for name in options.names:
        if name not in WORKLOADS:
            parser.error(f"no workload {name}; there are: {', '.join(WORKLOADS)}")
    subprocess.run([ROOT / "scripts" / "build", "release", "cartograph"], check=True)
    peers = {"duckdb": DuckDb(options.threads), "gringo": Gringo(), "swipl": Swipl(), "souffle": Souffle(False),
             "souffle-c": Souffle(True)}
    print(f"{'workload':<14} {'engine':<12} {'CPU':>11} {'memory':>12} {'CPU ratio':>10} {'memory':>10}")
    table = {}
    for name in options.names or DEFAULT:
        workload = WORKLOADS[name]
        engines = {"cartograph": Cartograph(options.threads)}
        engines |= {peer: peers[peer] for peer in workload.peers if peers[peer].ready()}
        table[name] = compare(name, workload, engines, options.rounds)
        show(name, table[name])
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(table, indent=2) + "\n")


if __name__ == "__main__":
    main()
