"""What the sandbox answers with beside text: pictures, vectors, speech, transcripts, labels, decisions, documents.

`tasks.answer` is the door: a `Task` in, a decided reply out. Everything is made from the request alone, so the same
request gets the same answer; heavier work happens in threads. Where a small real engine is installed it is used, and
the header `x-workbench-engine` names it; everything else says `simulated`.
"""
