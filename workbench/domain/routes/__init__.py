"""Routes: the graph, its words, and the JSON it is written in (ai-gateway §7.2)."""
