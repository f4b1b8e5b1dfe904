"""One writer for each wire: an `Answer` in its maker's shape, as one JSON reply or as the frames of a stream.

Each has `whole(ask, answer, request_id)`, a class `Stream` (see `delivery.Frames`), and BROKEN, a frame whose JSON ends too
early. A token's frame is cut from one template: the hot path of a long answer.
"""
