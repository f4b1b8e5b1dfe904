"""The program that `recogniser` runs: utterances in, words out, until the input ends. It imports nothing of the workbench.

In: four bytes that tell the length, lowest first, then so many bytes of 16 bit samples. Out: a line of JSON for each, `[word, start, end]`
with the first and the last hundredth of a second.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

RATE = 16000


def main() -> None:
    decoder: Any = import_module("pocketsphinx").Decoder(samprate=RATE, cmn="batch", loglevel="FATAL")
    while len(head := sys.stdin.buffer.read(4)) == 4:
        samples = sys.stdin.buffer.read(int.from_bytes(head, "little"))
        decoder.start_utt()
        decoder.process_raw(samples, full_utt=True)
        decoder.end_utt()
        words = [[str(each.word), each.start_frame, each.end_frame] for each in decoder.seg() or ()]
        sys.stdout.write(json.dumps(words) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
