"""Count, exactly, how often and how near words occur together."""
