"""Samples the weather agency's warning areas (reversejp) into area_centres.tsv: the middle of each.

Takes about three minutes, which is why its result is committed. Walks a grid over Japan, coarse first, fine
where there is land, and averages the points by municipality code. Run: python data/build_area_centres.py
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import reversejp

TARGET = Path(__file__).parent / "area_centres.tsv"

#: Boxes (west, east, south, north) that together hold all inhabited land of Japan.
BOXES = (
    (122.9, 131.4, 24.0, 30.0),
    (128.5, 132.2, 30.0, 34.8),
    (132.0, 138.0, 32.6, 37.6),
    (136.5, 142.2, 34.5, 41.6),
    (139.0, 140.0, 31.0, 34.5),
    (142.0, 142.3, 26.5, 27.2),
    (139.3, 146.0, 41.3, 45.6),
)
CELLS_PER_DEGREE = 10
PROBES = 6
SAMPLES = 8


def municipality_at(lon: float, lat: float) -> str:
    """The five-digit code of the warning area at a point, "" at sea."""
    codes = [area.code for area in reversejp.find_properties(lon, lat) if len(area.code) == 7]
    return codes[0][:5] if codes else ""


def inside(column: int, row: int, steps: int) -> list[tuple[float, float]]:
    """Evenly spaced (lon, lat) in one cell of the coarse grid."""
    offsets = [(step + 0.5) / steps for step in range(steps)]
    return [((column + x) / CELLS_PER_DEGREE, (row + y) / CELLS_PER_DEGREE) for x in offsets for y in offsets]


def cells() -> list[tuple[int, int]]:
    found = set()
    for west, east, south, north in BOXES:
        for column in range(int(west * CELLS_PER_DEGREE), int(east * CELLS_PER_DEGREE) + 1):
            for row in range(int(south * CELLS_PER_DEGREE), int(north * CELLS_PER_DEGREE) + 1):
                found.add((column, row))
    return sorted(found)


def main() -> None:
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for column, row in cells():
        if any(municipality_at(lon, lat) for lon, lat in inside(column, row, PROBES)):
            for lon, lat in inside(column, row, SAMPLES):
                if code := municipality_at(lon, lat):
                    points[code].append((lat, lon))
    lines = ["code\tlat\tlon\tsamples"]
    for code, found in sorted(points.items()):
        lat = sum(p[0] for p in found) / len(found)
        lon = sum(p[1] for p in found) / len(found)
        lines.append(f"{code}\t{lat:.4f}\t{lon:.4f}\t{len(found)}")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
