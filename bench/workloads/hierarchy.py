#!/usr/bin/env python3
"""hierarchy.py OUT: the is-a edges of the Human Disease Ontology as parent.facts. CARTOGRAPH_DOID names its HumanDO.tsv
(DOreports/HumanDO.tsv of the ontology's repository, CC0); each row is an id, a label, and the label of a parent."""
import csv
import os
import sys


def main():
    if "CARTOGRAPH_DOID" not in os.environ:
        sys.exit("hierarchy.py: set CARTOGRAPH_DOID to the ontology's HumanDO.tsv")
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    with open(os.environ["CARTOGRAPH_DOID"], newline="") as rows:
        edges = {(row["label"], row["subClassOf"]) for row in csv.DictReader(rows, delimiter="\t") if row["subClassOf"]}
    with open(f"{out}/parent.facts", "w") as facts:
        facts.writelines(f"{child}\t{parent}\n" for child, parent in sorted(edges))


if __name__ == "__main__":
    main()
