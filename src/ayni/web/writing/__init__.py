"""Where people write: from what there is to begin with to handing it in."""
