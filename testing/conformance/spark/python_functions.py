"""The named functions of the cases, for PySpark: pairs are tuples, lists are lists, what is absent is None."""
import json as _json
from functools import cmp_to_key

EXACT_MAX = 2**53 - 1


class Unusable(Exception):
    """Why a case cannot be asked."""


def exact(n):
    if abs(n) > EXACT_MAX:
        raise Unusable("beyond what a number of a case can be: %s" % n)
    return n


def text(x):
    """As JSON.stringify writes it."""
    return _json.dumps(x, separators=(",", ":"), ensure_ascii=False)


def or_zero(x):
    return 0 if x is None else x


def total(xs):
    return exact(sum(or_zero(x) for x in xs))


def kind(x):
    if x is None:
        return 0
    if isinstance(x, bool):
        return 1
    if isinstance(x, (int, float)):
        return 2
    return 3 if isinstance(x, str) else 4


def compare(a, b):
    """The canonical order of the cases. Texts are of characters below U+10000."""
    if kind(a) != kind(b):
        return kind(a) - kind(b)
    if kind(a) == 4:
        a, b = list(a), list(b)
        for x, y in zip(a, b):
            order = compare(x, y)
            if order != 0:
                return order
        return len(a) - len(b)
    if kind(a) == 0 or a == b:
        return 0
    return -1 if a < b else 1


def canonical(xs):
    return sorted(xs, key=cmp_to_key(compare))


def descending(xs):
    return sorted(xs, key=cmp_to_key(lambda a, b: compare(b, a)))


def unique(xs):
    found = []
    for x in canonical(xs):
        if not found or compare(found[-1], x) != 0:
            found.append(x)
    return found


def bag_remove(a, b):
    left = list(a)
    for x in b:
        at = next((i for i, y in enumerate(left) if compare(x, y) == 0), None)
        if at is not None:
            del left[at]
    return left


MAPS = {
    "identity": lambda x: x,
    "addOne": lambda n: n + 1,
    "plusTen": lambda n: n + 10,
    "double": lambda n: exact(n + n),
    "negate": lambda n: -n,
    "mod3": lambda n: n % 3,
    "length": lambda s: len(s),
    "upper": lambda s: s.upper(),
    "firstChar": lambda s: s[:1],
    "reverse": lambda s: s[::-1],
    "toStr": lambda n: str(n),
    "json": text,
    "one": lambda x: 1,
    "swap": lambda pair: (pair[1], pair[0]),
    "key": lambda pair: pair[0],
    "value": lambda pair: pair[1],
    "keyToJson": lambda pair: (text(pair[0]), pair[1]),
    "pairWithOne": lambda x: (x, 1),
    "pairWithX": lambda x: (x, "x"),
    "pairWithLength": lambda s: (s, len(s)),
    "pairWithSelf": lambda x: (x, x),
    "keyByLength": lambda s: (len(s), s),
    "keyByFirstChar": lambda s: (s[:1], s),
    "keyByMod3": lambda n: (n % 3, n),
    "constantKey": lambda x: ("all", x),
    "size": lambda xs: len(xs),
    "sumList": total,
    "sumPair": total,
    "wrapList": lambda x: [x],
    "distinctList": unique,
    "pairSizes": lambda pair: tuple(len(xs) for xs in pair),
}

FLAT_MAPS = {
    "splitSpace": lambda s: [word for word in s.split(" ") if word != ""],
    "chars": list,
    "twice": lambda x: [x, x],
    "withDouble": lambda n: [n, exact(n + n)],
    "withPlusTen": lambda n: [n, n + 10],
    "withSuffixes": lambda s: [s + "1", s + "2"],
    "upTo": lambda n: [i for i in (0, 1, 2) if i < n],
    "elements": lambda xs: xs,
    "lengthWithChars": lambda s: [(len(s), c) for c in s],
    "valueWithKeyChars": lambda pair: [(pair[1], c) for c in pair[0]],
}

PREDICATES = {
    "isEven": lambda n: n % 2 == 0,
    "isPositive": lambda n: n > 0,
    "nonEmpty": lambda s: len(s) > 0,
    "containsA": lambda s: "a" in s,
    "longerThanThree": lambda s: len(s) >= 4,
    "always": lambda x: True,
    "never": lambda x: False,
    "keyContainsA": lambda pair: "a" in pair[0],
    "valueNonZero": lambda pair: kind(pair[1]) != 2 or pair[1] != 0,
    "valuePositive": lambda pair: pair[1] > 0,
    "valueNonEmptyList": lambda pair: len(pair[1]) > 0,
}

REDUCERS = {
    "sum": lambda a, b: exact(a + b),
    "diff": lambda a, b: exact(a - b),
    "max": lambda a, b: a if a > b else b,
    "min": lambda a, b: a if a < b else b,
    "product": lambda a, b: exact(a * b),
    "lexMax": lambda a, b: b if a < b else a,
    "lexMin": lambda a, b: b if a > b else a,
    "concat": lambda a, b: a + b,
    "charUnion": lambda a, b: "".join(unique(a + b)),
    "bagAdd": lambda a, b: canonical(list(a) + list(b)),
    "bagRemove": bag_remove,
    "bagInsert": lambda xs, x: canonical(list(xs) + [x]),
    "totalAdd": lambda t, x: (exact(t[0] + x), t[1] + 1),
    "totalMerge": lambda a, b: (exact(a[0] + b[0]), a[1] + b[1]),
}

PARTITION_FUNCTIONS = {
    "sumOfPartition": lambda xs: [total(xs)],
    "maxOfPartition": lambda xs: [max(xs)] if xs else [],
    "sizeOfPartition": lambda xs: [len(xs)],
    "onePerPartition": lambda xs: [1],
    "joinUpperOfPartition": lambda xs: ["".join(xs).upper()],
    "swapAll": lambda xs: [(b, a) for a, b in xs],
    "firstOfPartition": lambda xs: xs[:1],
}

BATCH_FUNCTIONS = {
    "batchIdentity": lambda xs, ms: xs,
    "batchAddOne": lambda xs, ms: [x + 1 for x in xs],
    "batchToStr": lambda xs, ms: [str(x) for x in xs],
    "batchEvens": lambda xs, ms: [x for x in xs if x % 2 == 0],
    "batchDistinct": lambda xs, ms: unique(xs),
    "batchCount": lambda xs, ms: [len(xs)],
    "batchWithTime": lambda xs, ms: [(ms, x) for x in xs],
    "batchOnlyEvenSeconds": lambda xs, ms: xs if ms // 1000 % 2 == 0 else [],
    "batchWithItself": lambda xs, ms: xs + xs,
    "batchSortByKey": lambda xs, ms: sorted(xs, key=cmp_to_key(lambda a, b: compare(a[0], b[0]))),
    "batchSortDescending": lambda xs, ms: descending(xs),
    "batchKeys": lambda xs, ms: [x[0] for x in xs],
    "batchSmallestTwo": lambda xs, ms: canonical(xs)[:2],
}


def contains(xs, x):
    return any(compare(x, y) == 0 for y in xs)


def joined(xs, ys):
    return [(k, (v, w)) for k, v in xs for l, w in ys if compare(k, l) == 0]


PAIR_OF_BATCHES_FUNCTIONS = {
    "batchUnion": lambda xs, ys, ms: xs + ys,
    "batchJoin": lambda xs, ys, ms: joined(xs, ys),
    "batchSubtract": lambda xs, ys, ms: [x for x in xs if not contains(ys, x)],
    "batchSubtractByKey": lambda xs, ys, ms: [x for x in xs if not contains([y[0] for y in ys], x[0])],
    "batchIntersection": lambda xs, ys, ms: unique(x for x in xs if contains(ys, x)),
    "batchCartesian": lambda xs, ys, ms: [(x, y) for x in xs for y in ys],
    "batchSizesWithTime": lambda xs, ys, ms: [(ms, (len(xs), len(ys)))],
}

MANY_BATCHES_FUNCTIONS = {
    "batchesUnion": lambda batches: [x for batch in batches for x in batch],
    "batchesUnionTwoJoinThird": lambda batches: joined([(x, x) for x in batches[0] + batches[1]], batches[2]),
    "batchesSizes": lambda batches: [[len(batch) for batch in batches]],
}


def remove_when(is_over):
    def update(values, state):
        now = exact(or_zero(state) + total(values))
        return None if is_over(now) else now

    return update


def update_largest(values, state):
    found = canonical(list(values) + ([] if state is None else [state]))
    return found[-1] if found else None


def update_expire_idle_twice(values, state):
    sum_, idle = (0, 0) if state is None else state
    news = total(values)
    if news != 0:
        return (exact(sum_ + news), 0)
    return None if idle + 1 == 2 else (sum_, idle + 1)


UPDATES = {
    "updateCount": remove_when(lambda now: False),
    "updateRemoveWhenZero": remove_when(lambda now: now == 0),
    "updateRemoveAtTen": remove_when(lambda now: now >= 10),
    "updateWhileFed": lambda values, state: exact(or_zero(state) + total(values)) if len(values) > 0 else None,
    "updateLargest": update_largest,
    "updateCollect": lambda values, state: canonical(list(values) + ([] if state is None else list(state))),
    "updateNever": lambda values, state: None,
    "updateExpireIdleTwice": update_expire_idle_twice,
}
