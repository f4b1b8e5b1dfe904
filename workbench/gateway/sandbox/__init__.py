"""The sandbox: answers any model in its own wire format, with no model behind it (design §6).

Answers are made from the request alone, so the same request gets the same answer, and another `seed` another one.
`faults` has the grammar by which it can be told to misbehave.
"""
