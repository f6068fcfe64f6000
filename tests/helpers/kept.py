"""Pairs of a real program and a standard that nothing here may learn from: others measure with them."""

# Direction, profile, standard; the same profiles of other years differ little.
KEPT = {
    ("12.03.05", "Лазерные технологии", "40.037"),
    ("09.03.02", "Программирование и интернет-технологии", "06.001"),
    ("16.03.01", "Нанофотоника и квантовая оптика", "29.002"),
    ("09.03.04", "Системное и прикладное программное обеспечение", "06.003"),
}
