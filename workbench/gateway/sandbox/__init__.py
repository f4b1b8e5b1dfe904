"""The sandbox: answers any model of any provider in its own wire format, with no model behind it (design §6).

A call is read by its wire's reader (`reading`) into one neutral `Ask`, `compose` makes an `Answer` of it, and the wire's
writer (`writing`) tells it; `wires` says which. What is no text is made in `media`. Answers are made from the request
alone, so the same request gets the same answer, and another `seed` another one. `faults` has the grammar by which it can
be told to misbehave.
"""
