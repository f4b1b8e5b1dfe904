"""What happens to a request between its door and its provider (ai-gateway §2, §4–§6), each step in a module of its own.

limits → cache → route or direct → attempts → reply → journal. `pipeline.Pipeline` puts the steps in order; the others are
pure, or take what they need to reach as arguments. Options hold with this precedence: a universal leg's own, the
request's headers, the gateway's settings.
"""
