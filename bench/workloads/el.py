#!/usr/bin/env python3
"""el.py OUT [--classes N] [--seed S]: an EL ontology in normal form, shaped like an anatomy: a deep taxonomy, part-whole and
location roles with a chain, and definitions by conjunction. Deterministic. Writes TSV .facts files for el.dl."""
import argparse
import os
import random

PART, LOCATED, HAS_PART, AFFECTS = range(4)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--classes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    n = options.classes
    os.makedirs(options.out, exist_ok=True)

    def write(name, rows):
        with open(f"{options.out}/{name}.facts", "w") as out:
            out.writelines("\t".join(map(str, row)) + "\n" for row in sorted(set(rows)))

    # Each class stands below one or two classes of lower number; a small share of the links skips far up.
    parents = {a: {max(0, int(a * rng.uniform(.6, .98)))} for a in range(1, n)}
    for a in rng.sample(range(10, n), n // 4):
        parents[a].add(rng.randrange(a))
    write("class", [(a,) for a in range(n)])
    write("is", [(a, b) for a, above in parents.items() for b in above if a != b])
    write("has", [(a, rng.choice((PART, LOCATED, LOCATED, AFFECTS)), rng.randrange(a)) for a in rng.sample(range(10, n), n // 3)])
    write("whoever", [(rng.choice((PART, LOCATED, HAS_PART)), rng.randrange(n), rng.randrange(n)) for _ in range(n // 10)])
    write("both", [(rng.randrange(n // 2), rng.randrange(n), rng.randrange(n)) for _ in range(n // 10)])
    write("role_is", [(PART, LOCATED), (HAS_PART, AFFECTS)])
    write("chain", [(PART, PART, PART), (LOCATED, PART, LOCATED)])


if __name__ == "__main__":
    main()
