"""Which program was judged against which standard: names, fields and relations of the sets of corpora/gold/real.

The relation is a judgement from the titles of the direction, the profile and the standard: the program trains for the
standard's occupation ("own field"), for one that shares subjects with it ("neighbouring"), or for another ("foreign").
"""

from __future__ import annotations

from dataclasses import dataclass

OWN, NEIGHBOURING, FOREIGN = "own field", "neighbouring", "foreign"
FIELDS = {
    "06.001": "software",
    "06.003": "software",
    "06.005": "electronics",
    "10.104": "nanomaterials",
    "16.095": "concrete",
    "19.058": "wells",
    "29.002": "photonics",
    "40.003": "microelectronics",
    "40.007": "microelectronics",
    "40.016": "microelectronics",
    "40.019": "microelectronics",
    "40.034": "project management",
    "40.035": "microelectronics",
    "40.037": "photonics",
    "40.039": "photonics",
    "40.040": "microelectronics",
    "reg850": "microelectronics",
}


@dataclass(frozen=True)
class Named:
    """A judged set: its name here, its standard, how near the program is to it; ``field`` only for O*NET."""

    name: str
    program: str
    standard: str
    relation: str
    field: str = ""


SHARED = {
    "comp19": Named("comp19", "P034", "40.019", NEIGHBOURING),
    "design": Named("design", "P015", "06.001", OWN),
    "eco": Named("eco", "P003", "16.095", FOREIGN),
    "info": Named("info", "P020", "06.001", OWN),
    "infocom": Named("infocom", "P043", "06.005", OWN),
    "innov": Named("innov", "P014", "40.034", NEIGHBOURING),
    "ktes": Named("ktes", "P039", "06.005", OWN),
    "mobile": Named("mobile", "P042", "06.001", OWN),
    "nano": Named("nano", "P000", "40.037", OWN),
    "optics": Named("optics", "P007", "40.039", NEIGHBOURING),
    "physnano": Named("physnano", "P009", "10.104", OWN),
    "secur": Named("secur", "P018", "06.001", NEIGHBOURING),
}
POOLED = {
    "01": Named("nets-06.001", "P034", "06.001", OWN),
    "02": Named("neuro-06.001", "P017", "06.001", OWN),
    "03": Named("info-06.003", "P020", "06.003", OWN),
    "04": Named("mobile-06.003", "P042", "06.003", OWN),
    "05": Named("infocom-06.001", "P043", "06.001", NEIGHBOURING),
    "06": Named("lasercom-40.037", "P013", "40.037", OWN),
    "07": Named("femto-29.002", "P011", "29.002", OWN),
    "08": Named("quantum-40.037", "P010", "40.037", OWN),
    "09": Named("lighting-40.039", "P008", "40.039", NEIGHBOURING),
    "10": Named("ktes-40.016", "P039", "40.016", NEIGHBOURING),
    "11": Named("instruments-06.005", "P032", "06.005", NEIGHBOURING),
    "12": Named("electrooptics-06.005", "P047", "06.005", NEIGHBOURING),
    "13": Named("robotics-06.005", "P037", "06.005", NEIGHBOURING),
    "14": Named("economics-40.034", "P016", "40.034", NEIGHBOURING),
    "15": Named("bizinfo-06.001", "P049", "06.001", NEIGHBOURING),
    "16": Named("pipelines-19.058", "P021", "19.058", NEIGHBOURING),
    "17": Named("bioengineering-10.104", "P022", "10.104", NEIGHBOURING),
    "18": Named("physics-10.104", "P052", "10.104", NEIGHBOURING),
    "19": Named("optics-29.002", "P007", "29.002", NEIGHBOURING),
    "20": Named("secur-06.003", "P018", "06.003", NEIGHBOURING),
    "21": Named("humanities-06.001", "P044", "06.001", NEIGHBOURING),
    "22": Named("control-40.040", "P040", "40.040", FOREIGN),
    "23": Named("infocom-40.035", "P043", "40.035", NEIGHBOURING),
    "24": Named("infochemistry-10.104", "P110", "10.104", NEIGHBOURING),
    "25": Named("physnano-40.039", "P009", "40.039", NEIGHBOURING),
    "26": Named("nets-40.019", "P034", "40.019", NEIGHBOURING),
    "27": Named("energy-06.005", "P133", "06.005", FOREIGN),
    "28": Named("foodbio-19.058", "P004", "19.058", FOREIGN),
    "29": Named("cryogenics-16.095", "P002", "16.095", FOREIGN),
    "30": Named("navigation-reg850", "P041", "reg850", NEIGHBOURING),
    "31": Named("info-onet", "P020", "O*NET", OWN, "software"),
    "32": Named("ktes-onet", "P039", "O*NET", OWN, "electronics"),
    "34": Named("bizinfo-onet", "P049", "O*NET", OWN, "information systems"),
    "36": Named("innov-06.003", "P014", "06.003", FOREIGN),
    "37": Named("instruments-40.003", "P032", "40.003", NEIGHBOURING),
    "38": Named("design-06.003", "P015", "06.003", OWN),
    "39": Named("itenergy-06.001", "P001", "06.001", NEIGHBOURING),
    "40": Named("photonics-40.007", "P026", "40.007", NEIGHBOURING),
    "41": Named("infocom-06.003", "P043", "06.003", NEIGHBOURING),
    "42": Named("economics-06.001", "P016", "06.001", FOREIGN),
    "43": Named("bioengineering-29.002", "P022", "29.002", FOREIGN),
    "44": Named("bizinfo-06.003", "P049", "06.003", NEIGHBOURING),
    "45": Named("union-06.001", "UNION", "06.001", OWN),
    "46": Named("union-06.005", "UNION", "06.005", OWN),
}
# Not a program of its own: all documents of six programs together, to have a bundle as large as a faculty's.
UNION = ("P020", "P040", "P043", "P047", "P049", "P133")
