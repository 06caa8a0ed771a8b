"""Cases and topics: the sink every matter flows into."""
