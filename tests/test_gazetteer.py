"""The gazetteer: complete, consistent, and right about points."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.gazetteer import Gazetteer, distance_km, table

DATA = Path(__file__).parent.parent / "data"
TOWN_HALLS = {
    "ota": (36.2917, 139.3758),
    "isesaki": (36.3114, 139.1967),
    "oizumi": (36.2478, 139.4050),
    "ueda": (36.4019, 138.2492),
    "iida": (35.5147, 137.8219),
    "oita": (33.2394, 131.6097),
    "hamamatsu": (34.7108, 137.7267),
    "komaki": (35.2903, 136.9109),
    "toyota": (35.0833, 137.1564),
    "toyohashi": (34.7692, 137.3914),
    "suzuka": (34.8822, 136.5842),
    "soja": (34.6728, 133.7467),
}


@cache
def loaded() -> Gazetteer:
    return Gazetteer.load(DATA)


@pytest.fixture
def gazetteer() -> Gazetteer:
    return loaded()


def test_it_holds_every_municipality(gazetteer: Gazetteer) -> None:
    kinds = [place.kind for place in gazetteer]
    assert kinds.count("prefecture") == 47
    assert kinds.count("city") == 792
    assert kinds.count("tokyo_ward") == 23
    assert kinds.count("town") + kinds.count("village") == 926
    assert kinds.count("ward") == 171
    assert kinds.count("district") > 400


def test_every_place_lies_in_japan_and_in_its_prefecture(gazetteer: Gazetteer) -> None:
    for place in gazetteer:
        assert 20 < place.lat < 46, place
        assert 122 < place.lon < 154, place
        assert gazetteer.by_code(place.prefecture), place
        assert not place.parent or gazetteer.by_code(place.parent), place


def test_names_and_codes(gazetteer: Gazetteer) -> None:
    nagoya = gazetteer.by_code("23100")
    assert nagoya
    assert (nagoya.name, nagoya.japanese, nagoya.kana, nagoya.kind) == (
        "Nagoya",
        "名古屋市",
        "なごや",
        "city",
    )
    ward = gazetteer.by_code("13111")
    assert ward
    assert (ward.id, ward.romaji, ward.japanese, ward.kind) == ("ota-ku", "ota", "大田区", "tokyo_ward")
    gunma = gazetteer.prefecture("gunma")
    assert gunma
    assert (gunma.code, gunma.japanese) == ("10", "群馬県")
    assert gazetteer.by_code("99999") is None
    assert gazetteer.prefecture("nowhere") is None


def test_only_members_have_a_members_id(gazetteer: Gazetteer) -> None:
    codes = gazetteer.members()
    assert codes.keys() == TOWN_HALLS.keys()
    for place in gazetteer:
        if place.id in codes and place.kind not in ("prefecture", "ward", "district"):
            assert place.code == codes[place.id]


@pytest.mark.parametrize("member", TOWN_HALLS)
def test_a_town_hall_lies_in_its_member(gazetteer: Gazetteer, member: str) -> None:
    assert gazetteer.locate(*TOWN_HALLS[member]) == member
    place = gazetteer.by_code(gazetteer.members()[member])
    assert place
    assert (place.lat, place.lon) == TOWN_HALLS[member]


@pytest.mark.parametrize(
    ("name", "lat", "lon", "member"),
    [
        ("Tenryu in the mountains", 35.093, 137.816, "hamamatsu"),
        ("Sanada, Ueda", 36.462, 138.312, "ueda"),
        ("Asuke, Toyota", 35.137, 137.318, "toyota"),
        ("Takasaki station", 36.3228, 139.0127, None),
        ("Nagoya station", 35.1709, 136.8815, None),
        ("Pacific Ocean", 30.0, 150.0, None),
    ],
)
def test_locate(gazetteer: Gazetteer, name: str, lat: float, lon: float, member: str | None) -> None:
    assert gazetteer.locate(lat, lon) == member


@pytest.mark.parametrize(
    ("name", "lat", "lon", "near"),
    [
        ("Tokyo", 35.68, 139.76, True),
        ("Naha", 26.21, 127.68, True),
        ("Busan", 35.18, 129.07, False),
        ("Seoul", 37.57, 126.98, False),
        ("Hanoi", 21.03, 105.85, False),
        ("São Paulo", -23.55, -46.63, False),
        ("North Pole", 90.0, 0.0, False),
    ],
)
def test_near_japan(gazetteer: Gazetteer, name: str, lat: float, lon: float, near: bool) -> None:
    assert gazetteer.near_japan(lat, lon) is near


def test_distance() -> None:
    assert distance_km(35.0, 135.0, 35.0, 135.0) == 0
    assert distance_km(*TOWN_HALLS["ota"], *TOWN_HALLS["oizumi"]) == pytest.approx(5.5, abs=0.5)
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015, abs=5)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_point_has_an_answer(lat: float, lon: float) -> None:
    if loaded().locate(lat, lon):
        assert loaded().near_japan(lat, lon)


def test_a_short_line_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tsv"
    broken.write_text("a\tb\n1\t2\n3\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.tsv:3: 1 cells, the header has 2"):
        list(table(broken))


def test_a_wrong_kind_is_named(tmp_path: Path) -> None:
    for name in ("places.yaml", "member_areas.tsv"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    header, first, *_ = (DATA / "gazetteer.tsv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "gazetteer.tsv").write_text(
        f"{header}\n{first.replace('prefecture', 'planet')}\n", encoding="utf-8"
    )
    with pytest.raises(ValueError, match=r"gazetteer\.tsv:2: no such kind of place: 'planet'"):
        Gazetteer.load(tmp_path)
