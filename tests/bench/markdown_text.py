"""An answer in Markdown as models write them, in chunks of a word each."""

from __future__ import annotations

import re

HERE = "¤"
"""Where a marker may stand: in text, which shows it in one piece and uncut."""

_ANSWER = """\
## How the tide moves ¤harbour boats

A boat at anchor ¤turns with the **current**, not with the wind: ¤its keel is *deep* and its \
`hull` ¤is long. See the [tide tables](https://example.com/tides) ¤for the port, and keep \
__two metres__ ¤under the keel.

1. Read the table ¤for the nearest port.
2. Add the **height** of the day, ¤in metres:
   - springs ¤follow the full moon,
   - neaps come ¤a week later.
3. Compare it ¤with `draught + 2`.

```python
import math

def height(hours: float, high: float = 4.2, low: float = 0.8) -> float:
    \"\"\"Height of the tide in metres.\"\"\"
    mean, half = (high + low) / 2, (high - low) / 2
    return mean + half * math.cos(2 * math.pi * hours / 12.42)  # one tide

for hour in range(24):
    print(f"{hour:02}:00 {height(hour):5.2f} m")
```

The loop prints ¤one line an hour, and **every line** ¤is a height:

| Hour | Height | Boats |
|-----:|:------:|:------|
| 0 | 4.20 m | all afloat |
| 3 | 2.61 m | small ones |
| 6 | 0.81 m | none |

> **Note**: the ¤weather moves these numbers ¤by *half a metre*, ¤and more in a storm.

- [x] anchor ¤checked
- [ ] lines ¤doubled

### What to ¤remember

Tides are ¤regular, ¤weather is not: ¤leave a margin of $h = 0.5$ ¤metres, ¤or wait \
for ¤the next ¤high water.

"""
CHUNKS: tuple[str, ...] = tuple(re.findall(rf"{HERE}|[^\s{HERE}]{{1,9}}[ ]*\n*|\s+", _ANSWER))
"""The answer again and again; `HERE` is no chunk."""


def _starts() -> tuple[int, ...]:
    """The places of `CHUNKS` where a block begins that is no code."""
    places = [0]
    in_fence = False
    for place, chunk in enumerate(CHUNKS[:-1]):
        in_fence ^= chunk.startswith("```")
        if chunk.endswith("\n\n") and not in_fence:
            places.append(place + 1)
    return tuple(places)


STARTS = _starts()
"""Where a stream's answer may begin."""
