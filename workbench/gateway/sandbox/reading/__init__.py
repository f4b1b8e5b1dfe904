"""One reader for each wire: a request body in its maker's shape, checked as its maker checks it, becomes an `Ask`.

Each has `read(body, call, model)`, which raises AskRefused naming what is wrong.
"""
