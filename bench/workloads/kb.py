#!/usr/bin/env python3
"""kb.py -- deterministic synthetic biomedical evidence knowledge base.

    kb.py OUTDIR --facts 100000 [--seed 7] [--updates 2000]

Writes tab-separated, header-less fact files of unsigned integers.  About --facts base
facts in all; the same (facts, seed) always gives byte-identical files (only
random.Random with a fixed seed is used, no sets are iterated unsorted).

Entity ids live in disjoint ranges so that one id names one entity:
    therapy 1e8+i   target 2e8+i   disease 3e8+i   challenge 4e8+i   evidence 5e8+i

    therapy(t)  target(x)  disease(d)  challenge(c)
    is_a(child,parent)            disease DAG, one root, depth 12, ~25% of nodes have 2 parents
    component(t,t2)               combination therapy t contains t2   (acyclic: t2 < t)
    therapy_target(t,x)           direct mechanism
    therapy_challenge(t,c)        challenge met by a therapy (toxicity, resistance, ...)
    assoc(x,d)                    target-disease association from genetics
    evidence(e,t,d,outcome,level) outcome 0..4 (0 negative .. 4 positive), level 1..5 (5 = best)
    updates.tsv                   stream:  +|-  relation  tuple...   (inserts are new facts,
                                  deletes are of facts present at that point of the stream)
    MANIFEST.tsv                  relation, rows
Skew: therapies and diseases of evidence, and targets of therapies, follow a power law.
"""
import argparse, os, random
TH, TG, DI, CH, EV = (k * 100_000_000 for k in (1, 2, 3, 4, 5))

def gen(out, facts, seed, updates):
    R = random.Random(seed * 1_000_003 + facts); rnd = R.random
    os.makedirs(out, exist_ok=True)
    T = max(20, int(.03 * facts)); X = max(20, min(20_000, int(.01 * facts)))
    D = max(60, min(30_000, int(.03 * facts))); C = max(10, int(.004 * facts))
    man = []
    def skew(n, a): return int(n * rnd() ** a)
    def write(name, rows):
        with open(f"{out}/{name}.facts", "w") as f:
            f.writelines("\t".join(map(str, r)) + "\n" for r in rows)
        man.append((name, len(rows)))
    # --- disease DAG by levels -------------------------------------------------------
    shape = [1, 8, 30, 70, 130, 190, 220, 190, 130, 80, 40, 15]          # 12 levels
    tot = sum(shape); width = [max(1, s * D // tot) for s in shape]; width[0] = 1
    width[6] += D - sum(width)
    start, s = [], 0
    for k in width: start.append(s); s += k
    isa = []; leafish = []
    for lv in range(1, 12):
        for i in range(width[lv]):
            n = start[lv] + i
            p = start[lv - 1] + skew(width[lv - 1], 1.3)
            isa.append((DI + n, DI + p))
            if rnd() < .25:
                l2 = max(0, lv - 1 - (rnd() < .3)); q = start[l2] + R.randrange(width[l2])
                if q != p: isa.append((DI + n, DI + q))
    lo = start[3]; span = D - lo                                        # evidence hangs on level >= 3
    mul = 7919
    while span % mul == 0: mul += 2
    def dis(a=2.0): return DI + lo + (skew(span, a) * mul) % span       # scatter the hot ones over levels
    def thr(a=2.2): return TH + skew(T, a)
    def tgt(a=1.7): return TG + skew(X, a)
    write("therapy", [(TH + i,) for i in range(T)]); write("target", [(TG + i,) for i in range(X)])
    write("disease", [(DI + i,) for i in range(D)]); write("challenge", [(CH + i,) for i in range(C)])
    write("is_a", isa)
    def uniq(n, f):
        d = {}
        while len(d) < n: d[f()] = None
        return list(d)
    def comp():
        t = 1 + R.randrange(T - 1); return (TH + t, TH + R.randrange(t))
    write("component", uniq(int(.005 * facts), comp))
    tt = uniq(int(.07 * facts), lambda: (TH + R.randrange(T), tgt())); write("therapy_target", tt)
    tc = uniq(int(.06 * facts), lambda: (TH + R.randrange(T), CH + skew(C, 1.4))); write("therapy_challenge", tc)
    write("assoc", uniq(int(.10 * facts), lambda: (tgt(1.2), dis(1.2))))
    lev = [1] * 30 + [2] * 30 + [3] * 22 + [4] * 13 + [5] * 5
    E = facts - sum(n for _, n in man); ev = []
    def evrow(i): return (EV + i, thr(), dis(), int(5 * rnd()), lev[int(100 * rnd())])
    with open(f"{out}/evidence.facts", "w") as f:
        for i in range(E):
            r = evrow(i); f.write("%d\t%d\t%d\t%d\t%d\n" % r)
            if len(ev) < 4 * updates + 1: ev.append(r)
    man.append(("evidence", E))
    # --- update stream ---------------------------------------------------------------
    nxt = E; live = ev; isa_live = [e for e in isa if e[0] >= DI + lo]; tt_live = list(tt); tts = set(tt)
    with open(f"{out}/updates.tsv", "w") as f:
        def put(op, rel, row): f.write("\t".join([op, rel] + list(map(str, row))) + "\n")
        for _ in range(updates):
            u = rnd()
            if u < .55: r = evrow(nxt); nxt += 1; live.append(r); put("+", "evidence", r)
            elif u < .85: k = R.randrange(len(live)); live[k], live[-1] = live[-1], live[k]; put("-", "evidence", live.pop())
            elif u < .90:
                r = (TH + R.randrange(T), tgt())
                if r not in tts: tts.add(r); tt_live.append(r); put("+", "therapy_target", r)
            elif u < .95: k = R.randrange(len(tt_live)); tt_live[k], tt_live[-1] = tt_live[-1], tt_live[k]; r = tt_live.pop(); tts.discard(r); put("-", "therapy_target", r)
            else:                                        # retract an is_a edge, then assert it again
                r = isa_live[R.randrange(len(isa_live))]; put("-", "is_a", r); put("+", "is_a", r)
    with open(f"{out}/MANIFEST.tsv", "w") as f:
        f.writelines(f"{a}\t{b}\n" for a, b in man); f.write(f"TOTAL\t{sum(b for _, b in man)}\n")

if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out"); p.add_argument("--facts", type=int, default=100_000)
    p.add_argument("--seed", type=int, default=7); p.add_argument("--updates", type=int, default=2000)
    a = p.parse_args(); gen(a.out, a.facts, a.seed, a.updates)
