"""Rasters the members' territory from the weather agency's areas (reversejp) into data/member_areas.tsv.

Each line is a run of grid cells of 1/200 degree: member, row (south edge = row / 200), first and last column.
Filled outward from the town hall; islets that are farther than two cells from the rest are left out.
Run: python data/build_member_areas.py
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import yaml
from build_area_centres import municipality_at

HERE = Path(__file__).parent
CELLS_PER_DEGREE = 200
STEPS = ((1, 0), (-1, 0), (0, 1), (0, -1), (2, 0), (-2, 0), (0, 2), (0, -2))


def territory(codes: frozenset[str], lat: float, lon: float) -> set[tuple[int, int]]:
    start = (int(lat * CELLS_PER_DEGREE), int(lon * CELLS_PER_DEGREE))
    cells: set[tuple[int, int]] = set()
    seen = {start}
    queue = deque([start])
    while queue:
        row, column = queue.popleft()
        middle = ((column + 0.5) / CELLS_PER_DEGREE, (row + 0.5) / CELLS_PER_DEGREE)
        if municipality_at(*middle) not in codes and (row, column) != start:
            continue
        cells.add((row, column))
        for up, right in STEPS:
            neighbour = (row + up, column + right)
            if neighbour not in seen:
                seen.add(neighbour)
                queue.append(neighbour)
    return cells


def runs(cells: set[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """(row, first column, last column) of neighbouring cells."""
    for row, column in sorted(cells):
        if (row, column - 1) in cells:
            continue
        last = column
        while (row, last + 1) in cells:
            last += 1
        yield row, column, last


def main() -> None:
    members = yaml.safe_load((HERE / "places.yaml").read_text(encoding="utf-8"))["members"]
    lines = ["member\trow\tfirst\tlast"]
    for member, facts in members.items():
        cells = territory(frozenset({facts["code"]}), facts["lat"], facts["lon"])
        lines += [f"{member}\t{row}\t{first}\t{last}" for row, first, last in runs(cells)]
    (HERE / "member_areas.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
